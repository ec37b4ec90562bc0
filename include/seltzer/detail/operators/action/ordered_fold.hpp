#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/operators/borrow.hpp>

namespace seltzer::detail {

/// The `limit` elements with the least, or greatest, keys, in the order of keyLess; equal keys keep the order of the
/// input. Collects elements in a buffer of about twice the limit, which is sorted and truncated when full: amortized
/// O(log limit) for each element.
template <class T, class Key, bool least>
struct OrderedFold {
  using State = std::vector<Owned<T>>;
  using Parts = std::tuple<std::uint64_t, Function<Key>>;

  OrderedFold(std::uint64_t most, Key given) : limit(most), key(std::move(given)) {}
  explicit OrderedFold(Parts parts) : OrderedFold(std::get<0>(parts), std::move(std::get<1>(parts).call)) {}
  Parts parts() const { return {limit, Function<Key>{key}}; }

  State start() const { return {}; }
  bool add(State& state, std::span<T> batch) const {
    if (limit == 0) return false;
    for (T& element : batch) {
      state.push_back(toOwned(std::move(element)));
      if (state.size() / 2 >= limit && state.size() >= smallestBuffer) finish(state);
    }
    return true;
  }
  void finish(State& state) const {
    std::ranges::stable_sort(
        state, [this](const Owned<T>& a, const Owned<T>& b) { return before(borrow<T>(a), borrow<T>(b)); });
    if (state.size() > limit) state.erase(state.begin() + static_cast<std::ptrdiff_t>(limit), state.end());
  }
  void merge(State& state, State&& next) const {
    std::ranges::move(next, std::back_inserter(state));
    finish(state);
  }

  std::uint64_t limit;
  Key key;

 private:
  static constexpr std::uint64_t smallestBuffer = 256;

  bool before(const T& a, const T& b) const { return KeyOrder{least}(std::invoke(key, a), std::invoke(key, b)); }
};

}  // namespace seltzer::detail
