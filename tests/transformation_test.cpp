#include <algorithm>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Pairs = std::vector<std::pair<std::int64_t, std::string>>;

template <class T, class F>
auto mapped(const std::vector<T>& elements, F f) {
  std::vector<std::decay_t<decltype(f(elements.front()))>> results;
  for (const T& element : elements) results.push_back(f(element));
  return results;
}

Pairs somePairs(std::size_t count) {
  Pairs pairs;
  const auto numbers = someNumbers(count);
  const auto strings = someStrings(count);
  for (std::size_t i = 0; i < count; ++i) pairs.emplace_back(numbers[i % 20], strings[i]);
  return pairs;
}

TEST(Transformation, MapAppliesToEachElement) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    const auto half = [](std::int64_t x) { return static_cast<double>(x) / 2; };
    const auto text = [](std::int64_t x) { return std::string("<") + std::to_string(x) + ">"; };
    EXPECT_EQ(rdd.map(half).collect(), mapped(elements, half));
    EXPECT_EQ(rdd.map(text).glom().collect(), slices(mapped(elements, text), partitions));
    EXPECT_EQ(rdd.map([](std::int64_t x) { return x ^ 5; }).collect(),
              mapped(elements, [](std::int64_t x) { return x ^ 5; }));
  });
}

TEST(Transformation, MapBetweenUserTypes) {
  const auto readings = someReadings(1100);
  const auto rdd = context().parallelize(readings, 3);
  const auto toTicket = [](const Reading& reading) { return Ticket(static_cast<std::int64_t>(reading.value * 3)); };
  EXPECT_EQ(rdd.map(toTicket).collect(), mapped(readings, toTicket));
  const auto even = [](const Ticket& ticket) { return ticket.number % 2 == 0; };
  EXPECT_EQ(rdd.map(toTicket).map(even).collect(), mapped(mapped(readings, toTicket), even));
  const auto longer = [](Reading reading) {
    reading.station += "!";
    reading.flags.push_back(1);
    return reading;
  };
  EXPECT_EQ(rdd.map(longer).collect(), mapped(readings, longer));
  EXPECT_EQ(rdd.collect(), readings) << "a function's copy is its own";
}

TEST(Transformation, ParentIsNotChangedByFunctionsThatTakeItsElements) {
  const auto strings = someStrings(2100);
  for (const bool cached : {false, true}) {
    const auto rdd = context().parallelize(strings, 3);
    if (cached) rdd.cache();
    const auto stolen = rdd.map([](std::string& text) { return std::move(text); });
    const auto grown = rdd.map([](std::string&& text) { return std::move(text) + "z"; });
    EXPECT_EQ(stolen.collect(), strings);
    EXPECT_EQ(grown.collect(), mapped(strings, [](const std::string& text) { return text + "z"; }));
    EXPECT_EQ(rdd.collect(), strings);
  }
}

TEST(Transformation, FilterBeforeCountCallsItsFunctionOnce) {
  const auto calls = context().accumulator(std::int64_t{0});
  forRandomNumbers([&](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const std::int64_t before = calls.value();
    const auto rdd = sc.parallelize(elements, partitions).filter([calls](std::int64_t x) {
      calls.add(1);
      return static_cast<int>(x % 5);  // as good as a bool
    });
    const auto expected = std::ranges::count_if(elements, [](std::int64_t x) { return x % 5 != 0; });
    EXPECT_EQ(rdd.count(), expected);
    EXPECT_EQ(calls.value() - before, static_cast<std::int64_t>(elements.size()));
    EXPECT_EQ(rdd.map([](std::int64_t x) { return x; }).count(), expected);
    EXPECT_EQ(rdd.filter([](std::int64_t x) { return x % 5 == 1; }).count(),
              std::ranges::count_if(elements, [](std::int64_t x) { return x % 5 == 1; }));
    EXPECT_EQ(rdd.cache().count(), expected);
    EXPECT_EQ(rdd.count(), expected);
  });
  const auto texts = someStrings(3000);
  EXPECT_EQ(context().parallelize(texts, 3).filter([](const std::string& text) { return text.empty(); }).count(),
            std::ranges::count(texts, std::string()));
}

