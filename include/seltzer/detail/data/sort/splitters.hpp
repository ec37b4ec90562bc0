#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// A sampled element of the sorted runs with its place in the global order: by key in the direction of the sort, then
/// by run (map partition), then by position in the sorted run. A strict total order, so that elements with equal keys
/// can be separated.
template <class Key>
struct SortSample {
  Key key;
  std::uint64_t run;
  std::uint64_t position;
};

}  // namespace seltzer::detail

/// Made of its parts where it arrives, so that a key needs no default constructor.
template <class Key>
struct seltzer::ElementTraits<seltzer::detail::SortSample<Key>> {
  static constexpr Composition composition = Composition::product;
  using Parts = TypeList<Key, std::uint64_t, std::uint64_t>;

  template <std::size_t i, class Sample>
  static constexpr auto& get(Sample&& sample) {
    if constexpr (i == 0) {
      return sample.key;
    } else if constexpr (i == 1) {
      return sample.run;
    } else {
      return sample.position;
    }
  }
};

namespace seltzer::detail {

/// Whether the element with key `key` at `position` of run `run` comes before `sample`.
template <class BorrowedKey, class Key>
bool comesBefore(const BorrowedKey& key, std::uint64_t run, std::uint64_t position, const SortSample<Key>& sample,
                 KeyOrder order) {
  if (run == sample.run) {
    if (order(key, sample.key)) return true;
    return position < sample.position && !order(sample.key, key);
  }
  return run < sample.run ? !order(sample.key, key) : order(key, sample.key);
}

/// The distance between samples in every run, for `elements` in `runs` runs that are cut into `parts`. With samples at
/// samplePositions, the parts between chooseSplitters have at most 1.1 times ceil(elements / parts) elements whatever
/// the data: each run adds at most one stride to the error of a part, and choosing adds one more. If that takes more
/// than about 2^20 samples, the stride is as long as these allow; the errors of the runs, independent because positions
/// are staggered, then add up to about a stride times sqrt(runs). A stride of 1, for few elements, samples every
/// element and makes the cut exact: sizes differ by at most 1.
std::size_t sampleStride(std::size_t elements, std::size_t runs, std::size_t parts);

/// The position of the first sample of run `run`: multiples of the golden ratio stagger the runs' samples over a
/// stride.
std::size_t firstSample(std::size_t stride, std::size_t run);

/// The positions of the samples of a run of `size` elements, ascending; depends only on the arguments.
std::vector<std::size_t> samplePositions(std::size_t size, std::size_t stride, std::size_t run);

/// The samples of the sorted run number `run`, with owned keys.
template <class Elements, class KeyOf>
auto sampleRun(const Elements& elements, const KeyOf& keyOf, std::size_t run, std::size_t stride) {
  using Key = Owned<std::invoke_result_t<const KeyOf&, decltype(elements[0])>>;
  std::vector<SortSample<Key>> samples;
  for (const std::size_t position : samplePositions(elements.size(), stride, run)) {
    samples.push_back({toOwned(std::invoke(keyOf, elements[position])), run, position});
  }
  return samples;
}

/// How many of the ascending `ranks` are less than `rank`, and how many are not greater. O(log(ranks)).
std::pair<std::size_t, std::size_t> countsBelowAndUpTo(std::span<const std::size_t> ranks, std::size_t rank);

/// As std::nth_element for all of the ascending `ranks`. O(n log(ranks)).
template <class T, class Less>
void selectRanks(std::span<T> elements, std::span<const std::size_t> ranks, std::size_t offset, Less less) {
  if (ranks.empty()) return;
  const std::size_t middle = ranks.size() / 2;
  const std::size_t rank = ranks[middle] - offset;
  std::nth_element(elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(rank), elements.end(), less);
  const auto [below, upTo] = countsBelowAndUpTo(ranks, ranks[middle]);
  selectRanks(elements.first(rank), ranks.first(below), offset, less);
  selectRanks(elements.subspan(rank + 1), ranks.subspan(upTo), offset + rank + 1, less);
}

/// The ranks, among `samples` samples of `elements` elements, of those that stand for the first element of each of
/// `parts` parts except the first.
std::vector<std::size_t> splitterRanks(std::size_t samples, std::size_t elements, std::size_t parts);

/// The least element of each of `parts` parts except the first: parts - 1 splitters, ascending; repeated for empty
/// parts; none if there are no samples. `samples` are those of all runs, `elements` in total, at the same stride, in
/// any order, on which the result does not depend. O(samples * log(parts)) comparisons. Requires parts > 0, and
/// elements > 0 if there are samples.
template <class Key>
std::vector<SortSample<Key>> chooseSplitters(std::vector<SortSample<Key>> samples, std::size_t elements,
                                             std::size_t parts, bool ascending) {
  std::vector<SortSample<Key>> splitters;
  if (samples.empty()) return splitters;
  const std::vector<std::size_t> ranks = splitterRanks(samples.size(), elements, parts);
  const KeyOrder order{ascending};
  selectRanks(std::span(samples), std::span<const std::size_t>(ranks), 0,
              [order](const SortSample<Key>& a, const SortSample<Key>& b) {
                return comesBefore(a.key, a.run, a.position, b, order);
              });
  for (const std::size_t rank : ranks) splitters.push_back(samples[rank]);
  return splitters;
}

/// A piece of a run: the elements from the end of the previous piece up to `end` go to `part`.
struct RunPiece {
  std::size_t part = 0;
  std::size_t end = 0;
  friend bool operator==(const RunPiece&, const RunPiece&) = default;
};

/// The first of [begin, end) for which the monotonic predicate `holds` is false, else `end`. O(log(result - begin))
/// calls.
template <class Holds>
std::size_t gallop(std::size_t begin, std::size_t end, Holds holds) {
  std::size_t step = 1;
  while (begin + step <= end && holds(begin + step - 1)) {
    begin += step;
    step *= 2;
  }
  end = std::min(begin + step, end + 1) - 1;  // false here, unless it is the original end
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (holds(middle)) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

/// The non-empty pieces of `size` sorted elements for parts 0 to `cuts`, ascending. `before(i, c)` is whether element i
/// comes before cut c. O(pieces * (log(cuts) + log(size))) calls.
template <class Before>
std::vector<RunPiece> piecesWhere(std::size_t size, std::size_t cuts, Before before) {
  std::vector<RunPiece> pieces;
  std::size_t part = 0;
  for (std::size_t begin = 0; begin < size;) {
    part = gallop(part, cuts, [&](std::size_t cut) { return !before(begin, cut); });
    begin = part == cuts ? size : gallop(begin + 1, size, [&](std::size_t i) { return before(i, part); });
    pieces.push_back({part, begin});
  }
  return pieces;
}

/// The pieces of the sorted run number `run`, as by piecesWhere: over all runs, the elements of a part come before
/// those of the next in the order of SortSample. `splitters` are those of chooseSplitters, or none if no run has
/// elements.
template <class Elements, class KeyOf, class Key>
std::vector<RunPiece> cutRun(const Elements& elements, const KeyOf& keyOf, std::size_t run,
                             std::span<const SortSample<Key>> splitters, bool ascending) {
  return piecesWhere(elements.size(), splitters.size(), [&](std::size_t i, std::size_t cut) {
    return comesBefore(std::invoke(keyOf, elements[i]), run, i, splitters[cut], KeyOrder{ascending});
  });
}

}  // namespace seltzer::detail
