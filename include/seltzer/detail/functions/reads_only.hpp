#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <seltzer/detail/functions/call_parameters.hpp>

namespace seltzer::detail {

/// Whether a parameter neither changes a T nor could gain by an rvalue.
template <class Parameter, class T>
inline constexpr bool isReadBy = std::is_trivially_copy_constructible_v<T>&& std::is_trivially_destructible_v<T>&&
    std::is_same_v<std::remove_cv_t<Parameter>, T>;
template <class Parameter, class T>
inline constexpr bool isReadBy<const Parameter&, T> = std::is_same_v<Parameter, T>;
template <>
inline constexpr bool isReadBy<std::string_view, std::string> = true;

/// Whether parameter `index` of `F` is known to only read a T, as `const T&` does: stored elements need not be copied
/// for it. Not known of templates, such as generic lambdas.
template <class F, class T, std::size_t index = 0>
inline constexpr bool readsOnly = [] {
  using Types = CallParameters<F>;
  if constexpr (index < std::tuple_size_v<Types>) {
    return isReadBy<std::tuple_element_t<index, Types>, T>;
  } else {
    return false;
  }
}();

}  // namespace seltzer::detail
