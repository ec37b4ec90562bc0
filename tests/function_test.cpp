#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

/// A function object with a Boost `serialize`, since its state is not trivially copyable.
struct Prefixed {
  std::string prefix;
  std::map<std::int64_t, std::string> names;

  std::string operator()(std::int64_t x) const {
    const auto name = names.find(x);
    return prefix + (name == names.end() ? std::to_string(x) : name->second);
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& prefix& names;
  }
};

/// A function object with trivially copyable state.
struct Scaled {
  double factor;
  std::int32_t shift;
  double operator()(std::int64_t x) const { return factor * static_cast<double>(x) + shift; }
};

struct Halve {
  std::int64_t operator()(std::int64_t x) const { return x / 2; }
};

/// Trivially copyable; its constructor keeps the compiler from seeing the pointer.
struct Pointing {
  explicit Pointing(const std::int64_t* given) : target(given) {}
  const std::int64_t* target;
};

/// Expects that `call` throws a CaptureError that names `operation` and the line, and that nothing is sent.
template <class Call>
void expectRefused(const std::string& operation, std::uint32_t line, Call call, CallSite where = CallSite::current()) {
  Context& sc = context();
  const auto before = sc.traffic();
  const auto calibrated = sc.traffic();
  const std::string message = messageOf<CaptureError>(call);
  const auto after = sc.traffic();
  EXPECT_NE(message.find(operation + " at " + callSite(line, where)), std::string::npos) << message;
  EXPECT_NE(message.find(": the function captured an address, by [&]"), std::string::npos) << message;
  EXPECT_NE(message.find("Capture numbers by value, as [n]; pass a string"), std::string::npos) << message;
  for (std::size_t rank = 0; rank < before.size(); ++rank) {
    const auto ofAsking = calibrated[rank] - before[rank];
    EXPECT_EQ((after[rank] - calibrated[rank]).total().bytesSent, ofAsking.total().bytesSent) << operation;
  }
}
#define EXPECT_REFUSED(operation, call) expectRefused(operation, __LINE__, [&] { call; })

TEST(Function, FiveKindsGiveTheSame) {
  Context& sc = context();
  const auto rdd = sc.range(0, 3000, 1, 8);
  std::int64_t shift = 3;
  const double factor = 1.5;
  Numbers halves, sums;
  std::vector<double> scaled;
  std::vector<std::string> names;
  const Prefixed prefixed{"number ", {{5, "five"}, {2500, "many"}}};
  for (std::int64_t x = 0; x < 3000; ++x) {
    halves.push_back(x / 2);
    sums.push_back(x + shift);
    scaled.push_back(factor * static_cast<double>(x) + 7);
    names.push_back(prefixed(x));
  }
  EXPECT_EQ(rdd.map([](std::int64_t x) { return x / 2; }).collect(), halves);
  EXPECT_EQ(rdd.map(Halve()).collect(), halves);
  EXPECT_EQ(rdd.map([shift](std::int64_t x) { return x + shift; }).collect(), sums);
  EXPECT_EQ(rdd.map(Scaled{factor, 7}).collect(), scaled);
  EXPECT_EQ(rdd.map(prefixed).collect(), names);
  EXPECT_EQ(rdd.map(with(prefixed.names,
                         [](const std::map<std::int64_t, std::string>& known, std::int64_t x) {
                           const auto name = known.find(x);
                           return "number " + (name == known.end() ? std::to_string(x) : name->second);
                         }))
                .collect(),
            names);
  EXPECT_EQ(rdd.map(trusted([shift](std::int64_t x) { return x + shift; })).collect(), sums);
}

TEST(Function, ElementsAreTakenByValueReferenceOrRvalue) {
  const auto strings = someStrings(2000);
  std::vector<std::string> expected;
  for (const auto& text : strings) expected.push_back(text + "!");
  const auto rdd = context().parallelize(strings, 3);
  EXPECT_EQ(rdd.map([](std::string text) { return text += "!"; }).collect(), expected);
  EXPECT_EQ(rdd.map([](const std::string& text) { return text + "!"; }).collect(), expected);
  EXPECT_EQ(rdd.map([](std::string& text) { return std::move(text += "!"); }).collect(), expected);
  EXPECT_EQ(rdd.map([](std::string&& text) { return std::move(text) + "!"; }).collect(), expected);
  EXPECT_EQ(rdd.map([](auto&& text) { return text + "!"; }).collect(), expected);
  EXPECT_EQ(rdd.map([](std::string& text) -> std::string& { return text += "!"; }).collect(), expected);
  EXPECT_EQ(rdd.map([](std::string_view text) { return std::string(text) + "!"; }).collect(), expected);
  EXPECT_EQ(rdd.flatMap([](std::string&& text) { return std::optional(std::move(text) + "!").value(); }).count(),
            rdd.map([](const std::string& text) { return text.size() + 1; }).sum());
  EXPECT_EQ(rdd.collect(), strings);
}

