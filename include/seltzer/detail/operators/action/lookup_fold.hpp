#pragma once

#include <iterator>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// The values of one key of an RDD of pairs T, in order.
template <class T>
struct LookupFold {
  using Key = Owned<typename T::first_type>;
  using State = std::vector<Owned<typename T::second_type>>;
  using Parts = std::tuple<Key>;

  explicit LookupFold(Key wanted) : key(std::move(wanted)) {}
  explicit LookupFold(Parts parts) : LookupFold(std::move(std::get<0>(parts))) {}
  Parts parts() const { return {key}; }

  State start() const { return {}; }
  bool add(State& values, std::span<T> batch) const {
    for (T& pair : batch) {
      if (keyEqual(pair.first, key)) values.push_back(toOwned(std::move(pair.second)));
    }
    return true;
  }
  void merge(State& values, State&& next) const {
    for (auto&& value : next) values.push_back(std::move(value));
  }

  Key key;
};

}  // namespace seltzer::detail
