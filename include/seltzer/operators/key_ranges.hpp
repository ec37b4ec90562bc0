#pragma once

#include <cstddef>
#include <utility>

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

/// Of an RDD that is sorted by something else than its keys: nobody asks.
template <class K>
class NoKeyRanges {
 public:
  virtual ~NoKeyRanges() = default;
  virtual bool mayHold(std::size_t partition, const K& least, const K& greatest) const = 0;
};

/// `KeyRanges` where an RDD of T is sorted by the keys of its pairs.
template <class T, class F, class K>
struct KeyRangesBase {
  using Type = NoKeyRanges<K>;
};
template <class A, class B, class K>
struct KeyRangesBase<std::pair<A, B>, PairKey, K> {
  using Type = KeyRanges<K>;
};
template <class T, class F, class K>
using KeyRangesOf = typename KeyRangesBase<T, F, K>::Type;

}  // namespace seltzer::detail