TEST(Function, StatesAreTakenByValueOrReference) {
  const auto rdd = context().parallelize(someStrings(500), 3);
  std::string expected;
  for (const auto& text : someStrings(500)) expected += text;
  const auto append = [](std::string a, const std::string& b) { return a += b; };
  EXPECT_EQ(rdd.aggregate(std::string(), append, append), expected);
  EXPECT_EQ(rdd.aggregate(
                std::string(), [](std::string& a, const std::string& b) -> std::string& { return a += b; }, append),
            expected);
  EXPECT_EQ(rdd.aggregate(
                std::string(), [](const std::string& a, std::string&& b) { return a + std::move(b); }, append),
            expected);
}

TEST(Function, CapturesTravelThroughEveryOperation) {
  Context& sc = context();
  std::int64_t k = 2;
  const auto rdd = sc.range(0, 10, 1, 3);
  const auto pairs = rdd.keyBy([k](std::int64_t x) { return x % k; });
  EXPECT_EQ(pairs.keys().sum(), 5);
  EXPECT_EQ(pairs.mapValues([k](std::int64_t x) { return x * k; }).values().sum(), 90);
  EXPECT_EQ(pairs.flatMapValues([k](std::int64_t x) { return Numbers(static_cast<std::size_t>(k), x); }).count(), 20);
  EXPECT_EQ(rdd.filter([k](std::int64_t x) { return x > k; }).count(), 7);
  EXPECT_EQ(rdd.flatMap([k](std::int64_t x) { return Numbers{x, k}; }).sum(), 65);
  EXPECT_EQ(rdd.flatMap<std::int64_t>([k](std::int64_t, auto& emit) { emit(k); }).sum(), 20);
  EXPECT_EQ(rdd.collect([k](std::int64_t x) { return x == k ? std::optional(x) : std::nullopt; }).count(), 1);
  EXPECT_EQ(rdd.mapPartitions([k](auto&) { return Numbers{k}; }).sum(), 6);
  EXPECT_EQ(rdd.mapPartitions<std::int64_t>([k](auto&, auto& emit) { emit(k); }).sum(), 6);
  EXPECT_EQ(rdd.mapPartitionsWithIndex([k](std::size_t, auto&) { return Numbers{k}; }).sum(), 6);
  EXPECT_EQ(rdd.zipPartitions(rdd, [k](auto&, auto&) { return Numbers{k}; }).sum(), 6);
  EXPECT_EQ(rdd.reduce([k](std::int64_t a, std::int64_t b) { return a + b + k; }), 45 + 18);
  EXPECT_EQ(rdd.treeReduce([k](std::int64_t a, std::int64_t b) { return a + b + k; }), 45 + 18);
  EXPECT_EQ(rdd.fold(0, [k](std::int64_t a, std::int64_t b) { return a + b + k; }), 45 + 2 * 13);
  const auto add = [k](std::int64_t a, std::int64_t b) { return a + b * k; };
  EXPECT_EQ(rdd.aggregate(std::int64_t{0}, add, std::plus<>()), 90);
  EXPECT_EQ(rdd.treeAggregate(std::int64_t{0}, add, std::plus<>()), 90);
  EXPECT_EQ(rdd.top(1, [k](std::int64_t x) { return x % (4 * k); }), Numbers{7});
  EXPECT_EQ(rdd.takeOrdered(1, [k](std::int64_t x) { return -x * k; }), Numbers{9});
  EXPECT_EQ(rdd.max([k](std::int64_t x) { return x % (4 * k); }), 7);
  EXPECT_EQ(rdd.min([k](std::int64_t x) { return x % (4 * k) + (x == 0 ? 3 : 0); }), 8);
  EXPECT_EQ(sc.generate(
                  3, [k](std::int64_t i) { return i * k; }, 2)
                .sum(),
            6);
  EXPECT_EQ(sc.runJob(rdd, [k](std::size_t, auto&) { return k; }), Numbers(3, k));
  const auto sum = sc.accumulator(std::int64_t{0}, "", [k](std::int64_t& a, std::int64_t b) { a += k * b; });
  rdd.foreach ([sum, k](std::int64_t) { sum.add(k); });
  rdd.foreachPartition([sum, k](auto&) { sum.add(k); });
  EXPECT_GT(sum.value(), 0);
}

