#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/ordered_map.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// An ordered map in a form that travels: as its pairs, in order.
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

}  // namespace seltzer::detail
