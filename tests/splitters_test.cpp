#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/sort/loser_tree.hpp>
#include <seltzer/detail/data/sort/splitters.hpp>
#include <seltzer/detail/data/sort/stable_sort.hpp>

namespace {

using seltzer::detail::chooseSplitters;
using seltzer::detail::ChunkedVector;
using seltzer::detail::cutRun;
using seltzer::detail::LoserTree;
using seltzer::detail::RunPiece;
using seltzer::detail::samplePositions;
using seltzer::detail::sampleRun;
using seltzer::detail::sampleStride;
using seltzer::detail::SortSample;
using seltzer::detail::stableSort;

/// A key and the element's original place: (run, position).
struct Element {
  std::int64_t key;
  std::size_t run;
  std::size_t position;
  friend bool operator==(const Element&, const Element&) = default;
};

constexpr auto keyOf = [](const Element& element) -> const std::int64_t& { return element.key; };

/// A part of a sorted run, for the merge.
struct Cursor {
  const ChunkedVector<Element>* run;
  std::size_t next;
  std::size_t end;
  bool atEnd() const { return next == end; }
  void advance() { ++next; }
  const Element& element() const { return (*run)[next]; }
};

using Runs = std::vector<std::vector<Element>>;

/// Runs of the given sizes, with keys `keys(run, position, size)`.
template <class Keys>
Runs runsOf(const std::vector<std::size_t>& sizes, Keys keys) {
  Runs runs;
  for (std::size_t run = 0; run < sizes.size(); ++run) {
    std::vector<Element>& elements = runs.emplace_back();
    for (std::size_t i = 0; i < sizes[run]; ++i) elements.push_back({keys(run, i, sizes[run]), run, i});
  }
  return runs;
}

/// Part i of a run is [result[i], result[i + 1]).
std::vector<std::size_t> offsetsOf(const std::vector<RunPiece>& pieces, std::size_t parts) {
  std::vector<std::size_t> offsets(parts + 1);
  std::size_t begin = 0;
  for (const RunPiece& piece : pieces) {
    EXPECT_LT(piece.part, parts);
    EXPECT_LT(begin, piece.end);
    EXPECT_TRUE(begin == 0 || offsets[piece.part + 1] == 0);
    begin = offsets[piece.part + 1] = piece.end;
  }
  for (std::size_t i = 1; i <= parts; ++i) offsets[i] = std::max(offsets[i], offsets[i - 1]);
  return offsets;
}

/// A distributed sort on one rank: sort the runs, cut them, merge the parts.
std::vector<std::vector<Element>> sortedParts(const Runs& input, std::size_t parts, bool ascending) {
  std::size_t elements = 0;
  for (const auto& run : input) elements += run.size();
  const std::size_t stride = sampleStride(elements, input.size(), parts);
  std::vector<ChunkedVector<Element>> runs;
  std::vector<SortSample<std::int64_t>> samples;
  for (const auto& elementsOfRun : input) {
    ChunkedVector<Element>& run = runs.emplace_back();
    for (const Element& element : elementsOfRun) run.push_back(element);
    stableSort(run, keyOf, ascending);
    for (const auto& sample : sampleRun(run, keyOf, runs.size() - 1, stride)) samples.push_back(sample);
  }
  const auto splitters = chooseSplitters(samples, elements, parts, ascending);
  EXPECT_EQ(splitters.size(), elements == 0 ? 0 : parts - 1);

  std::vector<std::vector<std::size_t>> cuts;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const auto pieces = cutRun(runs[run], keyOf, run, std::span<const SortSample<std::int64_t>>(splitters), ascending);
    cuts.push_back(offsetsOf(pieces, parts));
    EXPECT_EQ(cuts.back().back(), runs[run].size());
  }
  std::vector<std::vector<Element>> result(parts);
  for (std::size_t part = 0; part < parts; ++part) {
    std::vector<Cursor> cursors;
    for (std::size_t run = 0; run < runs.size(); ++run) {
      cursors.push_back({&runs[run], cuts[run][part], cuts[run][part + 1]});
    }
    const auto less = [ascending](const Cursor& a, const Cursor& b) {
      return ascending ? a.element().key < b.element().key : b.element().key < a.element().key;
    };
    LoserTree<Cursor, decltype(less)> merge(std::move(cursors), less);
    for (; !merge.atEnd(); merge.advance()) result[part].push_back(merge.top().element());
  }
  return result;
}

