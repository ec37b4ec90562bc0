#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
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

/// Expects that a broadcast map answers as `map` does, for its keys and for `others`, on the driver and in tasks.
template <class K, class V>
void expectMapEverywhere(const std::unordered_map<K, V>& map, const std::vector<K>& others) {
  Context& sc = context();
  const auto broadcast = sc.broadcast(map);
  static_assert(std::is_same_v<decltype(broadcast.value()), const BroadcastMap<K, V>&>);
  const auto& view = *broadcast;
  EXPECT_EQ(view.size(), map.size());
  EXPECT_EQ(view.empty(), map.empty());
  const std::unordered_map<K, V> again(view.begin(), view.end());
  EXPECT_EQ(again, map);
  static_assert(std::ranges::forward_range<decltype(view)>);
  std::size_t inOrder = 0;
  for (const auto& [key, value] : view) inOrder += map.contains(key) && map.at(key) == value ? 1 : 0;
  EXPECT_EQ(inOrder, map.size());
  EXPECT_EQ(std::distance(view.begin(), view.end()), static_cast<std::ptrdiff_t>(map.size()));
  std::vector<K> keys = others;
  for (const auto& [key, value] : map) keys.push_back(key);
  const auto found = sc.parallelize(keys, 5)
                         .map([broadcast](K key) {
                           const auto& values = *broadcast;
                           const auto at = values.find(key);
                           const bool is = at != values.end();
                           const bool agree = is == values.contains(key) && is == (broadcast->count(key) == 1) &&
                                              (!is || (at->first == key && values.at(key) == at->second));
                           return std::pair(agree, is ? std::optional<V>(at->second) : std::nullopt);
                         })
                         .collect();
  ASSERT_EQ(found.size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto expected = map.find(keys[i]);
    EXPECT_TRUE(found[i].first);
    EXPECT_EQ(found[i].second, expected == map.end() ? std::nullopt : std::optional<V>(expected->second));
  }
}

TEST(Broadcast, MapsOfIntegersAreLookedUpFaster) {
  std::mt19937_64 random(seed());
  for (const std::size_t size : {0UL, 1UL, 2UL, 63UL, 64UL, 1000UL, 30'000UL}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << size << " entries");
    std::unordered_map<std::int64_t, double> wide;
    std::unordered_map<std::int8_t, std::int8_t> narrow;
    std::vector<std::int64_t> others;
    for (std::size_t i = 0; i < size; ++i) {
      wide.emplace(static_cast<std::int64_t>(random()), static_cast<double>(i) / 4);
      narrow.emplace(static_cast<std::int8_t>(random()), static_cast<std::int8_t>(i));
      others.push_back(static_cast<std::int64_t>(random()));
    }
    expectMapEverywhere(wide, others);
    expectMapEverywhere(narrow, {-128, -1, 0, 1, 127});
  }
  expectMapEverywhere<std::int64_t, Ticket>({{5, Ticket(1)}, {-5, Ticket(2)}}, {0, 1});
  EXPECT_THROW((context().broadcast(std::unordered_map<int, int>{{1, 2}})->at(3)), std::out_of_range);
}

/// Arrays and hash tables; keys on both sides of 0 and at the ends of their type.
TEST(Broadcast, MapsOfDenseAndOfSparseKeys) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t step : {1, 2, 3, 1000}) {
    for (const std::int64_t size : {1, 10, 20'000}) {
      SCOPED_TRACE(testing::Message() << size << " keys, one in " << step);
      for (const std::int64_t first : {std::int64_t{0}, -size * step / 2, most - size * step, -most - 1}) {
        std::unordered_map<std::int64_t, std::int64_t> map;
        for (std::int64_t i = 0; i < size; ++i) map.emplace(first + i * step, i);
        const auto broadcast = context().broadcast(map);
        const auto [found, sum] =
            context()
                .range(0, size * step, 1, 4)
                .map([broadcast, first](std::int64_t i) {
                  const auto at = broadcast->find(first + i);
                  const bool is = at != broadcast->end();
                  return std::pair<std::int64_t, std::int64_t>(is, is ? at->second : 0);
                })
                .reduce([](auto a, auto b) { return std::pair(a.first + b.first, a.second + b.second); });
        EXPECT_EQ(found, size);
        EXPECT_EQ(sum, size * (size - 1) / 2);
        EXPECT_EQ(broadcast->contains(first + 1), step == 1 && size > 1);
        broadcast.unpersist();
        EXPECT_EQ(broadcast->at(first), 0);
        broadcast.destroy();
      }
    }
  }
}

enum class Level : std::int16_t { low = 5, middle = 7, high = 1000 };
[[maybe_unused]] bool operator<(Level a, Level b) {
  const auto rank = [](Level level) { return level == Level::low ? 0 : level == Level::high ? 1 : 2; };
  return rank(a) < rank(b);
}

struct alignas(32) Wide {
  std::int64_t number = 0;
  bool operator==(const Wide&) const = default;
};

TEST(Broadcast, MapsOfEnumsWithAnOrderOfTheirOwnAndOfAlignedValues) {
  expectMapEverywhere<Level, int>({{Level::low, 1}, {Level::middle, 2}, {Level::high, 3}}, {Level{0}, Level{6}});
  expectMapEverywhere<std::int64_t, Wide>({{1, {10}}, {2, {20}}, {3, {30}}}, {0, 4});
  expectMapEverywhere<std::int64_t, Wide>({{1, {10}}, {2000, {20}}, {-3, {30}}}, {0, 4});
}

/// These are decoded by each rank: texts have memory of their own, and a map may have its own notion of equal keys.
TEST(Broadcast, OtherMapsKeepTheirType) {
  struct ByParity {
    std::size_t operator()(int key) const { return static_cast<std::size_t>(key % 2); }
    bool operator()(int a, int b) const { return a % 2 == b % 2; }
  };
  using Parities = std::unordered_map<int, int, ByParity, ByParity>;
  const auto parities = context().broadcast(Parities{{1, 10}, {2, 20}});
  EXPECT_EQ(
      context().range(0, 4, 1, 4).map([parities](std::int64_t i) { return parities->at(static_cast<int>(i)); }).sum(),
      60);
  using Texts = std::unordered_map<std::string, int>;
  const auto texts = context().broadcast(Texts{{"a", 1}});
  static_assert(std::is_same_v<decltype(texts.value()), const Texts&>);
  EXPECT_EQ(texts->at("a"), 1);
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
  const std::uint64_t sent = (afterBroadcast[0] - atFirst[0]).broadcast.bytesSent;
  EXPECT_GE(sent, 160'000u);
  EXPECT_LT(sent, 2 * 160'000u);
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