/// A function may return the element that it was given, as an rvalue reference.
TEST(Transformation, MapByAFunctionThatReturnsItsArgument) {
  const auto texts = someStrings(3000);
  EXPECT_EQ(context().parallelize(texts, 3).map(std::identity()).collect(), texts);
  const auto same = [](std::vector<std::string>&& words) -> std::vector<std::string>&& { return std::move(words); };
  const auto words = context().parallelize(texts, 3).map([](const std::string& text) {
    return std::vector{text, text};
  });
  EXPECT_EQ(words.map(same).collect(), words.collect());
}

/// Can be assigned only from an rvalue.
struct MoveAssigned {
  std::int64_t number = 0;

  explicit MoveAssigned(std::int64_t given) : number(given) {}
  MoveAssigned(const MoveAssigned&) = default;
  MoveAssigned(MoveAssigned&&) = default;
  MoveAssigned& operator=(const MoveAssigned&) = delete;
  MoveAssigned& operator=(MoveAssigned&&) = default;
  ~MoveAssigned() = default;
};

TEST(Transformation, MapByAFunctionThatReturnsItsArgumentWhereItCannotBeCopyAssigned) {
  const auto rdd = context().range(0, 3000, 1, 3).map([](std::int64_t x) { return MoveAssigned(x); });
  const auto same = rdd.map([](const MoveAssigned& x) -> const MoveAssigned& { return x; });
  EXPECT_EQ(same.map([](const MoveAssigned& x) { return x.number; }).sum(), 1500 * 2999);
}

struct Unassignable {
  const std::int64_t number;
  double half;
};

TEST(Transformation, ElementsThatCannotBeAssigned) {
  const auto rdd = context().range(0, 3000, 1, 3).map([](std::int64_t x) { return Unassignable{x, x / 2.0}; });
  const auto odd = rdd.filter([](const Unassignable& x) { return x.number % 2 == 1; }).cache();
  EXPECT_EQ(odd.map([](const Unassignable& x) { return x.number; }).sum(), 1500 * 1500);
  EXPECT_EQ(odd.map([](const Unassignable& x) { return x.half; }).sum(), 1500 * 750);
}

TEST(Transformation, FilterKeepsOrder) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto keep = [](std::int64_t x) { return x % 3 == 0; };
    const auto rdd = sc.parallelize(elements, partitions).filter(keep);
    auto expected = slices(elements, partitions);
    for (auto& part : expected) std::erase_if(part, [&](std::int64_t x) { return !keep(x); });
    EXPECT_EQ(rdd.glom().collect(), expected);
    EXPECT_EQ(rdd.filter([](std::int64_t) { return false; }).count(), 0);
    EXPECT_EQ(rdd.filter([](std::int64_t) { return true; }).collect(), joined(expected));
  });
  const auto strings = someStrings(2000);
  auto expected = strings;
  std::erase_if(expected, [](const std::string& text) { return text.size() % 2 == 0; });
  EXPECT_EQ(context().parallelize(strings, 3).filter([](const std::string& s) { return s.size() % 2 == 1; }).collect(),
            expected);
}

TEST(Transformation, FlatMapOfRangesAndOfEmittersAgree) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    Numbers expected;
    for (const std::int64_t x : elements) {
      for (std::int64_t i = 0; i < (x & 3); ++i) expected.push_back(x + i);
    }
    const auto rdd = sc.parallelize(elements, partitions);
    const auto ranges = rdd.flatMap([](std::int64_t x) {
      Numbers numbers;
      for (std::int64_t i = 0; i < (x & 3); ++i) numbers.push_back(x + i);
      return numbers;
    });
    const auto emitted = rdd.flatMap<std::int64_t>([](std::int64_t x, auto& emit) {
      for (std::int64_t i = 0; i < (x & 3); ++i) emit(x + i);
    });
    EXPECT_EQ(ranges.collect(), expected);
    EXPECT_EQ(emitted.collect(), expected);
    EXPECT_EQ(ranges.glom().collect(), emitted.glom().collect());
  });
}

TEST(Transformation, FlatMapOfContainers) {
  const auto strings = someStrings(1500);
  std::vector<char> letters;
  for (const auto& text : strings) letters.insert(letters.end(), text.begin(), text.end());
  const auto rdd = context().parallelize(strings, 3);
  EXPECT_EQ(rdd.flatMap([](const std::string& text) { return text; }).collect(), letters);
  EXPECT_EQ(rdd.flatMap([](const std::string& text) -> const std::string& { return text; }).collect(), letters);
  EXPECT_EQ(rdd.flatMap([](const std::string& text) { return std::vector<std::string>(2, text); }).count(), 3000);
  EXPECT_EQ(rdd.flatMap([](const std::string&) { return std::vector<bool>{true, false}; }).count(), 3000);
}

