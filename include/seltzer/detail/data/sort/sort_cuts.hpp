#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/key/key_bounds.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/splitters.hpp>

namespace seltzer::detail {

/// A sort is cut into partitions between any two elements, equal keys or not: partitions are even whatever the keys.
struct CutBetweenElements {
  template <class Key>
  using Cuts = std::vector<SortSample<Key>>;

  /// From the samples of all runs; the result does not depend on the order that they come in.
  template <class Key>
  static Cuts<Key> choose(std::vector<SortSample<Key>> samples, std::size_t elements, std::size_t parts,
                          bool ascending) {
    return chooseSplitters(std::move(samples), elements, parts, ascending);
  }

  /// The pieces of a sorted run, as piecesWhere gives them.
  template <class T, class KeyOf, class Key>
  static std::vector<RunPiece> cut(const ChunkedVector<T>& elements, const KeyOf& keyOf, std::size_t run,
                                   const std::vector<SortSample<Key>>& cuts, bool ascending) {
    return cutRun(elements, keyOf, run, std::span<const SortSample<Key>>(cuts), ascending);
  }
};

/// A sort is cut between different keys: equal ones are in one partition, as with a RangePartitioner that has the cuts
/// as its bounds. A frequent key makes a large partition; there may be too few keys for all partitions, whose last are
/// empty then.
struct CutBetweenKeys {
  template <class Key>
  using Cuts = std::vector<Key>;

  /// As above. O(samples * log(samples)).
  template <class Key>
  static Cuts<Key> choose(std::vector<SortSample<Key>> samples, std::size_t, std::size_t parts, bool ascending) {
    const KeyOrder order{ascending};
    std::sort(samples.begin(), samples.end(), [order](const SortSample<Key>& a, const SortSample<Key>& b) {
      return comesBefore(a.key, a.run, a.position, b, order);
    });
    std::vector<WeightedKey<Key>> keys;
    keys.reserve(samples.size());
    for (SortSample<Key>& sample : samples) keys.emplace_back(std::move(sample.key), 1);
    return chooseBounds(keys, parts, order);
  }

  template <class T, class KeyOf, class Key>
  static std::vector<RunPiece> cut(const ChunkedVector<T>& elements, const KeyOf& keyOf, std::size_t,
                                   const std::vector<Key>& cuts, bool ascending) {
    return piecesWhere(elements.size(), cuts.size(), [&](std::size_t i, std::size_t which) {
      return !KeyOrder{ascending}(cuts[which], std::invoke(keyOf, elements[i]));
    });
  }
};

}  // namespace seltzer::detail