/// `[=]` and `[&]` are written out of habit; g++ 12 does not take such closures for trivially copyable, and none has a
/// default constructor.
TEST(Function, CaptureDefaultsThatCaptureNothing) {
  Context& sc = context();
  const auto rdd = sc.range(0, 10, 1, 3);
  const auto next = [&](std::int64_t x) { return x + 1; };
  const auto add = [=](std::int64_t a, std::int64_t b) { return a + b; };
  static_assert(!std::is_default_constructible_v<decltype(next)>);
  EXPECT_EQ(rdd.map(next).map([=](std::int64_t x) { return 2 * x; }).sum(), 110);
  EXPECT_EQ(rdd.map(trusted([&](std::int64_t x) { return x + 1; })).sum(), 55);
  EXPECT_EQ(rdd.map(with(std::int64_t{2}, [&](std::int64_t two, std::int64_t x) { return two * x; })).sum(), 90);
  EXPECT_EQ(rdd.map(with(next, [=](const auto& f, std::int64_t x) { return f(x); })).sum(), 55);
  EXPECT_EQ(rdd.map([next](std::int64_t x) { return next(x); }).sum(), 55);
  EXPECT_EQ(rdd.filter([&](std::int64_t x) { return x > 7; }).count(), 2);
  EXPECT_EQ(rdd.flatMap([=](std::int64_t x) { return Numbers{x, x}; }).sum(), 90);
  EXPECT_EQ(rdd.flatMap<std::int64_t>([&](std::int64_t x, auto& emit) { emit(x); }).sum(), 45);
  EXPECT_EQ(rdd.collect([&](std::int64_t x) { return x == 3 ? std::optional(x) : std::nullopt; }).sum(), 3);
  EXPECT_EQ(rdd.mapPartitions([&](auto&) { return Numbers{1}; }).sum(), 3);
  EXPECT_EQ(rdd.mapPartitionsWithIndex([=](std::size_t i, auto&) { return std::vector{i}; }).sum(), 3U);
  EXPECT_EQ(rdd.zipPartitions(rdd, [&](auto&, auto&) { return Numbers{1}; }).sum(), 3);
  const auto pairs = rdd.keyBy([&](std::int64_t x) { return x % 2; });
  EXPECT_EQ(pairs.mapValues([=](std::int64_t x) { return 2 * x; }).values().sum(), 90);
  EXPECT_EQ(pairs.flatMapValues([&](std::int64_t x) { return Numbers{x}; }).values().sum(), 45);
  EXPECT_EQ(pairs.reduceByKey(add, 2).values().sum(), 45);
  EXPECT_EQ(pairs.foldByKey(0, add, 2).values().sum(), 45);
  EXPECT_EQ(pairs
                .aggregateByKey(
                    std::int64_t{0}, add, [&](std::int64_t a, std::int64_t b) { return a + b; }, 2)
                .values()
                .sum(),
            45);
  EXPECT_EQ(pairs.combineByKey(next, add, add, 2).values().sum(), 45 + 6);  // 1 for each key and partition
  EXPECT_EQ(rdd.groupBy([&](std::int64_t x) { return x % 3; }, 2).count(), 3);
  EXPECT_EQ(rdd.sortBy([&](std::int64_t x) { return -x; }).first(), 9);
  EXPECT_EQ(rdd.reduce(add), 45);
  EXPECT_EQ(rdd.treeReduce([&](std::int64_t a, std::int64_t b) { return a + b; }), 45);
  EXPECT_EQ(rdd.fold(0, add), 45);
  EXPECT_EQ(rdd.aggregate(std::int64_t{0}, add, [&](std::int64_t a, std::int64_t b) { return a + b; }), 45);
  EXPECT_EQ(rdd.top(1, [&](std::int64_t x) { return -x; }), Numbers{0});
  EXPECT_EQ(sc.generate(3, next, 2).sum(), 6);
  EXPECT_EQ(sc.runJob(rdd, [&](std::size_t, auto&) { return 1; }), std::vector<int>(3, 1));
  const auto sum = sc.accumulator(std::int64_t{0}, "", [&](std::int64_t& a, std::int64_t b) { a += b; });
  rdd.foreach ([=](std::int64_t x) { sum.add(x); });
  EXPECT_EQ(sum.value(), 45);
}

