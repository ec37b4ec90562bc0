#pragma once

#include <cstddef>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/wire/format.hpp>
#include <seltzer/detail/functions/call_parameters.hpp>
#include <seltzer/detail/operators/keeps_value.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

// Requirements of operations on types. Not concepts, because compilers list why a concept is not satisfied.

/// Whether a function's result can be an element of an RDD.
template <class R>
inline constexpr bool isElement = std::is_copy_constructible_v<std::remove_cvref_t<R>>;

template <class R>
inline constexpr bool isRange = std::ranges::range<R>;

/// Whether F takes the owned form of borrowed elements, but not the borrowed elements.
template <class F, class T>
inline constexpr bool takesOwnedForm =
    std::conjunction_v<std::bool_constant<!isOwned<T>>, std::negation<std::is_invocable<const F&, T&>>,
                       std::negation<std::is_invocable<const F&, T&&>>, std::is_invocable<const F&, const Owned<T>&>>;

/// Whether a From would be converted to a narrower integer, or a part of it.
template <class From, class To>
consteval bool truncates();

template <class... From, class... To>
consteval bool anyTruncates(TypeList<From...>, TypeList<To...>) {
  return (truncates<From, To>() || ...);
}

template <class From, class To>
consteval bool truncates() {
  if constexpr (std::is_arithmetic_v<From> && std::is_integral_v<To>) {
    return !KeepsValue<From, To>::value;
  } else if constexpr ((Composed<From, Composition::product> ||
                        Composed<From, Composition::choice>)&&ComparedByParts<From, To>) {
    return anyTruncates(typename ElementTraits<From>::Parts(), typename ElementTraits<To>::Parts());
  } else {
    return false;
  }
}

/// Whether a function would get one of the arguments, which are its first, as a narrower integer. Unknown of templates,
/// which take what they are given.
template <class F, class... Arguments>
inline constexpr bool truncatesArgument = []<std::size_t... i>(std::index_sequence<i...>) {
  using Parameters = CallParameters<F>;
  if constexpr (sizeof...(i) <= std::tuple_size_v<Parameters>) {
    return (truncates<Arguments, std::remove_cvref_t<std::tuple_element_t<i, Parameters>>>() || ...);
  } else {
    return false;
  }
}
(std::index_sequence_for<Arguments...>());

/// Whether a function's result for a partition can be sent to the driver.
template <class R>
inline constexpr bool isJobResult = travels<Owned<std::remove_cvref_t<R>>>;
template <>
inline constexpr bool isJobResult<void> = true;

template <class Key>
inline constexpr bool hasOrder = OrderedKey<Key>;

}  // namespace seltzer::detail