/// Expects the concatenated parts to be the stably sorted input, and none to be too large.
void check(const Runs& input, std::size_t parts, const std::string& what) {
  for (const bool ascending : {true, false}) {
    std::vector<Element> expected;
    for (const auto& run : input) expected.insert(expected.end(), run.begin(), run.end());
    std::stable_sort(expected.begin(), expected.end(), [ascending](const Element& a, const Element& b) {
      return ascending ? a.key < b.key : b.key < a.key;
    });
    const auto result = sortedParts(input, parts, ascending);
    const std::size_t share = (expected.size() + parts - 1) / parts;
    std::vector<Element> all;
    std::size_t largest = 0;
    for (const auto& part : result) {
      all.insert(all.end(), part.begin(), part.end());
      largest = std::max(largest, part.size());
    }
    EXPECT_TRUE(all == expected) << what << (ascending ? "" : ", descending");
    EXPECT_LE(static_cast<double>(largest), 1.1 * static_cast<double>(share)) << what << ", " << parts << " parts";
    if (expected.size() <= 40 * input.size() * parts) {
      for (const auto& part : result) EXPECT_GE(part.size() + 1, share) << what << ", " << parts << " parts";
      EXPECT_LE(largest, share) << what << ", " << parts << " parts";
    }
  }
}

constexpr std::size_t runCounts[] = {1, 2, 3, 7, 64};
constexpr std::size_t partCounts[] = {1, 2, 3, 8, 64};

void checkKeys(const std::vector<std::size_t>& sizes, std::size_t parts, const std::string& what) {
  std::mt19937_64 random(sizes.size() * 1000 + parts);
  check(runsOf(sizes, [&](auto...) { return static_cast<std::int64_t>(random()); }), parts, what + "random");
  check(runsOf(sizes, [&](auto...) { return static_cast<std::int64_t>(random() % 5); }), parts, what + "five keys");
  check(runsOf(sizes, [&](auto...) { return static_cast<std::int64_t>(random() % 10 == 0); }), parts,
        what + "two keys");
  check(runsOf(sizes, [](auto...) { return std::int64_t{7}; }), parts, what + "all equal");
  check(runsOf(sizes, [](std::size_t, std::size_t i, std::size_t n) { return static_cast<std::int64_t>(n - i); }),
        parts, what + "descending");
  check(runsOf(sizes,
               [](std::size_t run, std::size_t i, std::size_t) { return static_cast<std::int64_t>(run * 100000 + i); }),
        parts, what + "sorted");
  check(runsOf(sizes,
               [&](auto...) {
                 return static_cast<std::int64_t>(1 / (1e-6 + static_cast<double>(random() >> 11) * 0x1p-53));
               }),
        parts, what + "skewed");
}

TEST(Splitters, PartsAreTheStableSortInEvenShares) {
  for (const std::size_t runs : runCounts) {
    for (const std::size_t parts : partCounts) {
      checkKeys(std::vector<std::size_t>(runs, 6000 / runs), parts, "even runs, ");
    }
  }
}

TEST(Splitters, RunsOfAllSizes) {
  std::mt19937_64 random(11);
  for (const std::size_t runs : {2, 5, 40}) {
    for (const std::size_t parts : partCounts) {
      std::vector<std::size_t> sizes;
      for (std::size_t run = 0; run < runs; ++run) sizes.push_back(random() % 3 ? random() % 100 : random() % 3 * 2000);
      checkKeys(sizes, parts, "uneven runs, ");
    }
  }
}

TEST(Splitters, FarMoreElementsThanSamples) {
  for (const std::size_t runs : {1, 3, 16}) {
    for (const std::size_t parts : {2, 5})
      checkKeys(std::vector<std::size_t>(runs, 400000 / runs), parts, "large runs, ");
  }
  checkKeys({300000, 0, 17, 5000, 1}, 4, "one large run, ");
}

TEST(Splitters, FewerElementsThanParts) {
  for (const std::size_t runs : runCounts) {
    checkKeys(std::vector<std::size_t>(runs, 0), 8, "no elements, ");
    checkKeys(std::vector<std::size_t>(runs, 1), 64, "one a run, ");
    std::vector<std::size_t> one(runs, 0);
    one.back() = 1;
    checkKeys(one, 5, "one, ");
  }
}

