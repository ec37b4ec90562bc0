#pragma once

#include <utility>

namespace seltzer::detail {

/// The key of a pair.
struct PairKey {
  template <class K, class V>
  const K& operator()(const std::pair<K, V>& pair) const {
    return pair.first;
  }
};

}  // namespace seltzer::detail
