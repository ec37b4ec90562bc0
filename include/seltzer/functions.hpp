#pragma once

#include <concepts>
#include <functional>
#include <utility>

namespace seltzer {

/// A function with a state of any serializable type; made by `with(state, f)`, calls `f(state, arguments...)`.
template <class State, class F>
struct With {
  State state;  ///< travels once, with the function
  F function;   ///< takes the state as its first argument

  /// `function(state, args...)`.
  template <class... Args>
  requires std::invocable<const F&, const State&, Args...>
  decltype(auto) operator()(Args&&... args) const { return std::invoke(function, state, std::forward<Args>(args)...); }
};

/// Gives `f` a state that a lambda's captures cannot carry to another rank: strings, maps, vectors, anything with a
/// Boost `serialize`. `f` is called as `f(const State&, arguments...)`. The state travels once, with the function.
template <class State, class F>
With<State, F> with(State state, F f) {
  return {std::move(state), std::move(f)};
}

/// A function whose captures are not checked for addresses, and which may return views; made by `trusted(f)`.
template <class F>
struct Trusted {
  F function;  ///< travels as its bytes

  /// `function(args...)`.
  template <class... Args>
  requires std::invocable<const F&, Args...>
  decltype(auto) operator()(Args&&... args) const { return std::invoke(function, std::forward<Args>(args)...); }
};

/// Passes a lambda whose captured integers happen to look like addresses of this process: the caller guarantees that it
/// holds no reference, pointer or `this`. Also a function that returns a view into neither its argument nor its state:
/// the caller guarantees that the view is of static data, such as a string literal.
template <class F>
Trusted<F> trusted(F f) {
  return {std::move(f)};
}

}  // namespace seltzer
