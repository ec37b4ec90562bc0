#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <tsl/ordered_map.h>

#include <seltzer/data/hash.hpp>
#include <seltzer/data/key_equal.hpp>
#include <seltzer/data/owned.hpp>
#include <seltzer/data/wire_reader.hpp>
#include <seltzer/data/wire_writer.hpp>

namespace seltzer {

namespace detail {

/// keyEqual as a map wants it.
struct SameKey {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return keyEqual(a, b);
  }
};

}  // namespace detail

/// A map on the driver whose keys stand in the order in which they were first seen. All NaNs are one key.
template <class K, class V>
using OrderedMap = tsl::ordered_map<K, V, Hash<K>, detail::SameKey>;

namespace detail {

/// An ordered map that travels, as its pairs in order.
template <class K, class V>
struct WireableMap {
  OrderedMap<K, V> map;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    std::vector<std::pair<K, V>> pairs;
    if constexpr (Archive::is_saving::value) pairs.assign(map.begin(), map.end());
    archive& pairs;
    if constexpr (Archive::is_loading::value) {
      map.clear();
      for (auto& pair : pairs) map.insert(std::move(pair));
    }
  }
};

/// How often each value occurs.
template <class T>
struct CountByValueFold {
  using State = WireableMap<Owned<T>, std::int64_t>;
  State start() const { return {}; }
  bool add(State& state, std::span<T> batch) const {
    for (T& element : batch) ++state.map[toOwned(std::move(element))];
    return true;
  }
  void merge(State& state, State&& next) const {
    for (const auto& [value, count] : next.map) state.map[value] += count;
  }
};

}  // namespace detail
}  // namespace seltzer