TEST(Transformation, OneElementBecomesManyBatches) {
  const auto rdd = context().parallelize({std::int64_t{3}, std::int64_t{10000}}, 2);
  const auto counted = rdd.flatMap<std::int64_t>([](std::int64_t n, auto& emit) {
    for (std::int64_t i = 0; i < n; ++i) emit(i);
  });
  const auto all = counted.collect();
  ASSERT_EQ(all.size(), 10003u);
  for (std::size_t i = 0; i < 10000; ++i) ASSERT_EQ(all[i + 3], static_cast<std::int64_t>(i));
  EXPECT_EQ(counted.take(5), (Numbers{0, 1, 2, 0, 1}));
}

TEST(Transformation, EmitSaysWhenNobodyWantsMore) {
  const auto endless = context().range(0, 1, 1, 1).flatMap<std::int64_t>([](std::int64_t, auto& emit) {
    for (std::int64_t i = 0; emit(i); ++i) {
    }
  });
  EXPECT_EQ(endless.take(3), (Numbers{0, 1, 2}));
}

TEST(Transformation, MapPartitionsIsCalledOnceForEachPartitionEmptyOnesToo) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    Numbers sums;
    for (const auto& part : slices(elements, partitions)) {
      sums.push_back(0);
      for (const std::int64_t x : part) sums.back() += x;
    }
    const auto rdd = sc.parallelize(elements, partitions);
    const auto returned = rdd.mapPartitions([](auto& part) {
      std::int64_t sum = 0;
      for (const std::int64_t x : part) sum += x;
      return Numbers{sum};
    });
    const auto emitted = rdd.mapPartitions<std::int64_t>([](auto& part, auto& emit) {
      std::int64_t sum = 0;
      for (const std::int64_t x : part) sum += x;
      emit(sum);
    });
    EXPECT_EQ(returned.collect(), sums);
    EXPECT_EQ(emitted.collect(), sums);
  });
}

#ifdef SELTZER_TEST_VIEWS
TEST(Transformation, MapPartitionsMayReturnAViewOverItsElements) {
  const auto elements = someNumbers(3000);
  const auto rdd = context().parallelize(elements, 3).mapPartitions([](auto& part) {
    return part | std::views::filter([](std::int64_t x) { return x > 0; });
  });
  auto expected = elements;
  std::erase_if(expected, [](std::int64_t x) { return x <= 0; });
  EXPECT_EQ(rdd.collect(), expected);
}
#endif

TEST(Transformation, MapPartitionsMayReadNothingOrPart) {
  const auto rdd = context().parallelize(someNumbers(5000), 3);
  EXPECT_EQ(rdd.mapPartitions([](auto&) { return Numbers{1}; }).collect(), Numbers(3, 1));
  const auto firsts = rdd.mapPartitions([](auto& part) { return Numbers{*part.begin()}; });
  Numbers expected;
  for (const auto& part : slices(someNumbers(5000), 3)) expected.push_back(part.front());
  EXPECT_EQ(firsts.collect(), expected);
}

TEST(Transformation, MapPartitionsWithIndexKnowsItsIndex) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto parts = slices(someNumbers(20), partitions);
    std::vector<std::pair<std::size_t, std::int64_t>> expected;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      for (const std::int64_t x : parts[i]) expected.emplace_back(i, x);
    }
    const auto rdd = context().parallelize(someNumbers(20), partitions);
    using Indexed = std::pair<std::size_t, std::int64_t>;
    EXPECT_EQ(rdd.mapPartitionsWithIndex([](std::size_t index, auto& part) {
                   std::vector<Indexed> results;
                   for (const std::int64_t x : part) results.emplace_back(index, x);
                   return results;
                 })
                  .collect(),
              expected);
    EXPECT_EQ(rdd.mapPartitionsWithIndex<Indexed>([](std::size_t index, auto& part, auto& emit) {
                   for (const std::int64_t x : part) emit(Indexed(index, x));
                 })
                  .collect(),
              expected);
  }
}

TEST(Transformation, GlomOfSkewedPartitions) {
  const auto parts = skewed(someStrings(3000));
  EXPECT_EQ(rddOf(parts).glom().collect(), parts);
  EXPECT_EQ(rddOf(parts).collect(), joined(parts));
  const auto nested = context().parallelize(someStrings(6), 3).glom().glom().collect();
  ASSERT_EQ(nested.size(), 3u);
  EXPECT_EQ(nested[2], (std::vector<std::vector<std::string>>{slices(someStrings(6), 3)[2]}));
}

