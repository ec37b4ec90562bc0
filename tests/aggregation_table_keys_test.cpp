#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/aggregation/table.hpp>

#include "aggregation_table_oracle.hpp"

namespace {

using seltzer::detail::AggregationTable;
using seltzer::detail::InlineStore;
using seltzer::test::compareWithOracle;

/// A key whose values all have the same hash.
struct Colliding {
  int number;
  bool operator==(const Colliding&) const = default;
};

enum class Color : std::uint8_t { red, green, blue };

}  // namespace

template <>
struct seltzer::Hash<Colliding> {
  std::uint64_t operator()(const Colliding&) const { return 0x123456789abcdef0u; }
};

namespace {

TEST(AggregationTable, KeysOfOneHashStayApart) {
  AggregationTable<Colliding, int> table;
  table.upsert(
      6000, [](std::size_t i) { return Colliding{static_cast<int>(i * 7 % 1500)}; }, [](std::size_t) { return 1; },
      [](int& count, std::size_t) { ++count; });
  ASSERT_EQ(table.size(), 1500u);
  int position = 0;
  table.forEach([&](std::uint64_t hash, Colliding& key, int& count) {
    EXPECT_EQ(hash, 0x123456789abcdef0u);
    EXPECT_EQ(key.number, position++ * 7 % 1500);
    EXPECT_EQ(count, 4);
  });
  EXPECT_EQ(table.find(Colliding{1500}), nullptr);
}

/// The inverse of mixBits, to make integer keys with chosen hashes.
std::uint64_t unmixBits(std::uint64_t hash) {
  const auto unshift = [](std::uint64_t word, int by) {
    std::uint64_t whole = word;
    for (int done = by; done < 64; done += by) whole = word ^ (whole >> by);
    return whole;
  };
  hash = unshift(hash, 31) * 0x319642b2d24d8ec3u;
  hash = unshift(hash, 27) * 0x96de1b173f119089u;
  return unshift(hash, 30);
}

TEST(AggregationTable, IntegersWhoseSlotsCollideStayApart) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < 3000; ++i) keys.push_back(unmixBits((i % 1000) << 40 | 0xfffff));
  ASSERT_EQ(seltzer::Hash<std::uint64_t>()(keys[5]), std::uint64_t{5} << 40 | 0xfffff);
  std::mt19937_64 random(11);
  compareWithOracle<std::uint64_t, std::uint64_t>(keys, 1024, random);
}

