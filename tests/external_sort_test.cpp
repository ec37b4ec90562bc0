#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>
#include <seltzer/detail/operators/shuffle/external_sort.hpp>

#include "data/scratch_file.hpp"
#include "spill_fixture.hpp"
#include "unwritable.hpp"

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
        frame.load();
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

TEST_F(ElementRow, WhatCannotBeWrittenStaysUntilItIsTaken) {
  ElementRowOutput<test::Unwritable> row;
  for (std::int64_t i = 0; i < 20'000; ++i) row.elements().push_back({i, i == 15'000});
  row.complete();
  memoryAccount().setLimit(0);
  EXPECT_NO_THROW(makeRoom());
  EXPECT_EQ(scratchFile().held(), 0U);
  EXPECT_EQ(row[15'000].value, 15'000);
  ShuffleFrame frame;
  const auto takeAll = [&] {
    while (row.take(0, frame)) {
    }
  };
  EXPECT_THROW(takeAll(), std::domain_error);
}

TEST_F(ElementRow, TextsCountWithWhatTheyHold) {
  ElementRowOutput<std::string> row;
  for (int i = 0; i < 5000; ++i) {
    row.elements().push_back(std::string(200, 'x'));
    if (i % 100 == 99) row.countHeap(100);
  }
  EXPECT_GE(row.bytes(), 5000 * (sizeof(std::string) + 200));
  EXPECT_EQ(memoryAccount().held(), row.bytes());
  row.complete();
  const std::size_t before = row.bytes();
  ShuffleFrame frame;
  ASSERT_TRUE(row.take(0, frame));
  EXPECT_LE(memoryAccount().held(), row.bytes());
  EXPECT_LE(row.bytes(), before - 300 * 200) << "a frame of texts is gone";
  memoryAccount().setLimit(0);
  makeRoom();
  EXPECT_EQ(memoryAccount().held(), 0U);
  while (row.take(0, frame)) {
  }
  EXPECT_EQ(memoryAccount().held(), 0U);
}

/// The elements that a complete row hands out for a partition, in order.
template <class T>
std::vector<T> elementsOf(MapOutput& row, std::size_t partition = 0) {
  std::vector<T> elements;
  ShuffleFrame frame;
  while (row.take(partition, frame)) {
    frame.load();
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
        EXPECT_TRUE(elementsOf<Element>(output) == expected);
        EXPECT_EQ(scratchFile().held(), 0U);
      }
    }
  }
}

/// Moving one may throw, as that of a deque may, so that containers copy it where they can.
struct Copied {
  std::string key;
  std::int64_t number = 0;

  Copied() = default;
  Copied(std::string text, std::int64_t n) : key(std::move(text)), number(n) {}
  Copied(const Copied& other) : key(other.key), number(other.number) {}
  Copied& operator=(const Copied&) = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& key& number;
  }
  bool operator==(const Copied&) const = default;
};

TEST_F(ExternalSortTest, MergesElementsWhoseMoveMayThrow) {
  static_assert(!std::is_nothrow_move_constructible_v<Copied>);
  const auto keyOf = [](const Copied& element) -> const std::string& { return element.key; };
  for (const std::size_t limit : {0UL, 10'000'000UL}) {
    memoryAccount().setLimit(limit);
    ExternalSort<Copied, decltype(keyOf)> sort(keyOf, true);
    ElementRowOutput<Copied> output;
    std::vector<Copied> expected;
    for (std::size_t run = 0; run < 9; ++run) {
      ChunkedVector<Copied> elements;
      for (std::size_t i = 0; i < 3000; ++i) {
        expected.emplace_back(std::to_string(below(500)), expected.size());
        elements.push_back(expected.back());
      }
      sort.addRun(elements);
    }
    sort.finish(output);
    std::ranges::stable_sort(expected, {}, &Copied::key);
    EXPECT_TRUE(elementsOf<Copied>(output) == expected) << "limit " << limit;
  }
}

TEST_F(ExternalSortTest, SortsPartsByThemselvesWithinTheLimit) {
  using Element = std::pair<std::int64_t, std::int64_t>;
  const auto keyOf = [](const Element& element) { return element.first; };
  constexpr std::size_t limit = 1'000'000;
  constexpr std::size_t size = 8 * limit / sizeof(Element);
  for (const std::size_t parts : {1UL, 3UL, 1000UL, 50'000UL}) {
    SCOPED_TRACE(testing::Message() << parts << " parts, seed " << seed());
    memoryAccount().setLimit(limit);
    std::size_t mostAllocated = 0;
    const std::size_t before = test::allocatedBytes();
    ExternalSort<Element, decltype(keyOf)> sort(keyOf, true);
    auto runs = std::make_unique<ElementRowOutputs<Element>>(parts);
    std::size_t held = 0;
    const auto key = [](std::size_t i) { return static_cast<std::int64_t>(i * 0x9e3779b97f4a7c15u >> 52); };
    const auto partOf = [parts](std::size_t i) { return (i * 0xc2b2ae3d27d4eb4fu >> 40) % parts; };
    for (std::size_t i = 0; i < size; ++i) {
      runs->run(partOf(i)).push_back({key(i), static_cast<std::int64_t>(i)});
      ++held;
      if (i % 1000 != 999 || !mustSpill(held * sizeof(Element) + runs->otherBytes(), held * stableSortMemory)) continue;
      mostAllocated = std::max(mostAllocated, test::allocatedBytes());
      sort.addRun(*runs);
      runs = std::make_unique<ElementRowOutputs<Element>>(parts);
      held = 0;
    }
    ASSERT_TRUE(sort.hasRuns());
    sort.addRun(*runs);
    runs.reset();
    EXPECT_GE(scratchFile().held(), size * sizeof(Element));
    ElementRowOutput<Element> output;
    sort.finish(output);
    EXPECT_EQ(memoryAccount().held(), 0U);
    EXPECT_LE(memoryAccount().peak(), limit + 2'500'000) << "and the entries of a leaf of the sort";
    EXPECT_LE(mostAllocated, before + 2 * limit + 4'000'000);
    std::vector<std::vector<Element>> expected(parts);
    for (std::size_t i = 0; i < size; ++i) expected[partOf(i)].emplace_back(key(i), static_cast<std::int64_t>(i));
    for (std::size_t part = 0; part < parts; ++part) {
      std::ranges::stable_sort(expected[part], {}, keyOf);
      ASSERT_TRUE(elementsOf<Element>(output, part) == expected[part]) << part;
    }
    EXPECT_EQ(output.next(0, parts), parts);
    EXPECT_EQ(scratchFile().held(), 0U);
  }
}

}  // namespace
}  // namespace seltzer::detail