TEST(Transformation, KeyByKeepsTheElement) {
  const auto strings = someStrings(1500);
  const auto rdd = context().parallelize(strings, 3).keyBy([](const std::string& text) { return text.size(); });
  EXPECT_EQ(rdd.collect(), mapped(strings, [](const std::string& text) { return std::pair(text.size(), text); }));
  const auto twice = context().parallelize(strings, 3).keyBy([](const std::string& text) { return text + "k"; });
  EXPECT_EQ(twice.collect(), mapped(strings, [](const std::string& text) { return std::pair(text + "k", text); }));
}

TEST(Transformation, KeysAndValuesOfPairs) {
  const auto pairs = somePairs(1500);
  const auto rdd = context().parallelize(pairs, 3);
  EXPECT_EQ(rdd.collect(), pairs);
  EXPECT_EQ(rdd.keys().collect(), mapped(pairs, [](const auto& pair) { return pair.first; }));
  EXPECT_EQ(rdd.values().collect(), mapped(pairs, [](const auto& pair) { return pair.second; }));
}

TEST(Transformation, MapValuesKeepsKeysAndOrder) {
  const auto pairs = somePairs(1500);
  const auto rdd = context().parallelize(pairs, 3);
  const auto size = [](const std::string& text) { return text.size(); };
  EXPECT_EQ(rdd.mapValues(size).collect(),
            mapped(pairs, [&](const auto& pair) { return std::pair(pair.first, size(pair.second)); }));
  const auto twice = [](std::string text) { return text + text; };
  EXPECT_EQ(rdd.mapValues(twice).collect(),
            mapped(pairs, [&](const auto& pair) { return std::pair(pair.first, twice(pair.second)); }));
}

TEST(Transformation, FlatMapValuesRepeatsTheKey) {
  const auto pairs = somePairs(1500);
  std::vector<std::pair<std::int64_t, char>> letters;
  for (const auto& [key, text] : pairs) {
    for (const char letter : text) letters.emplace_back(key, letter);
  }
  const auto rdd = context().parallelize(pairs, 3);
  EXPECT_EQ(rdd.flatMapValues([](const std::string& text) { return text; }).collect(), letters);
  EXPECT_EQ(rdd.flatMapValues([](std::string&& text) { return std::move(text); }).collect(), letters);
  EXPECT_EQ(rdd.map([](const auto& pair) { return std::pair(pair.second, pair.first); })
                .flatMapValues([](std::int64_t x) {
                  return Numbers{x, -x};
                })
                .count(),
            3000);
}

TEST(Transformation, CollectWithAFunctionFiltersAndMaps) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    std::vector<std::string> expected;
    for (const std::int64_t x : elements) {
      if (x % 2 == 0) expected.push_back(std::to_string(x / 2));
    }
    const auto halves = sc.parallelize(elements, partitions).collect([](std::int64_t x) {
      return x % 2 == 0 ? std::optional(std::to_string(x / 2)) : std::nullopt;
    });
    EXPECT_EQ(halves.collect(), expected);
  });
}

TEST(Transformation, ChainsRunInOnePassAndStayLazy) {
  Context& sc = context();
  const auto calls = sc.accumulator(std::int64_t{0});
  auto rdd = sc.range(0, 3000, 1, 8).map([calls](std::int64_t x) {
    calls.add(1);
    return x;
  });
  for (int i = 0; i < 20; ++i) rdd = rdd.map([](std::int64_t x) { return x + 1; });
  EXPECT_EQ(calls.value(), 0);
  EXPECT_EQ(rdd.sum(), 2999 * 3000 / 2 + 20 * 3000);
  EXPECT_EQ(calls.value(), 3000);
}

TEST(Transformation, MapOverBools) {
  const auto elements = someNumbers(2000);
  const auto positive = [](std::int64_t x) { return x > 0; };
  const auto rdd = context().parallelize(elements, 3).map(positive);
  EXPECT_EQ(rdd.collect(), mapped(elements, positive));
  EXPECT_EQ(rdd.map([](bool b) { return !b; }).map([](bool b) { return b ? 1 : 0; }).sum(),
            std::ranges::count_if(elements, [](std::int64_t x) { return x <= 0; }));
}

}  // namespace
}  // namespace seltzer::test
