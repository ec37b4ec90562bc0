#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/functions/reads_only.hpp>
#include <seltzer/detail/operators/apply_function.hpp>
#include <seltzer/detail/operators/borrow.hpp>
#include <seltzer/detail/operators/keeps_value.hpp>

namespace seltzer::detail {

template <class F, class State, class Value>
concept ChangesInPlace = requires(const F& function, State& state, Value&& value) {
  { std::invoke(function, state, std::forward<Value>(value)) } -> std::same_as<void>;
};

/// Folds a value into a state by a function that returns the new state or modifies it in place.
template <class State, class F, class Value>
void accumulate(State& state, const F& function, Value&& value) {
  if constexpr (ChangesInPlace<F, State, Value&&>) {
    std::invoke(function, state, std::forward<Value>(value));
  } else if constexpr (std::is_invocable_v<const F&, State&&, Value&&>) {
    assignResult(
        state, [&]() -> decltype(auto) { return std::invoke(function, std::move(state), std::forward<Value>(value)); });
  } else {
    assignResult(state, [&]() -> decltype(auto) { return std::invoke(function, state, std::forward<Value>(value)); });
  }
}

template <class F, class State, class Value>
inline constexpr bool accumulates =
    ChangesInPlace<F, State, Value> || std::is_invocable_r_v<State, const F&, State&&, Value> ||
    std::is_invocable_r_v<State, const F&, State&, Value>;

/// Whether a function that `accumulates` does not narrow.
template <class F, class State, class Value>
consteval bool accumulatesLosslessly() {
  if constexpr (ChangesInPlace<F, State, Value>) {
    return true;
  } else if constexpr (std::is_invocable_v<const F&, State&&, Value>) {
    return keepsValue<std::invoke_result_t<const F&, State&&, Value>, State, Value>;
  } else {
    return keepsValue<std::invoke_result_t<const F&, State&, Value>, State, Value>;
  }
}

template <class F, class T>
inline constexpr bool reduces = std::is_invocable_r_v<T, const F&, T&&, T&&>;

template <class F, class T>
inline constexpr bool reducesLosslessly = keepsValue<std::invoke_result_t<const F&, T&&, T&&>, T, T>;

/// `aggregate` and `fold`: from a zero, with one function for elements and one for the states of partitions.
template <class T, class U, class Seq, class Comb>
struct AggregateFold {
  using State = U;
  using Parts = std::tuple<U, Function<Seq>, Function<Comb>>;
  using Elements = std::conditional_t<readsOnly<Seq, T, 1>, std::span<const T>, std::span<T>>;

  AggregateFold(U zeroValue, Seq seq, Comb comb)
      : zero(std::move(zeroValue)), sequence(std::move(seq)), combine(std::move(comb)) {}
  explicit AggregateFold(Parts parts)
      : AggregateFold(std::move(std::get<0>(parts)), std::move(std::get<1>(parts).call),
                      std::move(std::get<2>(parts).call)) {}
  Parts parts() const { return {zero, Function<Seq>{sequence}, Function<Comb>{combine}}; }

  State start() const { return zero; }
  bool add(State& state, Elements batch) const {
    auto&& function = inRegisters(sequence);
    for (auto& element : batch) accumulate(state, function, std::move(element));
    return true;
  }
  void merge(State& state, State&& next) const { accumulate(state, combine, std::move(next)); }

  U zero;
  Seq sequence;
  Comb combine;
};

/// A stored element for a function that takes a `T&&`: moved, or borrowed if `T` contains views.
template <class T>
T takeStored(Owned<T>& stored) {
  if constexpr (isOwned<T>) {
    return std::move(stored);
  } else {
    return borrow<T>(stored);
  }
}

/// `state = f(state, next)`, in owned form.
template <class T, class F>
void reduceInto(Owned<T>& state, const F& function, T&& next) {
  if constexpr (isOwned<T>) {
    assignResult(state,
                 [&]() -> decltype(auto) { return std::invoke(function, std::move(state), std::forward<T>(next)); });
  } else {
    state = toOwned(std::invoke(function, borrow<T>(state), std::forward<T>(next)));
  }
}

/// `reduce`: the elements themselves are the states.
template <class T, class F>
struct ReduceFold : Around<F> {
  using Around<F>::Around;
  using State = std::optional<Owned<T>>;

  State start() const { return std::nullopt; }
  bool add(State& state, std::span<T> batch) const {
    auto rest = batch;
    if (!state) {
      state = toOwned(std::move(batch.front()));
      rest = batch.subspan(1);
    }
    auto&& call = inRegisters(this->function);
    for (T& element : rest) reduceInto<T>(*state, call, std::move(element));
    return true;
  }
  void merge(State& state, State&& next) const {
    if (!next) return;
    if (!state) {
      state = std::move(next);
    } else {
      reduceInto<T>(*state, this->function, takeStored<T>(*next));
    }
  }
};

/// The sum of floating-point numbers, in double, added in order.
template <class T>
struct FloatingSum {
  using State = double;
  State start() const { return 0; }
  bool add(State& state, std::span<const T> batch) const {
    for (const T element : batch) state += static_cast<double>(element);
    return true;
  }
  void merge(State& state, State&& next) const { state += next; }
};

/// The first of the elements with the least, or greatest, key, in the order of keyLess.
template <class T, class Key, bool least>
struct ExtremeFold : Around<Key> {
  using Around<Key>::Around;
  using State = std::optional<Owned<T>>;

  State start() const { return std::nullopt; }
  bool add(State& state, std::span<T> batch) const {
    for (T& element : batch) {
      if (!state || before(element, borrow<T>(*state))) state = toOwned(std::move(element));
    }
    return true;
  }
  void merge(State& state, State&& next) const {
    if (next && (!state || before(borrow<T>(*next), borrow<T>(*state)))) state = std::move(next);
  }

 private:
  bool before(const T& a, const T& b) const {
    return KeyOrder{least}(std::invoke(this->function, a), std::invoke(this->function, b));
  }
};

}  // namespace seltzer::detail
