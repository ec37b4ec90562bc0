#pragma once

#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/parts.hpp>

namespace seltzer::detail {

/// Integers that arithmetic promotes to `int`: `short`, `char`, `bool`, ...
template <class T>
concept SmallInteger = std::integral<T> && !std::same_as<decltype(+std::declval<T>()), T>;

/// Whether converting a From to a To loses nothing, judged by type alone: integer to an integer of at least its size
/// (signedness is ignored: `n + text.size()` fits a `std::int64_t`), number to a floating-point number of at least its
/// digits; never a floating-point number to an integer.
template <class From, class To>
struct KeepsValue : std::true_type {};

template <std::integral From, std::integral To>
struct KeepsValue<From, To>
    : std::bool_constant<std::is_same_v<From, To> || (sizeof(From) <= sizeof(To) && !std::is_same_v<To, bool>)> {};

template <std::floating_point From, std::integral To>
struct KeepsValue<From, To> : std::false_type {};

template <class From, std::floating_point To>
requires std::is_arithmetic_v<From>
struct KeepsValue<From, To> : std::bool_constant<std::numeric_limits<From>::digits <= std::numeric_limits<To>::digits> {
};

template <class From, class To>
requires std::is_enum_v<From> && std::is_arithmetic_v<To>
struct KeepsValue<From, To> : KeepsValue<std::underlying_type_t<From>, To> {
};

template <class... From, class... To>
consteval bool keepsValues(TypeList<From...>, TypeList<To...>) {
  return (KeepsValue<From, To>::value && ...);
}
template <class From, class To>
requires((Composed<From, Composition::product> ||
          Composed<From, Composition::choice>)&&ComparedByParts<From, To>) struct KeepsValue<From, To>
    : std::bool_constant<keepsValues(typename ElementTraits<From>::Parts(), typename ElementTraits<To>::Parts())> {
};

/// Whether a number of type From may lose something as the integer To; an `int`, which literals are, never does.
template <class From, class To>
inline constexpr bool narrows = false;
template <class From, std::integral To>
requires std::is_arithmetic_v<From>
inline constexpr bool narrows<From, To> =
    !KeepsValue<From, To>::value && (std::is_floating_point_v<From> || sizeof(From) > sizeof(int));

/// Whether what a function returned for a `State` and a `Value` becomes the new state without loss. An `int` from two
/// small integers counts as one of them, since it may be mere promotion.
template <class Returned, class State, class Value>
inline constexpr bool keepsValue = KeepsValue<std::remove_cvref_t<Returned>, State>::value ||
                                   (std::same_as<std::remove_cvref_t<Returned>, int> && SmallInteger<State> &&
                                    SmallInteger<std::remove_cvref_t<Value>>);

}  // namespace seltzer::detail
