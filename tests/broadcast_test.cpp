#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

/// Expects the same value on the driver and, compared by `digest`, in tasks on every rank, twice.
template <class T, class Digest>
void expectEverywhere(const T& value, Digest digest) {
  Context& sc = context();
  const auto broadcast = sc.broadcast(value);
  const auto expected = digest(broadcast);
  const auto rdd = sc.range(0, 8, 1, 8).map([broadcast, digest](std::int64_t) { return digest(broadcast); });
  EXPECT_EQ(rdd.collect(), std::vector(8, expected));
  EXPECT_EQ(rdd.filter([broadcast, digest](const auto& seen) { return digest(broadcast) == seen; }).count(), 8);
}

TEST(Broadcast, ValuesInPlace) {
  expectEverywhere(2.5, [](const auto& b) { return *b; });
  EXPECT_EQ(context().broadcast(2.5).value(), 2.5);
  expectEverywhere(std::int8_t{-3}, [](const auto& b) { return int{b.value()}; });
  expectEverywhere(true, [](const auto& b) { return *b ? 4 : 5; });
  expectEverywhere(Ticket(77), [](const auto& b) { return b->number; });
  EXPECT_EQ(*context().broadcast(Ticket(77)), Ticket(77));
}

TEST(Broadcast, VectorsAreReadAsSpans) {
  Context& sc = context();
  std::vector<double> many(70'000);
  std::iota(many.begin(), many.end(), 0.5);
  const auto broadcast = sc.broadcast(many);
  const std::span<const double> span = broadcast.value();
  EXPECT_EQ(std::vector<double>(span.begin(), span.end()), many);
  const auto rdd = sc.range(0, 70'000, 1, 8);
  EXPECT_EQ(rdd.map([broadcast](std::int64_t i) { return (*broadcast)[static_cast<std::size_t>(i)]; }).collect(), many);
  EXPECT_TRUE(sc.broadcast(std::vector<int>()).value().empty());
  EXPECT_EQ(rdd.map([none = sc.broadcast(std::vector<int>())](std::int64_t) { return none.value().size(); }).sum(), 0u);
  EXPECT_EQ(sc.broadcast(someTickets(5)).value()[3], someTickets(5)[3]);
}

TEST(Broadcast, StringsAreReadAsViews) {
  Context& sc = context();
  for (const std::string& text : {std::string(), std::string("short"), std::string(5000, 'l')}) {
    const auto broadcast = sc.broadcast(text);
    const std::string_view view = *broadcast;
    EXPECT_EQ(view, text);
    EXPECT_EQ(sc.range(0, 4, 1, 8).map([broadcast](std::int64_t) { return std::string(*broadcast); }).collect(),
              std::vector<std::string>(4, text));
  }
}

TEST(Broadcast, ValuesThatEachRankDecodes) {
  std::map<std::string, std::int64_t> map;
  for (const auto& text : someStrings(500)) map.emplace(text, static_cast<std::int64_t>(map.size()));
  expectEverywhere(map, [](const auto& b) {
    std::int64_t digest = 0;
    for (const auto& [key, value] : *b) digest = digest * 31 % 1000003 + value + static_cast<std::int64_t>(key.size());
    return digest;
  });
  EXPECT_EQ(*context().broadcast(map), map);
  EXPECT_EQ(*context().broadcast(someReadings(50)), someReadings(50));
  EXPECT_EQ(context().broadcast(someReadings(50))->size(), 50u);
  EXPECT_EQ(*context().broadcast(std::vector<bool>{true, false}), (std::vector<bool>{true, false}));
  expectEverywhere(someStrings(200), [](const auto& b) { return (*b)[150]; });
}

TEST(Broadcast, SeveralAtOnceAndInsideState) {
  Context& sc = context();
  const auto factors = sc.broadcast(std::vector<std::int64_t>{1, 10, 100});
  const auto names = sc.broadcast(std::map<std::int64_t, std::string>{{0, "a"}, {1, "b"}, {2, "c"}});
  const auto rdd = sc.range(0, 3, 1, 3).map([factors, names](std::int64_t i) {
    return names->at(i) + std::to_string((*factors)[static_cast<std::size_t>(i)]);
  });
  EXPECT_EQ(rdd.collect(), (std::vector<std::string>{"a1", "b10", "c100"}));
  EXPECT_EQ(rdd.reduce([names](const std::string& a, const std::string& b) { return a + names->at(1) + b; }),
            "a1bb10bc100");
}

TEST(Broadcast, TravelsOnceAndNeverWithATask) {
  Context& sc = context();
  const std::vector<double> many(20'000, 1.5);
  const auto atFirst = sc.traffic();
  const auto broadcast = sc.broadcast(many);
  const auto afterBroadcast = sc.traffic();
  EXPECT_GE((afterBroadcast[0] - atFirst[0]).broadcast.bytesSent, 160'000u);
  const auto rdd =
      sc.range(0, 1000, 1, 8).map([broadcast](std::int64_t i) { return (*broadcast)[static_cast<std::size_t>(i)]; });
  EXPECT_EQ(rdd.sum(), 1500);
  EXPECT_EQ(rdd.sum(), 1500);
  const auto atLast = sc.traffic();
  for (std::size_t rank = 0; rank < atLast.size(); ++rank) {
    EXPECT_LT((atLast[rank] - afterBroadcast[rank]).total().bytesSent, 5000u);
  }
}

TEST(Broadcast, UnpersistedOnesAreDecodedAgain) {
  Context& sc = context();
  const auto names = sc.broadcast(someStrings(300));
  const auto rdd =
      sc.range(0, 300, 1, 8).map([names](std::int64_t i) { return names->at(static_cast<std::size_t>(i)); });
  EXPECT_EQ(rdd.collect(), someStrings(300));
  names.unpersist();
  EXPECT_EQ(rdd.collect(), someStrings(300));
  names.unpersist();
  names.unpersist();
  EXPECT_EQ(names.value(), someStrings(300));
}

TEST(Broadcast, DestroyedOnesCannotBeUsed) {
  Context& sc = context();
  const auto number = sc.broadcast(4.5);
  const auto names = sc.broadcast(someStrings(3));
  const auto other = sc.broadcast(7);
  const auto rdd = sc.range(0, 4, 1, 3).map([number](std::int64_t i) { return *number + static_cast<double>(i); });
  EXPECT_EQ(rdd.sum(), 24);
  number.destroy();
  names.destroy();
  EXPECT_THROW(number.value(), std::logic_error);
  EXPECT_THROW(names.value(), std::logic_error);
  EXPECT_THROW(number.destroy(), std::logic_error);
  EXPECT_THROW(names.unpersist(), std::logic_error);
  EXPECT_THROW(rdd.sum(), TaskError);
  EXPECT_EQ(sc.range(0, 4, 1, 3).map([other](std::int64_t) { return *other; }).sum(), 28);
}

TEST(Broadcast, IsForTheDriverAlone) {
  Context& sc = context();
  const auto number = sc.broadcast(4.5);
  const auto rdd = sc.range(0, 4, 1, 3);
  EXPECT_THROW(rdd.foreach ([number](std::int64_t) { number.destroy(); }), NestedJobError);
  EXPECT_THROW(rdd.foreach ([number](std::int64_t) { number.unpersist(); }), NestedJobError);
  EXPECT_EQ(*number, 4.5);
}

}  // namespace
}  // namespace seltzer::test
