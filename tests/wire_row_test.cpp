#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/sort/wire_row.hpp>
#include <seltzer/detail/operators/shuffle/wire_sort.hpp>
#include <seltzer/errors.hpp>

#include "spill_fixture.hpp"

namespace seltzer::detail {
namespace {

using test::seed;
using WireRowTest = test::SpillTest;

template <class K, class V>
WireRow rowOf(const std::vector<std::pair<K, V>>& pairs) {
  WireRow row(MemoryUse::sort);
  for (const auto& pair : pairs) {
    row.add(KeyPrefix<K>::of(pair.first, 0), [&pair](WireWriter& writer) { writer << pair; });
  }
  return row;
}

/// The elements of all frames, which are of about `shuffleFrameBytes`.
template <class T>
std::vector<T> elementsOf(WireRow& row) {
  std::vector<T> elements;
  for (std::size_t begin = 0; begin < row.size();) {
    Bytes frame;
    const std::size_t end = row.writeFrame(begin, row.size(), frame);
    WireReader reader(frame);
    for (; begin < end; ++begin) {
      EXPECT_LT(frame.size() - reader.remaining(), shuffleFrameBytes);
      elements.push_back(reader.read<T>());
    }
    EXPECT_TRUE(reader.atEnd());
    row.releaseFront(begin);
  }
  return elements;
}

template <class K, class V>
void expectSorted(std::vector<std::pair<K, V>> pairs) {
  using Form = KeyInWire<std::pair<K, V>, PairKey>;
  static_assert(Form::isKnown);
  for (const bool ascending : {true, false}) {
    SCOPED_TRACE(testing::Message() << pairs.size() << " pairs, seed " << seed() << (ascending ? "" : ", descending"));
    WireRow row = rowOf(pairs);
    EXPECT_EQ(row.size(), pairs.size());
    sortRecords<Form>(row, ascending);
    auto expected = pairs;
    std::ranges::stable_sort(expected, [ascending](const auto& a, const auto& b) {
      return ascending ? keyLess(a.first, b.first) : keyLess(b.first, a.first);
    });
    ASSERT_EQ((elementsOf<std::pair<K, V>>(row)), expected);
    EXPECT_EQ(row.bytes(), 0U);
  }
  EXPECT_EQ(memoryAccount().held(MemoryUse::sort), 0U);
}

/// Keys that differ in any of their first characters, or in none, and short ones, beginnings of others.
TEST_F(WireRowTest, SortsTextsStably) {
  for (const std::size_t size : {0UL, 1UL, 2UL, 1000UL, 200'000UL}) {
    for (const std::size_t common : {0UL, 5UL, 7UL, 20UL, 300UL}) {
      if (size * common > 5'000'000) continue;
      std::vector<std::pair<std::string, std::int64_t>> pairs;
      for (std::size_t i = 0; i < size; ++i) {
        std::string key(below(20) == 0 ? below(common + 1) : common, 'c');
        for (std::size_t length = below(12); length > 0; --length)
          key += static_cast<char>(below(2) ? below(256) : 'x');
        pairs.emplace_back(std::move(key), static_cast<std::int64_t>(i));
      }
      expectSorted(std::move(pairs));
    }
  }
}

TEST_F(WireRowTest, SortsNumbersWithTexts) {
  std::vector<std::pair<double, std::string>> reals;
  std::vector<std::pair<std::int32_t, std::vector<std::string>>> integers;
  for (std::size_t i = 0; i < 50'000; ++i) {
    reals.emplace_back(static_cast<double>(below(2000)) - 1000, std::to_string(i));
    integers.emplace_back(static_cast<std::int32_t>(below(1'000'000)) - 500'000,
                          std::vector<std::string>(below(3), std::to_string(i)));
  }
  expectSorted(std::move(reals));
  expectSorted(std::move(integers));
}

/// Records of up to several chunks, among small ones.
TEST_F(WireRowTest, LongRecords) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t length = below(10) == 0 ? below(5'000'000) : below(70'000);
    pairs.emplace_back(std::to_string(below(100)), std::string(length, static_cast<char>('a' + i % 26)));
  }
  expectSorted(std::move(pairs));
}

TEST_F(WireRowTest, ARecordLargerThanMemoryIsAnError) {
  memoryAccount().setLimit(3'000'000);
  WireRow row(MemoryUse::sort);
  const std::string text(4'000'000, 'x');
  EXPECT_THROW(row.add(0, [&text](WireWriter& writer) { writer << text; }), MemoryError);
}

TEST_F(WireRowTest, AccountsForItsMemory) {
  WireRow row(MemoryUse::sort);
  const std::string text(1000, 'x');
  for (int i = 0; i < 20'000; ++i) row.add(0, [&text](WireWriter& writer) { writer << text; });
  EXPECT_EQ(row.bytes(), memoryAccount().held(MemoryUse::sort));
  EXPECT_GT(row.bytes(), 19'000'000U);
  EXPECT_LT(row.bytes(), 23'000'000U);
}

}  // namespace
}  // namespace seltzer::detail
