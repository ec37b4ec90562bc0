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

template <class F, class T>
inline constexpr bool appliesTo = std::is_invocable_v<const F&, T&&> || std::is_invocable_v<const F&, T&>;

template <class F, class T>
using AppliedResult = decltype(applyTo(std::declval<const F&>(), std::declval<T&>()));

}  // namespace seltzer::detail
