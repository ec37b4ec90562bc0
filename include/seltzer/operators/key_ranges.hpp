#pragma once

#include <cstddef>
#include <utility>

#include <seltzer/data/owned.hpp>
#include <seltzer/operators/pair_key.hpp>

namespace seltzer::detail {

/// An operator that knows between which keys the pairs of its partitions stand.
template <class K>
class KeyRanges {
 public:
  virtual ~KeyRanges() = default;

  /// False if the partition holds no key from `least` up to `greatest`.
  virtual bool mayHold(std::size_t partition, const K& least, const K& greatest) const = 0;
};

struct NoKeyRanges {};

/// `KeyRanges` of the keys where an RDD of T is sorted by them; nothing where it is sorted by anything else.
template <class T, class F>
struct KeyRangesBase {
  using Type = NoKeyRanges;
};
template <class K, class V>
struct KeyRangesBase<std::pair<K, V>, PairKey> {
  using Type = KeyRanges<Owned<K>>;
};
template <class T, class F>
using KeyRangesOf = typename KeyRangesBase<T, F>::Type;

}  // namespace seltzer::detail