TEST(Splitters, SamplesOfManyRunsAndPartsAreCappedAndSpread) {
  const std::size_t elements = std::size_t{1} << 40;
  const std::size_t stride = sampleStride(elements, 1000, 1000);
  EXPECT_NEAR(static_cast<double>(elements / stride), 1 << 20, 1 << 16);
  std::size_t samples = 0;
  double offsets = 0;
  for (std::size_t run = 0; run < 1000; ++run) {
    const std::vector<std::size_t> positions = samplePositions(elements / 1000, stride, run);
    samples += positions.size();
    ASSERT_LT(positions.front(), stride);
    offsets += static_cast<double>(positions.front());
  }
  EXPECT_LE(samples, std::size_t{1} << 21);
  EXPECT_NEAR(offsets / 1000 / static_cast<double>(stride), 0.5, 0.01) << "the runs' samples are not spread";
}

TEST(Splitters, StridesAreExactForFewElements) {
  EXPECT_EQ(sampleStride(0, 5, 5), 1U);
  EXPECT_EQ(sampleStride(1000, 10, 10), 1U);
  EXPECT_EQ(sampleStride(1'000'000, 2, 5), 5000U);
  EXPECT_EQ(samplePositions(5, 1, 3), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(samplePositions(0, 10, 3).empty());
}

TEST(Splitters, KeysThatAreBorrowedAreOwnedBySamples) {
  ChunkedVector<std::string> run;
  for (int i = 0; i < 1000; ++i) run.push_back("a string that is long enough to be on the heap " + std::to_string(i));
  const auto view = [](const std::string& element) { return std::string_view(element); };
  stableSort(run, view, true);
  std::vector<SortSample<std::string>> samples = sampleRun(run, view, 0, 1);
  const std::vector<SortSample<std::string>> splitters = chooseSplitters(samples, 1000, 4, true);
  EXPECT_EQ(cutRun(run, view, 0, std::span(splitters), true),
            (std::vector<RunPiece>{{0, 250}, {1, 500}, {2, 750}, {3, 1000}}));
}

TEST(Splitters, DoNotDependOnTheOrderOfTheSamples) {
  std::vector<SortSample<int>> samples;
  for (std::uint64_t i = 0; i < 3000; ++i) samples.push_back({static_cast<int>(i % 7), i % 11, i});
  const auto expected = chooseSplitters(samples, 30000, 13, false);
  std::shuffle(samples.begin(), samples.end(), std::mt19937(1));
  const auto splitters = chooseSplitters(samples, 30000, 13, false);
  ASSERT_EQ(splitters.size(), 12U);
  for (std::size_t i = 0; i < splitters.size(); ++i) {
    EXPECT_EQ(splitters[i].key, expected[i].key);
    EXPECT_EQ(splitters[i].run, expected[i].run);
    EXPECT_EQ(splitters[i].position, expected[i].position);
  }
}

/// A cursor over sorted numbers.
struct NumberCursor {
  std::vector<int> numbers;
  std::size_t next = 0;
  bool atEnd() const { return next == numbers.size(); }
  void advance() { ++next; }
};

struct CountingLess {
  std::size_t* calls;
  bool operator()(const NumberCursor& a, const NumberCursor& b) const {
    ++*calls;
    return a.numbers[a.next] < b.numbers[b.next];
  }
};

TEST(LoserTree, MergesAnyNumberOfSequencesWithTiesInTheirOrder) {
  std::mt19937 random(5);
  for (std::size_t k : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 100}) {
    std::vector<NumberCursor> cursors(k);
    std::vector<std::pair<int, std::size_t>> expected;
    for (std::size_t i = 0; i < k; ++i) {
      cursors[i].numbers.resize(random() % 4 ? random() % 200 : 0);
      for (int& number : cursors[i].numbers) number = static_cast<int>(random() % 50);
      std::sort(cursors[i].numbers.begin(), cursors[i].numbers.end());
      for (const int number : cursors[i].numbers) expected.emplace_back(number, i);
    }
    std::sort(expected.begin(), expected.end());
    std::size_t calls = 0;
    LoserTree<NumberCursor, CountingLess> tree(std::move(cursors), CountingLess{&calls});
    std::vector<std::pair<int, std::size_t>> merged;
    for (; !tree.atEnd(); tree.advance()) merged.emplace_back(tree.top().numbers[tree.top().next], tree.topIndex());
    EXPECT_EQ(merged, expected) << k << " sequences";
    std::size_t levels = 0;
    while ((std::size_t{1} << levels) < k) ++levels;
    EXPECT_LE(calls, expected.size() * levels + k) << k << " sequences";
  }
}

}  // namespace
