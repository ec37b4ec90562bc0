#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/serialization/string.hpp>

#include "fixture.hpp"

// Kinds of keys: each is hashed and compared as a whole, whatever its parts.

namespace seltzer::test {

/// A user's key, hashed by std::hash.
struct Station {
  std::string name;
  std::int32_t number = 0;
  auto operator<=>(const Station&) const = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name& number;
  }
};

/// A user's case-insensitive key, hashed by seltzer::Hash.
struct Label {
  char letter = 'a';
  std::int32_t ignored = 0;
  char upper() const { return static_cast<char>(letter & ~0x20); }
  friend bool operator==(const Label& a, const Label& b) { return a.upper() == b.upper(); }
  friend bool operator<(const Label& a, const Label& b) { return a.upper() < b.upper(); }
};

}  // namespace seltzer::test

template <>
struct std::hash<seltzer::test::Station> {
  std::size_t operator()(const seltzer::test::Station& station) const {
    return std::hash<std::int32_t>()(station.number) % 7;  // many collide
  }
};

template <>
struct seltzer::Hash<seltzer::test::Label> {
  std::uint64_t operator()(const seltzer::test::Label& label) const { return seltzer::Hash<char>()(label.upper()); }
};

namespace seltzer::test {
namespace {

/// One pair per key, in three partitions.
template <class K>
std::vector<std::vector<std::pair<K, std::int64_t>>> keyed(const std::vector<K>& keys) {
  std::vector<std::pair<K, std::int64_t>> pairs;
  for (const K& key : keys) pairs.emplace_back(key, static_cast<std::int64_t>(pairs.size()));
  return slices(pairs, 3);
}

template <class K>
RDD<std::pair<K, std::int64_t>> rddOfKeys(const std::vector<K>& keys) {
  return context().parallelize(joined(keyed(keys)), 3);
}

/// Expects the groups of these keys to match the oracle.
template <class K>
void expectGroups(const std::vector<K>& keys) {
  std::vector<std::pair<K, std::vector<std::int64_t>>> expected;
  for (const auto& each : valuesByKey(keyed(keys))) expected.emplace_back(each.key, each.all());
  const auto rdd = rddOfKeys(keys);
  for (const std::size_t n : {1, 4}) expectSpread(partsOf(rdd.groupByKey(n)), expected, n);
}

template <class K, class Make>
std::vector<K> made(std::size_t count, Make make) {
  std::vector<K> keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back(make(i * 7919 % 83));
  return keys;
}

TEST(KeyKinds, Numbers) {
  using Limits = std::numeric_limits<std::int64_t>;
  auto numbers = someNumbers(900);
  numbers.insert(numbers.end(), {Limits::min(), Limits::max(), 0, -1, Limits::min()});
  expectGroups(numbers);
  expectGroups(made<std::int16_t>(300, [](std::size_t i) { return static_cast<std::int16_t>(400 * i - 16'000); }));
  expectGroups(std::vector<bool>{true, false, true, true});
}

TEST(KeyKinds, Sums) {
  enum class Colour : std::uint8_t { red, green, blue };
  expectGroups(made<Colour>(100, [](std::size_t i) { return static_cast<Colour>(i % 3); }));
  expectGroups(made<std::optional<std::string>>(
      300, [](std::size_t i) { return i % 5 == 0 ? std::nullopt : std::optional(std::string(i % 7, 'o')); }));
}

TEST(KeyKinds, Products) {
  expectGroups(made<std::pair<std::string, std::int32_t>>(
      400, [](std::size_t i) { return std::pair(std::string(i % 3, 'p'), static_cast<std::int32_t>(i % 5) - 2); }));
  expectGroups(made<std::tuple<std::int32_t, std::string, std::int64_t>>(400, [](std::size_t i) {
    return std::tuple(static_cast<std::int32_t>(i % 2), std::string(i % 4, 't'), static_cast<std::int64_t>(i % 3));
  }));
}

TEST(KeyKinds, Sequences) {
  expectGroups(made<std::vector<std::int32_t>>(
      400, [](std::size_t i) { return std::vector<std::int32_t>(i % 5, static_cast<std::int32_t>(i % 3)); }));
  expectGroups(made<std::array<std::int16_t, 2>>(400, [](std::size_t i) {
    return std::array{static_cast<std::int16_t>(i % 2), static_cast<std::int16_t>(i % 9)};
  }));
}

TEST(KeyKinds, OfAUser) {
  expectGroups(made<Station>(500, [](std::size_t i) {
    return Station{std::string(i % 3, 's'), static_cast<std::int32_t>(i % 31)};
  }));
}

/// The hours of a clock.
enum class Hour : std::int32_t {};

bool operator==(Hour a, Hour b) {
  return static_cast<int>(a) % 12 == static_cast<int>(b) % 12;
}

}  // namespace
}  // namespace seltzer::test

template <>
struct std::hash<seltzer::test::Hour> {
  std::size_t operator()(seltzer::test::Hour hour) const { return static_cast<std::size_t>(hour) % 12; }
};

namespace seltzer::test {
namespace {

/// Enumerations may be equal by an `==` of their own, everywhere.
TEST(KeyKinds, EnumerationsWithAnEquality) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto hours = context().range(0, 120, 1, partitions).map([](std::int64_t x) { return static_cast<Hour>(x); });
    const auto pairs = hours.map([](Hour hour) { return std::pair(hour, 1); });
    EXPECT_EQ(hours.distinct().count(), 12);
    EXPECT_EQ(pairs.reduceByKey(std::plus<>()).count(), 12);
    EXPECT_EQ(pairs.groupByKey().count(), 12);
    EXPECT_EQ(pairs.countByKey().size(), 12U);
    EXPECT_EQ(pairs.lookup(Hour{13}).size(), 10U);
    EXPECT_EQ(pairs.partitionBy(4).lookup(Hour{13}).size(), 10U);
    EXPECT_EQ(pairs.join(pairs).count(), 12 * 100);
    EXPECT_EQ(pairs.broadcastJoin(pairs).count(), 12 * 100);
  }
  const auto names = context().broadcast(std::unordered_map<Hour, int>{{Hour{1}, 7}});
  const auto found =
      context().range(0, 120, 1, 3).map([names](std::int64_t x) { return (*names).count(static_cast<Hour>(x)); });
  EXPECT_EQ(found.sum(), 10);
}

struct alignas(32) Corner {
  double x = 0;
  double y = 0;

  friend auto operator<=>(const Corner&, const Corner&) = default;
};

TEST(KeyKinds, OfMoreThanTheUsualAlignment) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto corners = context().range(0, 3000, 1, partitions).map([](std::int64_t x) {
      return Corner{static_cast<double>(x * 7919 % 3000 / 2), static_cast<double>(x)};
    });
    std::vector<Corner> expected = corners.collect();
    const auto half = [](const Corner& corner) { return Corner{corner.x, 0}; };
    std::ranges::sort(expected);  // of those with the same x, y counts them
    EXPECT_EQ(corners.sortBy(half).collect(), expected);
    const auto pairs = corners.map([](const Corner& corner) { return std::pair(corner, 1); });
    EXPECT_TRUE(std::ranges::is_sorted(pairs.sortByKey().keys().collect()));
    EXPECT_TRUE(std::ranges::is_sorted(
        pairs.repartitionAndSortWithinPartitions(RangePartitioner<Corner>(4, pairs)).keys().collect()));
  }
}

/// Equal keys may differ in what `==` ignores; the first seen is kept.
TEST(KeyKinds, TheFirstSeenOfEqualKeysStays) {
  const auto labels = made<Label>(400, [](std::size_t i) {
    return Label{static_cast<char>((i % 2 == 0 ? 'a' : 'A') + i % 13), static_cast<std::int32_t>(i)};
  });
  const auto parts = keyed(labels);
  const auto grouped = partsOf(context().parallelize(joined(parts), 3).reduceByKey(std::plus<>(), 4));
  const auto placement = placementOf(grouped);
  std::vector<std::vector<std::tuple<char, std::int32_t, std::int64_t>>> expected(4), seen(4);
  for (const auto& each : valuesByKey(parts)) {
    std::int64_t sum = 0;
    for (const std::int64_t value : each.all()) sum += value;
    expected[placement.at(each.key)].emplace_back(each.key.letter, each.key.ignored, sum);
  }
  for (std::size_t p = 0; p < 4; ++p) {
    for (const auto& [label, sum] : grouped[p]) seen[p].emplace_back(label.letter, label.ignored, sum);
  }
  EXPECT_EQ(seen, expected);
}

struct NumberLess {
  bool operator()(double a, double b) const { return std::isnan(b) ? !std::isnan(a) : a < b; }
};

/// All NaNs are one key, and so are both zeros.
TEST(KeyKinds, FloatingPointNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const auto parts = keyed(made<double>(600, [&](std::size_t i) {
    const std::array<double, 11> some{nan, -0.0, 0.0, std::nan("12"), 1.5, -1.5, infinity, -infinity, -nan, 1e-310, 1};
    return some[i % some.size()];
  }));
  const auto text = [](const auto& pairs) {
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> texts;
    for (const auto& [key, values] : pairs) {
      texts.emplace_back(std::isnan(key) ? "nan" : std::to_string(key) + (key == 1e-310 ? "denormal" : ""), values);
    }
    return texts;
  };
  std::vector<std::pair<double, std::vector<std::int64_t>>> expected;
  for (const auto& each : valuesByKey<NumberLess>(parts)) expected.emplace_back(each.key, each.all());
  for (const std::size_t n : {1, 4}) {
    std::vector<std::vector<std::pair<std::string, std::vector<std::int64_t>>>> grouped;
    for (const auto& part : partsOf(context().parallelize(joined(parts), 3).groupByKey(n)))
      grouped.push_back(text(part));
    expectSpread(grouped, text(expected), n);
  }
  const auto inside = context().parallelize(joined(parts), 3).map([](const auto& pair) {
    return std::pair(std::optional(pair.first), 1);
  });
  EXPECT_EQ(inside.reduceByKey(std::plus<>(), 3).count(), static_cast<std::int64_t>(expected.size()));
}

}  // namespace
}  // namespace seltzer::test