/// Keys of the expected range, all of it or a random part, among them other keys far away from it or next to it.
template <class K, class C>
void checkIndices(std::mt19937_64& random) {
  for (const std::uint64_t size : {1, 2, 100, 500, 1023, 1024, 1025, 5000, 16'383, 16'384, 100'000}) {
    for (const std::uint64_t begin : {0, 1, 77'777}) {
      for (const std::uint64_t others : {0, 1, 50, 3000}) {
        SCOPED_TRACE(testing::Message() << size << " indices from " << begin << ", " << others << " other keys");
        std::vector<K> keys(random() % (3 * size));
        for (K& key : keys) key = static_cast<K>(begin + random() % size);
        if (random() % 2 == 0) {
          for (std::uint64_t i = 0; i < size; ++i) keys.push_back(static_cast<K>(begin + i));
        }
        for (std::uint64_t i = 0; i < others; ++i) {
          const std::uint64_t other = random() % 2 == 0 ? random() : begin + size + random() % 100 - 50;
          keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(random() % (keys.size() + 1)), static_cast<K>(other));
        }
        compareWithOracle<K, C>(keys, 1 + random() % 3000, random, {begin, size});
      }
    }
  }
}

TEST(AggregationTable, IndicesAndOthersAreFound) {
  std::mt19937_64 random(16);
  checkIndices<std::int64_t, std::uint64_t>(random);
  checkIndices<std::uint32_t, std::uint64_t>(random);
  checkIndices<std::int16_t, std::uint64_t>(random);
  checkIndices<std::int64_t, long double>(random);  // no array
}

TEST(AggregationTable, ManyIndicesTakeTheMemoryOfAnArray) {
  constexpr std::size_t size = 1'000'000;
  AggregationTable<std::int64_t, double> table;
  table.expectIndices({5, size});
  table.upsert(
      size, [](std::size_t i) { return static_cast<std::int64_t>(i + 5); }, [](std::size_t) { return 1.0; },
      [](double&, std::size_t) {});
  EXPECT_EQ(table.size(), size);
  EXPECT_LE(table.bytes(), (std::size_t{1} << 20) * 16 + size * 4 + 4096);
  EXPECT_EQ(table.find(std::int64_t{4}), nullptr);
  EXPECT_EQ(table.find(static_cast<std::int64_t>(size + 5)), nullptr);
  ASSERT_NE(table.find(static_cast<std::int64_t>(size + 4)), nullptr);
}

TEST(AggregationTable, EveryWordOfASmallTypeMayBeAKey) {
  std::mt19937_64 random(12);
  std::vector<std::uint16_t> keys(65536 * 2);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<std::uint16_t>(i * 40503);
  compareWithOracle<std::uint16_t, std::uint64_t>(keys, 1024, random);

  AggregationTable<Color, int> colors;
  colors.upsert(
      9, [](std::size_t i) { return static_cast<Color>(2 - i % 3); }, [](std::size_t) { return 1; },
      [](int& count, std::size_t) { ++count; });
  EXPECT_EQ(colors.size(), 3u);
  EXPECT_EQ(*colors.find(Color::red), 3);
}

/// The word that initially marks free slots, and its successors once that is taken by a key.
template <class K>
void insertTheWordsOfFreeSlots() {
  std::vector<K> keys = {1, 2, 3};
  K word = static_cast<K>(InlineStore<K, std::uint64_t, 1000>::firstFreeWord);
  for (int i = 0; i < 5; ++i, word = static_cast<K>(seltzer::detail::mixBits(word))) {
    keys.push_back(word);
    keys.push_back(static_cast<K>(i));
    keys.push_back(word);
  }
  std::mt19937_64 random(13);
  for (const std::size_t longestBatch : {1, 3, 1024}) {
    compareWithOracle<K, std::uint64_t>(keys, longestBatch, random);
    std::vector<K> reversed(keys.rbegin(), keys.rend());
    compareWithOracle<K, std::uint64_t>(reversed, longestBatch, random);
  }
  AggregationTable<K, std::uint64_t> table;
  table.upsert(
      1, [](std::size_t) { return K{1}; }, [](std::size_t) { return 1; }, [](std::uint64_t&, std::size_t) {});
  EXPECT_EQ(table.find(static_cast<K>(InlineStore<K, std::uint64_t, 1000>::firstFreeWord)), nullptr);
}

TEST(AggregationTable, TheWordOfFreeSlotsMayBeAKey) {
  insertTheWordsOfFreeSlots<std::uint64_t>();
  insertTheWordsOfFreeSlots<std::uint32_t>();
}

TEST(AggregationTable, AllNaNsAreOneKeyAndBothZeros) {
  const double quiet = std::numeric_limits<double>::quiet_NaN();
  const std::array<double, 8> keys = {0.0, quiet, 1.5, -quiet, -0.0, std::nan("77"), 1.5, quiet};
  AggregationTable<double, int> doubles;
  AggregationTable<std::pair<int, std::vector<double>>, int> nested;
  AggregationTable<float, int> floats;
  const auto make = [](std::size_t) { return 1; };
  const auto merge = [](int& count, std::size_t) { ++count; };
  doubles.upsert(
      keys.size(), [&](std::size_t i) { return keys[i]; }, make, merge);
  floats.upsert(
      keys.size(), [&](std::size_t i) { return static_cast<float>(keys[i]); }, make, merge);
  nested.upsert(
      keys.size(),
      [&](std::size_t i) {
        return std::pair(3, std::vector<double>{2.0, keys[i]});
      },
      make, merge);
  for (const double key : {quiet, std::nan("5"), -quiet}) {
    ASSERT_NE(doubles.find(key), nullptr);
    EXPECT_EQ(*doubles.find(key), 4);
    EXPECT_EQ(*floats.find(static_cast<float>(key)), 4);
    EXPECT_EQ(*nested.find(std::pair(3, std::vector<double>{2.0, key})), 4);
  }
  EXPECT_EQ(doubles.size(), 3u);
  EXPECT_EQ(floats.size(), 3u);
  EXPECT_EQ(nested.size(), 3u);
  EXPECT_EQ(*doubles.find(-0.0), 2);
}

}  // namespace