TEST(Function, AddressesAreRefusedByEveryOperationAndNothingIsSent) {
  Context& sc = context();
  const auto rdd = sc.range(0, 10, 1, 3);
  const auto pairs = rdd.keyBy([](std::int64_t x) { return x; });
  EXPECT_EQ(pairs.count(), 10);
  std::int64_t local = 2;
  const auto map = [&local](std::int64_t x) { return x + local; };
  const auto reduce = [&local](std::int64_t a, std::int64_t b) { return a + b + local; };
  const auto ofPartition = [&local](auto&) { return Numbers{local}; };
  const auto ofIndexed = [&local](std::size_t, auto&) { return Numbers{local}; };
  EXPECT_REFUSED("map", rdd.map(map));
  EXPECT_REFUSED("filter", rdd.filter([&local](std::int64_t x) { return x > local; }));
  EXPECT_REFUSED("flatMap", rdd.flatMap([&local](std::int64_t) { return Numbers{local}; }));
  EXPECT_REFUSED("flatMap", rdd.flatMap<std::int64_t>([&local](std::int64_t, auto& emit) { emit(local); }));
  EXPECT_REFUSED("collect", rdd.collect([&local](std::int64_t) { return std::optional(local); }));
  EXPECT_REFUSED("mapPartitions", rdd.mapPartitions(ofPartition));
  EXPECT_REFUSED("mapPartitionsWithIndex", rdd.mapPartitionsWithIndex(ofIndexed));
  EXPECT_REFUSED("zipPartitions", rdd.zipPartitions(rdd, [&local](auto&, auto&) { return Numbers{local}; }));
  EXPECT_REFUSED("keyBy", rdd.keyBy(map));
  EXPECT_REFUSED("mapValues", pairs.mapValues(map));
  EXPECT_REFUSED("flatMapValues", pairs.flatMapValues([&local](std::int64_t) { return Numbers{local}; }));
  EXPECT_REFUSED("generate", sc.generate(3, map));
  EXPECT_REFUSED("reduce", rdd.reduce(reduce));
  EXPECT_REFUSED("treeReduce", rdd.treeReduce(reduce));
  EXPECT_REFUSED("fold", rdd.fold(0, reduce));
  EXPECT_REFUSED("aggregate", rdd.aggregate(std::int64_t{0}, reduce, std::plus<>()));
  EXPECT_REFUSED("aggregate", rdd.aggregate(std::int64_t{0}, std::plus<>(), reduce));
  EXPECT_REFUSED("treeAggregate", rdd.treeAggregate(std::int64_t{0}, std::plus<>(), reduce));
  EXPECT_REFUSED("top", rdd.top(3, map));
  EXPECT_REFUSED("takeOrdered", rdd.takeOrdered(3, map));
  EXPECT_REFUSED("min", rdd.min(map));
  EXPECT_REFUSED("max", rdd.max(map));
  EXPECT_REFUSED("foreach", rdd.foreach ([&local](std::int64_t x) { local += x; }));
  EXPECT_REFUSED("foreachPartition", rdd.foreachPartition([&local](auto&) { ++local; }));
  EXPECT_REFUSED("runJob", sc.runJob(rdd, ofIndexed));
  EXPECT_EQ(rdd.count(), 10);
}

TEST(Function, MergesOfAccumulatorsAreGuardedToo) {
  std::int64_t local = 2;
  EXPECT_REFUSED("accumulator", context().accumulator(0, "", [&local](int& a, int b) { a += b + (local > 0); }));
}

