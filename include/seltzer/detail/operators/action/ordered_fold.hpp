#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/keep_least.hpp>
#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/operators/borrow.hpp>

namespace seltzer::detail {

/// The `limit` elements with the least, or greatest, keys, in the order of keyLess; equal keys keep the order of the
/// input. Once `limit` elements are sorted, only those before the last of them are added, to a buffer of about twice
/// the limit, which is sorted and truncated when full: a comparison for each element, and amortized O(log limit) for
/// those that are added.
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
      if (state.size() >= limit && !before(element, borrow<T>(state[limit - 1]))) continue;
      state.push_back(toOwned(std::move(element)));
      if (state.size() == limit) {
        keepLeast(state, 0, limit, Before{this});
      } else if (state.size() >= limit + std::max(limit, smallestBuffer)) {
        finish(state);
      }
    }
    return true;
  }
  void finish(State& state) const { keepLeast(state, state.size() < limit ? 0 : limit, limit, Before{this}); }
  void merge(State& state, State&& next) const { mergeLeast(state, std::move(next), limit, Before{this}); }

  std::uint64_t limit;
  Key key;

 private:
  static constexpr std::uint64_t smallestBuffer = 256;

  struct Before {
    const OrderedFold* fold;
    bool operator()(const Owned<T>& a, const Owned<T>& b) const { return fold->before(borrow<T>(a), borrow<T>(b)); }
  };

  bool before(const T& a, const T& b) const { return KeyOrder{least}(std::invoke(key, a), std::invoke(key, b)); }
};

}  // namespace seltzer::detail
