#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/operators/shuffle/external_table.hpp>
#include <seltzer/errors.hpp>

#include "colliding.hpp"
#include "data/scratch_file.hpp"
#include "spill_fixture.hpp"

namespace seltzer::detail {
namespace {

using test::Colliding;
using test::seed;

/// Limits of the memory account, from nothing to enough for everything.
constexpr std::size_t limits[] = {0, 3000, 40'000, 400'000, 4'000'000, ~std::size_t{0}};

using ExternalTableTest = test::SpillTest;
using RecordSorterTest = test::SpillTest;

TEST_F(RecordSorterTest, SortsStablyWithAnyLimit) {
  for (const std::size_t limit : limits) {
    for (const std::size_t count : {0UL, 1UL, 1000UL, 30'000UL}) {
      SCOPED_TRACE(testing::Message() << count << " records, limit " << limit << ", seed " << seed());
      memoryAccount().setLimit(limit);
      RecordSorter sorter(MemoryUse::sort);
      std::vector<std::pair<std::uint64_t, std::string>> expected;
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t number = below(2) == 0 ? below(100) : random_();
        std::size_t length = below(30);
        if (below(50) == 0) length = 230 + below(40);  // around what one byte can count
        if (limit > 200'000 && below(2000) == 0) length = 100'000;
        expected.emplace_back(number, std::to_string(i) + std::string(length, '.'));
        sorter.begin() << expected.back().second;
        sorter.end(number);
      }
      const std::size_t collected = test::allocatedBytes();
      sorter.finish();
      if (limit == 4'000'000 && count > 10'000) {
        EXPECT_LE(test::allocatedBytes(), collected) << "the last run is not kept in memory";
      }
      std::ranges::stable_sort(expected, {}, &std::pair<std::uint64_t, std::string>::first);
      std::uint64_t number = 0;
      ByteView record;
      for (const auto& [key, text] : expected) {
        ASSERT_TRUE(sorter.next(number, record));
        ASSERT_EQ(number, key);
        ASSERT_EQ(fromWire<std::string>(record), text);
      }
      EXPECT_FALSE(sorter.next(number, record));
      if (limit < 100'000 && count > 10'000) {
        EXPECT_LE(memoryAccount().held(), 20'000U);
      }
    }
  }
  EXPECT_EQ(scratchFile().held(), 0U);
}

/// Combines by `merge(combiner, value)`, from `create(value)`.
template <class Value, class Combiner>
struct FoldBy {
  Combiner (*make)(Value&&);
  void (*add)(Combiner&, Value&&);

  Combiner create(Value&& value) const { return make(std::move(value)); }
  void merge(Combiner& combiner, Value&& value) const { add(combiner, std::move(value)); }
};

/// Expects the same keys, in the order of their first insertion, and combiners as from a list of them, with any limit
/// and wherever memory runs out.
template <class K, class Combiner, class Value>
void expectSameWithAnyLimit(const std::vector<std::pair<K, Value>>& pairs, FoldBy<Value, Combiner> fold) {
  std::vector<std::pair<K, Combiner>> expected;
  std::map<K, std::size_t> positions;
  for (const auto& [key, value] : pairs) {
    const auto [found, isNew] = positions.emplace(key, expected.size());
    if (isNew) {
      expected.emplace_back(key, fold.create(Value(value)));
    } else {
      fold.merge(expected[found->second].second, Value(value));
    }
  }
  const auto expectSame = [&] {
    ExternalTable<K, Combiner, Value, FoldBy<Value, Combiner>> table(MemoryUse::aggregation, fold);
    auto copy = pairs;
    for (std::span<std::pair<K, Value>> left(copy); !left.empty();) {
      const auto batch = left.first(std::min<std::size_t>(left.size(), 100));
      left = left.subspan(batch.size());
      table.upsert(
          batch.size(), [&](std::size_t i) -> K&& { return std::move(batch[i].first); },
          [&](std::size_t i) { return fold.create(std::move(batch[i].second)); },
          [&](Combiner& combiner, std::size_t i) { fold.merge(combiner, std::move(batch[i].second)); },
          [&](std::size_t i) -> const Value& { return batch[i].second; });
    }
    std::vector<std::pair<K, Combiner>> found;
    table.forEach([&](std::uint64_t hash, K& key, Combiner& combiner) {
      EXPECT_EQ(hash, Hash<K>()(key));
      found.emplace_back(std::move(key), std::move(combiner));
    });
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_TRUE(found == expected);
  };
  for (const std::size_t limit : limits) {
    SCOPED_TRACE(testing::Message() << pairs.size() << " pairs, limit " << limit << ", seed " << seed());
    memoryAccount().setLimit(limit);
    expectSame();
  }
  // as if memory ran out again and again, also while a part is combined
  for (const std::size_t every : {1UL, 2UL, 3UL, 10UL}) {
    SCOPED_TRACE(testing::Message() << pairs.size() << " pairs, spilling at every request " << every << ", seed "
                                    << seed());
    memoryAccount().spillEvery(every);
    expectSame();
  }
  memoryAccount().spillEvery(0);
  EXPECT_EQ(scratchFile().held(), 0U);
}

/// Sums whose last digits depend on the order.
TEST_F(ExternalTableTest, SumsOfFloatingPointNumbersAreTheSame) {
  for (const std::size_t size : {0UL, 1UL, 50'000UL}) {
    std::vector<std::pair<std::int64_t, double>> pairs;
    for (std::size_t i = 0; i < size; ++i) {
      pairs.emplace_back(below(2) == 0 ? below(10) : below(20'000), 1.0 / static_cast<double>(1 + below(1'000'000)));
    }
    expectSameWithAnyLimit<std::int64_t, double, double>(
        pairs, {[](double&& value) { return value; }, [](double& sum, double&& value) { sum += value; }});
  }
}

TEST_F(ExternalTableTest, GrowingCombinersAreTheSame) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < 30'000; ++i) {
    pairs.emplace_back(std::string(below(30), 'k') + std::to_string(below(300)), std::to_string(i));
  }
  expectSameWithAnyLimit<std::string, std::string, std::string>(
      pairs, {[](std::string&& text) { return std::move(text); },
              [](std::string& all, std::string&& text) { all += ',' + text; }});
  expectSameWithAnyLimit<std::string, std::vector<std::string>, std::string>(
      pairs, {[](std::string&& text) { return std::vector<std::string>{std::move(text)}; },
              [](std::vector<std::string>& all, std::string&& text) { all.push_back(std::move(text)); }});
}

/// Combiners that do not grow, though all that is added to them would fill the memory.
TEST_F(ExternalTableTest, CombinersThatStaySmallStayInMemory) {
  memoryAccount().setLimit(1'000'000);
  const FoldBy<std::string, std::string> greatest{
      [](std::string&& text) { return std::move(text); },
      [](std::string& most, std::string&& text) { most = std::max(most, text); }};
  ExternalTable<std::int64_t, std::string, std::string, FoldBy<std::string, std::string>> table(MemoryUse::group,
                                                                                                greatest);
  for (int i = 0; i < 200'000; ++i) {
    std::string text(100, static_cast<char>('a' + i % 26));
    table.upsert(
        1, [i](std::size_t) { return std::int64_t{i % 10}; },
        [&](std::size_t) { return greatest.create(std::move(text)); },
        [&](std::string& most, std::size_t) { greatest.merge(most, std::move(text)); },
        [&](std::size_t) -> const std::string& { return text; });
  }
  EXPECT_EQ(scratchFile().held(), 0U);
  std::size_t keys = 0;
  table.forEach([&keys](std::uint64_t, std::int64_t, const std::string&) { ++keys; });
  EXPECT_EQ(keys, 10U);
}

/// A table of combiners made by `fold`, to which `count` pairs of keys `keyOf(i)` and texts of 100 characters were
/// added.
template <class Fold, class KeyOf>
auto tableOfTexts(Fold fold, int count, KeyOf keyOf) {
  ExternalTable<std::string, decltype(fold.create(std::string())), std::string, Fold> table(MemoryUse::group, fold);
  for (int i = 0; i < count; ++i) {
    std::string text(100, static_cast<char>('a' + i % 26));
    table.upsert(
        1, [&](std::size_t) { return keyOf(i); }, [&](std::size_t) { return fold.create(std::move(text)); },
        [&](auto& combiner, std::size_t) { fold.merge(combiner, std::move(text)); },
        [&](std::size_t) -> const std::string& { return text; });
  }
  return table;
}

TEST_F(ExternalTableTest, AGroupThatIsLargerThanMemoryIsNamed) {
  memoryAccount().setLimit(2'000'000);
  const FoldBy<std::string, std::vector<std::string>> group{
      [](std::string&& text) { return std::vector<std::string>{std::move(text)}; },
      [](std::vector<std::string>& all, std::string&& text) { all.push_back(std::move(text)); }};
  const auto keyOf = [](int i) { return i % 3 == 0 ? std::to_string(i) : "frequent"; };
  auto table = tableOfTexts(group, 60'000, keyOf);
  try {
    table.forEach([](std::uint64_t, std::string&, std::vector<std::string>&) {});
    FAIL() << "there are 40,000 texts of 100 bytes";
  } catch (const MemoryError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("key 'frequent'"), std::string::npos) << text;
    EXPECT_NE(text.find(" 2000000"), std::string::npos) << text;
    EXPECT_NE(text.find("--seltzer-memory"), std::string::npos) << text;
  }
  memoryAccount().setLimit(20'000'000);
  auto larger = tableOfTexts(group, 60'000, keyOf);
  std::size_t most = 0;
  larger.forEach(
      [&](std::uint64_t, std::string&, std::vector<std::string>& all) { most = std::max(most, all.size()); });
  EXPECT_EQ(most, 40'000U);
}

/// The records that waited for one key would not fit into memory; the combiner made of them does.
TEST_F(ExternalTableTest, CombinersThatStaySmallAreNoLargeGroups) {
  memoryAccount().setLimit(1'000'000);
  const FoldBy<std::string, std::string> greatest{
      [](std::string&& text) { return std::move(text); },
      [](std::string& most, std::string&& text) { most = std::max(most, text); }};
  auto table = tableOfTexts(greatest, 100'000, [](int i) { return i < 20'000 ? std::to_string(i) : "frequent"; });
  EXPECT_GT(scratchFile().held(), 1'000'000U);
  std::size_t keys = 0;
  table.forEach([&keys](std::uint64_t, const std::string&, const std::string&) { ++keys; });
  EXPECT_EQ(keys, 20'001U);
}

TEST_F(ExternalTableTest, KeysOfOneHashAreToldApart) {
  std::vector<std::pair<Colliding, std::uint64_t>> pairs;
  for (std::uint64_t i = 0; i < 3000; ++i) pairs.emplace_back(Colliding{static_cast<std::int64_t>(below(40))}, i);
  expectSameWithAnyLimit<Colliding, std::uint64_t, std::uint64_t>(
      pairs, {[](std::uint64_t&& value) { return value; },
              [](std::uint64_t& digest, std::uint64_t&& value) { digest = digest * 31 + value; }});
  expectSameWithAnyLimit<Colliding, std::vector<std::uint64_t>, std::uint64_t>(
      pairs, {[](std::uint64_t&& value) { return std::vector{value}; },
              [](std::vector<std::uint64_t>& all, std::uint64_t&& value) { all.push_back(value); }});
}

}  // namespace
}  // namespace seltzer::detail