TEST(Function, EveryKindOfAddressIsRefused) {
  Context& sc = context();
  const auto rdd = sc.range(5);
  std::int64_t local = 2;
  static std::int64_t global = 3;
  const Numbers heap(10, 4);
  const std::int64_t* inHeap = heap.data();
  const std::int64_t* inGlobals = &global;
  EXPECT_REFUSED("map", rdd.map([inHeap](std::int64_t x) { return x + *inHeap; }));
  EXPECT_REFUSED("map", rdd.map([inGlobals](std::int64_t x) { return x + *inGlobals; }));
  EXPECT_REFUSED("map", rdd.map([text = std::string_view("literal")](std::int64_t) { return text.size(); }));
  EXPECT_REFUSED("map", rdd.map([span = std::span(heap)](std::int64_t) { return span.size(); }));
  EXPECT_REFUSED("map", rdd.map([a = 1.5, b = 7, &local](std::int64_t x) { return a * b + double(x + local); }));
  EXPECT_REFUSED("map", rdd.map([code = +[](std::int64_t x) { return x; }](std::int64_t x) { return code(x); }));
  EXPECT_REFUSED("map", rdd.map(with(Pointing(inHeap), [](const Pointing&, std::int64_t x) { return x; })));
  EXPECT_REFUSED("map", rdd.map(with(4, [&local](int four, std::int64_t x) { return x + four + local; })));
  EXPECT_REFUSED("map",
                 rdd.map(with(std::string("s"), [&local](const std::string&, std::int64_t x) { return x + local; })));
}

struct Holder {
  std::int64_t factor = 5;
  auto times(const RDD<std::int64_t>& rdd) const {
    return rdd.map([this](std::int64_t x) { return x * factor; });
  }
};

TEST(Function, ThisIsRefused) {
  const auto rdd = context().range(5);
  EXPECT_THROW(Holder().times(rdd), CaptureError);
  EXPECT_EQ(rdd.map([holder = Holder()](std::int64_t x) { return x * holder.factor; }).sum(), 50);
}

TEST(Function, TrustedPassesWhatLooksLikeAnAddress) {
  const std::int64_t local = 5;
  const auto word = reinterpret_cast<std::uint64_t>(&local);
  const auto rdd = context().range(0, 6, 1, 3);
  EXPECT_REFUSED("map", rdd.map([word](std::int64_t) { return word; }));
  EXPECT_EQ(rdd.map(trusted([word](std::int64_t) { return word; })).collect(), std::vector<std::uint64_t>(6, word));
  EXPECT_EQ(rdd.keyBy(trusted([word](std::int64_t) { return word; })).keys().first(), word);
  EXPECT_EQ(rdd.max(trusted([word](std::int64_t x) { return x + (word > 0); })), 5);
  EXPECT_EQ(rdd.map(with(word, [](std::uint64_t state, std::int64_t) { return state; })).first(), word);
  EXPECT_EQ(rdd.map(with(1, trusted([word](int, std::int64_t) { return word; }))).first(), word);
  EXPECT_EQ(rdd.map(trusted(with(1, [word](int, std::int64_t) { return word; }))).first(), word);
}

TEST(Function, NumbersAreNoFalseAlarm) {
  const auto rdd = context().range(0, 2, 1, 2);
  for (const double number : {0.0, -0.0, 1.0, -1.5, 3.14159, 1e-300, 1e300, 6.02e23, 1.0 / 3}) {
    EXPECT_EQ(rdd.map([number](std::int64_t) { return number; }).first(), number);
  }
  for (std::int64_t i = -1000; i <= 1000; i += 100) {
    EXPECT_EQ(rdd.map([i](std::int64_t x) { return x + i; }).first(), i);
    const auto low = static_cast<std::int32_t>(i);
    const auto high = static_cast<std::int32_t>(i / 2);
    EXPECT_EQ(rdd.map([low, high](std::int64_t) { return low - high; }).first(), low - high);
    EXPECT_EQ(rdd.map([low, b = i > 0, f = 0.5f](std::int64_t) { return float(low) * f * float(b); }).first(),
              float(low) * 0.5f * float(i > 0));
  }
  const std::int64_t* nothing = nullptr;
  EXPECT_EQ(rdd.map([nothing](std::int64_t x) { return nothing == nullptr ? x : -1; }).sum(), 1);
  auto greatest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(rdd.map([greatest](std::int64_t) { return greatest; }).first(), greatest);
}

}  // namespace
}  // namespace seltzer::test
