#pragma once

#include <functional>
#include <type_traits>
#include <utility>

namespace seltzer::detail {

/// Calls a user's function with an element, which it may take by value, by reference or as an rvalue.
template <class F, class T>
decltype(auto) applyTo(const F& function, T& element) {
  if constexpr (std::is_invocable_v<const F&, T&&>) {
    return std::invoke(function, std::move(element));
  } else {
    return std::invoke(function, element);
  }
}

/// `target = call()`. Where that returns a reference it may be to the target or to a part of it, which assigning would
/// destroy first.
template <class T, class Call>
void assignResult(T& target, Call&& call) {
  using Result = std::invoke_result_t<Call>;
  constexpr bool holdsOnlyItself = std::is_trivially_copyable_v<T> && std::is_assignable_v<T&, Result>;
  if constexpr (std::is_reference_v<Result> && !holdsOnlyItself) {
    T result(call());
    target = std::move(result);
  } else {
    target = call();
  }
}

template <class F, class T>
inline constexpr bool appliesTo = std::is_invocable_v<const F&, T&&> || std::is_invocable_v<const F&, T&>;

template <class F, class T>
using AppliedResult = decltype(applyTo(std::declval<const F&>(), std::declval<T&>()));

}  // namespace seltzer::detail
