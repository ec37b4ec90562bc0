#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/aggregation/table.hpp>

#include "aggregation_table_oracle.hpp"

namespace seltzer::test {
namespace {

using namespace std::string_view_literals;
using detail::memoryAccount;
using detail::MemoryUse;

/// A move-only combiner.
struct Values {
  explicit Values(std::size_t first) { list->push_back(first); }
  std::unique_ptr<std::vector<std::size_t>> list = std::make_unique<std::vector<std::size_t>>();
};

/// A stateless combiner.
struct Nothing {};

template <class Key>
class AggregationTableOf : public testing::Test {};

using KeyTypes = testing::Types<std::int8_t, std::uint16_t, std::int32_t, std::int64_t, std::uint64_t, std::string>;
TYPED_TEST_SUITE(AggregationTableOf, KeyTypes);

TYPED_TEST(AggregationTableOf, AgreesWithAnOracleAtAllSizes) {
  std::mt19937_64 random(7);
  for (const std::size_t count : {0, 1, 2, 100, 1023, 5000, 60000, 400000}) {
    for (const std::uint64_t distinct : {1u, 3u, 300u, 50000u, 1000000000u}) {
      SCOPED_TRACE(testing::Message() << count << " of " << distinct);
      const auto keys = randomKeys<TypeParam>(count, distinct, random);
      compareWithOracle<TypeParam, std::uint64_t>(keys, 1 + random() % 3000, random);
    }
  }
}

TYPED_TEST(AggregationTableOf, AgreesWithCombinersThatDoNotFitInSlots) {
  std::mt19937_64 random(8);
  compareWithOracle<TypeParam, long double>(randomKeys<TypeParam>(30000, 9000, random), 1024, random);
}

TEST(AggregationTable, OneUpsertOfEverything) {
  std::mt19937_64 random(9);
  std::vector<std::int64_t> keys(500000);
  for (auto& key : keys) key = static_cast<std::int64_t>(random() % 200000);
  AggregationTable<std::int64_t, std::size_t> table;
  table.upsert(
      keys.size(), [&](std::size_t i) { return keys[i]; }, [](std::size_t i) { return i; },
      [](std::size_t& sum, std::size_t i) { sum += i; });
  EXPECT_EQ(contents(table), sumsOf(keys));
}

TEST(AggregationTable, BorrowedKeysBecomeOwned) {
  std::mt19937_64 random(10);
  compareWithOracle<std::string, std::size_t, std::string_view>(randomKeys<std::string>(50000, 20000, random), 1024,
                                                                random);

  AggregationTable<std::pair<std::string, int>, int> table;
  {
    const std::string text = "a word that is too long to stand in a string itself";
    table.upsert(
        10, [&](std::size_t i) { return std::pair<std::string_view, int>(text, static_cast<int>(i % 3)); },
        [](std::size_t) { return 1; }, [](int& count, std::size_t) { ++count; });
  }
  std::vector<int> counts;
  table.forEach([&](std::uint64_t, std::pair<std::string, int>& key, int& count) {
    EXPECT_EQ(key.first.size(), 51u);
    EXPECT_EQ(key.second, static_cast<int>(counts.size()));
    counts.push_back(count);
  });
  EXPECT_EQ(counts, (std::vector<int>{4, 3, 3}));
}

TEST(AggregationTable, NewKeysAreMovedFromRvaluesAndOthersLeftAlone) {
  std::vector<std::string> keys = {std::string(40, 'a'), std::string(40, 'b'), std::string(40, 'a')};
  AggregationTable<std::string, int> table;
  table.upsert(
      keys.size(), [&](std::size_t i) -> std::string&& { return std::move(keys[i]); }, [](std::size_t) { return 1; },
      [](int& count, std::size_t) { ++count; });
  EXPECT_EQ(keys, (std::vector<std::string>{"", "", std::string(40, 'a')}));
  EXPECT_EQ(*table.find(std::string_view(keys[2])), 2);
}

TEST(AggregationTable, KeysAndCombinersThatCanOnlyBeMoved) {
  AggregationTable<std::int64_t, Values> numbers;
  AggregationTable<std::string, Values> words;
  const auto make = [](std::size_t i) { return Values(i); };
  const auto merge = [](Values& values, std::size_t i) { values.list->push_back(i); };
  numbers.upsert(
      10000, [](std::size_t i) { return static_cast<std::int64_t>(i % 1000); }, make, merge);
  words.upsert(
      10000, [](std::size_t i) { return std::to_string(i % 1000); }, make, merge);
  std::vector<Values> taken;
  numbers.forEach([&](std::uint64_t, std::int64_t&, Values& values) { taken.push_back(std::move(values)); });
  words.forEach([&](std::uint64_t, std::string&, Values& values) { taken.push_back(std::move(values)); });
  ASSERT_EQ(taken.size(), 2000u);
  for (std::size_t k = 0; k < taken.size(); ++k) {
    ASSERT_EQ(taken[k].list->size(), 10u);
    for (std::size_t j = 0; j < 10; ++j) EXPECT_EQ((*taken[k].list)[j], k % 1000 + 1000 * j);
  }
}

TEST(AggregationTable, StatelessCombinersMakeASet) {
  AggregationTable<std::int64_t, Nothing> numbers;
  AggregationTable<std::string, Nothing> words;
  const auto make = [](std::size_t) { return Nothing(); };
  const auto merge = [](Nothing&, std::size_t) {};
  numbers.upsert(
      5000, [](std::size_t i) { return static_cast<std::int64_t>(i * i % 1009); }, make, merge);
  words.upsert(
      5000, [](std::size_t i) { return std::to_string(i * i % 1009); }, make, merge);
  EXPECT_EQ(numbers.size(), 505u);
  EXPECT_EQ(words.size(), 505u);
  std::vector<std::string> order;
  words.forEach([&](std::uint64_t, std::string& word, Nothing&) { order.push_back(word); });
  std::size_t at = 0;
  numbers.forEach(
      [&](std::uint64_t, std::int64_t& number, Nothing&) { EXPECT_EQ(order[at++], std::to_string(number)); });
  EXPECT_EQ(at, order.size());
}

template <class K, class C>
void throwInMakeAndMerge() {
  const auto keyAt = [](std::size_t i) { return static_cast<K>(i % 2000); };
  AggregationTable<K, C> table;
  const auto upsert = [&](std::size_t count, std::size_t throwsAt) {
    const auto check = [=](std::size_t i) {
      if (i == throwsAt) throw std::runtime_error("no");
    };
    table.upsert(
        count, keyAt, [&](std::size_t i) { return check(i), C{1}; },
        [&](C& sum, std::size_t i) {
          check(i);
          sum += 1;
        });
  };
  EXPECT_THROW(upsert(4000, 0), std::runtime_error);
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find(K{0}), nullptr);
  EXPECT_THROW(upsert(4000, 128), std::runtime_error);  // on a key that makes the table grow
  EXPECT_EQ(table.size(), 128u);
  EXPECT_THROW(upsert(4000, 3000), std::runtime_error);
  EXPECT_EQ(table.size(), 2000u);
  upsert(2000, 2000);
  std::size_t i = 0;
  table.forEach([&](std::uint64_t, K& key, C& sum) {
    EXPECT_EQ(key, static_cast<K>(i));
    EXPECT_EQ(sum, C{2} + C(i < 128) + C(i < 1000)) << i;
    ++i;
  });
}

TEST(AggregationTable, StaysValidWhenMakeOrMergeThrows) {
  throwInMakeAndMerge<std::int64_t, int>();
  throwInMakeAndMerge<std::int64_t, long double>();
  throwInMakeAndMerge<double, int>();
}

TEST(AggregationTable, FindsNothingWhereNothingIs) {
  AggregationTable<std::string, int> words;
  EXPECT_TRUE(words.empty());
  EXPECT_EQ(words.find("word"sv), nullptr);
  std::vector<std::size_t> visited;
  const auto visit = [&](std::size_t i, int* found) {
    EXPECT_EQ(found, nullptr);
    visited.push_back(i);
  };
  words.findBatch(
      2, [](std::size_t) { return "word"sv; }, visit);
  words.upsert(
      1, [](std::size_t) { return "other"sv; }, [](std::size_t) { return 1; }, [](int&, std::size_t) {});
  words.findBatch(
      2, [](std::size_t) { return "word"sv; }, visit);
  EXPECT_EQ(visited, (std::vector<std::size_t>{0, 1, 0, 1}));
  EXPECT_EQ(words.bytes(), memoryAccount().held(MemoryUse::aggregation));
  words.clear();
  EXPECT_EQ(words.find("other"sv), nullptr);
}

template <class K>
void fillToLimit() {
  AggregationTable<K, int, 300> table;
  const auto make = [](std::size_t) { return 1; };
  const auto merge = [](int& count, std::size_t) { ++count; };
  const auto keyAt = [](std::size_t i) { return static_cast<K>(i); };
  table.upsert(300, keyAt, make, merge);
  EXPECT_THROW(table.upsert(301, keyAt, make, merge), std::length_error);
  EXPECT_EQ(table.size(), 300u);
  EXPECT_EQ(*table.find(K{299}), 2);
  EXPECT_EQ(table.find(K{300}), nullptr);
}

TEST(AggregationTable, RefusesMoreKeysThanItsLimit) {
  fillToLimit<std::int64_t>();
  fillToLimit<double>();
}

template <class K>
void checkMemory(std::size_t leastBytesOfKey) {
  const std::size_t before = memoryAccount().held(MemoryUse::group);
  {
    AggregationTable<K, std::int64_t> table(MemoryUse::group);
    EXPECT_EQ(table.bytes(), 0u);
    std::mt19937_64 random(14);
    const auto keys = randomKeys<K>(100000, std::uint64_t{1} << 40, random);
    const auto fill = [&] {
      table.upsert(
          keys.size(), [&](std::size_t i) { return keys[i]; }, [](std::size_t) { return 1; },
          [](std::int64_t&, std::size_t) {});
    };
    fill();
    EXPECT_GE(table.bytes(), keys.size() * (leastBytesOfKey + 8));
    EXPECT_EQ(memoryAccount().held(MemoryUse::group) - before, table.bytes());
    table.clear();
    EXPECT_TRUE(table.empty());
    EXPECT_EQ(memoryAccount().held(MemoryUse::group), before);
    fill();
    auto moved = std::move(table);
    EXPECT_EQ(contents(moved).size(), keys.size());
    EXPECT_EQ(memoryAccount().held(MemoryUse::group) - before, moved.bytes());
  }
  EXPECT_EQ(memoryAccount().held(MemoryUse::group), before);
}

/// What is reserved suffices for that many keys, and is no more than a table takes that grew to this size.
template <class K>
void checkReserved() {
  for (const std::size_t size : {1, 1000, 70'000, 1'000'000}) {
    SCOPED_TRACE(size);
    const auto insert = [size](AggregationTable<K, std::int64_t>& table) {
      table.upsert(
          size, [](std::size_t i) { return static_cast<K>(i); }, [](std::size_t) { return 1; },
          [](std::int64_t&, std::size_t) {});
    };
    AggregationTable<K, std::int64_t> table, grown;
    table.reserve(0);
    EXPECT_EQ(table.bytes(), 0u);
    table.reserve(size);
    EXPECT_EQ(table.growthFor(size), 0u);
    const std::size_t before = table.bytes();
    insert(table);
    insert(grown);
    EXPECT_EQ(table.bytes(), before);
    EXPECT_LE(before, grown.bytes());
    EXPECT_EQ(contents(table), contents(grown));
  }
}

TEST(AggregationTable, ReservedMemoryIsEnough) {
  checkReserved<std::int64_t>();
  checkReserved<double>();
}

TEST(AggregationTable, ReportsItsMemoryAndGivesItBack) {
  checkMemory<std::int64_t>(sizeof(std::int64_t));
  checkMemory<std::string>(sizeof(std::string) + 10);
}

}  // namespace
}  // namespace seltzer::test
