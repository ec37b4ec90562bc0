#pragma once

#include <tsl/ordered_map.h>

#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/hash.hpp>

namespace seltzer {

namespace detail {

/// keyEqual as a map's comparison.
struct SameKey {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return keyEqual(a, b);
  }
};

}  // namespace detail

/// A map on the driver that iterates over its keys in first-seen order. All NaNs are one key.
template <class K, class V>
using OrderedMap = tsl::ordered_map<K, V, Hash<K>, detail::SameKey>;

}  // namespace seltzer
