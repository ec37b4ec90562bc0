#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_bounds.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/splitters.hpp>

namespace seltzer::detail {

/// Cuts a sort into partitions between any two elements, also ones with equal keys: partitions are even whatever the
/// keys.
struct CutBetweenElements {
  template <class Key>
  using Cuts = std::vector<SortSample<Key>>;

  /// Chooses from the samples of all runs; the result does not depend on their order.
  template <class Key>
  static Cuts<Key> choose(std::vector<SortSample<Key>> samples, std::size_t elements, std::size_t parts,
                          bool ascending) {
    return chooseSplitters(std::move(samples), elements, parts, ascending);
  }

  /// The pieces of a sorted run, as by piecesWhere.
  template <class Elements, class KeyOf, class Key>
  static std::vector<RunPiece> cut(const Elements& elements, const KeyOf& keyOf, std::size_t run,
                                   const std::vector<SortSample<Key>>& cuts, bool ascending) {
    return cutRun(elements, keyOf, run, std::span<const SortSample<Key>>(cuts), ascending);
  }
};

/// Cuts a sort only between different keys: equal ones share a partition, as with a RangePartitioner with the cuts as
/// bounds. A frequent key makes a large partition; with too few keys, the last partitions are empty.
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

  template <class Elements, class KeyOf, class Key>
  static std::vector<RunPiece> cut(const Elements& elements, const KeyOf& keyOf, std::size_t,
                                   const std::vector<Key>& cuts, bool ascending) {
    return piecesWhere(elements.size(), cuts.size(), [&](std::size_t i, std::size_t which) {
      return !KeyOrder{ascending}(cuts[which], std::invoke(keyOf, elements[i]));
    });
  }
};

}  // namespace seltzer::detail
