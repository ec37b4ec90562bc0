#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>
#include <seltzer/detail/operators/shuffle/external_sort.hpp>

#include "data/scratch_file.hpp"
#include "spill_fixture.hpp"

// The outputs of map tasks that are sequences of elements, in memory and in the scratch file, and sorting them.

namespace seltzer::detail {
namespace {

using test::seed;
using ElementRow = test::SpillTest;
using ExternalSortTest = test::SpillTest;

/// Pieces of random lengths for ascending partitions.
std::vector<RunPiece> randomPieces(std::size_t size, std::mt19937_64& random) {
  std::vector<RunPiece> pieces;
  std::size_t part = 0;
  for (std::size_t end = 0; end < size; part += 1 + random() % 3) {
    end = std::min(size, end + 1 + random() % (size / 2 + 1));
    pieces.push_back({part, end});
  }
  return pieces;
}

TEST_F(ElementRow, HoldsTheSameWhenItSpillsAtAnyTime) {
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round << ", seed " << seed());
    memoryAccount().setLimit(noLimit);
    ElementRowOutput<std::string> row;
    std::vector<std::string> expected;
    const std::size_t size = below(20'000);
    for (std::size_t i = 0; i < size; ++i) expected.emplace_back(below(40), static_cast<char>('a' + i % 26));
    for (const std::string& text : expected) row.elements().push_back(text);
    row.complete();
    const auto spillNow = [] {
      memoryAccount().setLimit(0);
      const MemoryReservation other(MemoryUse::group, 1);
    };
    if (round % 4 == 0) spillNow();
    ASSERT_EQ(row.size(), size);
    for (int i = 0; i < 100 && size > 0; ++i) {
      const std::size_t at = below(size);
      ASSERT_EQ(row[at], expected[at]);
    }
    if (round % 4 == 1) spillNow();
    const std::vector<RunPiece> pieces = randomPieces(size, random_);
    row.cut(pieces);
    if (round % 4 == 2) spillNow();
    std::vector<std::size_t> order(pieces.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random_);
    std::map<std::size_t, std::vector<std::string>> found;
    ShuffleFrame frame;
    for (const std::size_t i : order) {
      while (row.take(pieces[i].part, frame)) {
        WireReader reader(frame.data);
        for (std::uint64_t r = 0; r < frame.records; ++r) found[i].push_back(reader.read<std::string>());
        ASSERT_TRUE(reader.atEnd());
        if (round % 4 == 3 && below(5) == 0) spillNow();
      }
    }
    std::vector<std::string> all;
    for (const auto& [i, texts] : found) all.insert(all.end(), texts.begin(), texts.end());
    ASSERT_TRUE(all == expected);
    EXPECT_TRUE(row.isEmpty());
    EXPECT_EQ(scratchFile().held(), 0U);
  }
}

/// The elements that a complete row hands out, in order.
template <class T>
std::vector<T> elementsOf(ElementRowOutput<T>& row) {
  std::vector<T> elements;
  ShuffleFrame frame;
  while (row.take(0, frame)) {
    WireReader reader(frame.data);
    for (std::uint64_t i = 0; i < frame.records; ++i) elements.push_back(reader.read<T>());
  }
  return elements;
}

TEST_F(ExternalSortTest, IsStableWithAnyRuns) {
  using Element = std::pair<std::string, std::int64_t>;
  const auto keyOf = [](const Element& element) -> const std::string& { return element.first; };
  for (const bool ascending : {true, false}) {
    for (const std::size_t runs : {0UL, 1UL, 2UL, 3UL, 9UL, 40UL}) {
      for (const std::size_t limit : {0UL, 3'000'000UL}) {  // two runs at once, and five
        SCOPED_TRACE(testing::Message() << runs << " runs, limit " << limit << ", seed " << seed());
        memoryAccount().setLimit(limit);
        ExternalSort<Element, decltype(keyOf)> sort(keyOf, ascending);
        ElementRowOutput<Element> output;
        std::vector<Element> expected;
        const auto add = [&](ChunkedVector<Element>& elements) {
          for (std::size_t i = below(1500); i > 0; --i) {
            expected.emplace_back(std::string(below(4), 'x') + std::to_string(below(50)), expected.size());
            elements.push_back(expected.back());
          }
        };
        for (std::size_t run = 0; run < runs; ++run) {
          ChunkedVector<Element> elements;
          add(elements);
          sort.addRun(elements);
        }
        if (runs % 2 == 0) add(output.elements());
        sort.finish(output);
        std::ranges::stable_sort(expected, [ascending](const Element& a, const Element& b) {
          return ascending ? a.first < b.first : b.first < a.first;
        });
        ASSERT_EQ(output.size(), expected.size());
        for (int i = 0; i < 20 && !expected.empty(); ++i) {
          const std::size_t at = below(expected.size());
          ASSERT_EQ(output[at], expected[at]);
        }
        EXPECT_TRUE(elementsOf(output) == expected);
        EXPECT_EQ(scratchFile().held(), 0U);
      }
    }
  }
}

}  // namespace
}  // namespace seltzer::detail
