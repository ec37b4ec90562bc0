#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <seltzer/detail/data/key/member_comparison.hpp>

namespace seltzer::detail {

/// How the parts of a key are ordered: one of the kinds below.
enum class KeyKind : unsigned char { value, text, tuple, sequence, optional, variant, members };

template <class Key>
inline constexpr KeyKind keyKind = OrderedByMembers<Key> ? KeyKind::members : KeyKind::value;
template <class Character, class Traits, class Allocator>
inline constexpr KeyKind keyKind<std::basic_string<Character, Traits, Allocator>> = KeyKind::text;
template <class Character, class Traits>
inline constexpr KeyKind keyKind<std::basic_string_view<Character, Traits>> = KeyKind::text;
template <class First, class Second>
inline constexpr KeyKind keyKind<std::pair<First, Second>> = KeyKind::tuple;
template <class... Ts>
inline constexpr KeyKind keyKind<std::tuple<Ts...>> = KeyKind::tuple;
template <class T, std::size_t count>
inline constexpr KeyKind keyKind<std::array<T, count>> = KeyKind::sequence;
template <class T, std::size_t count>
inline constexpr KeyKind keyKind<T[count]> = KeyKind::sequence;
template <class T, class Allocator>
inline constexpr KeyKind keyKind<std::vector<T, Allocator>> = KeyKind::sequence;
template <class T>
inline constexpr KeyKind keyKind<std::optional<T>> = KeyKind::optional;
template <class... Ts>
inline constexpr KeyKind keyKind<std::variant<Ts...>> = KeyKind::variant;

/// Below zero, zero or above: `a` stands before, with or behind `b` in the order of keyLess.
template <class A, class B>
constexpr int keyCompare(const A& a, const B& b);

/// The order of all sorts: `<`, but a floating-point NaN is greater than any number and all NaNs are equal, also within
/// pairs, tuples, arrays, vectors, optionals, variants and structs with a defaulted `<=>`, which are ordered by their
/// first parts that differ; std::nullopt comes first. (-0.0 and 0.0 are equal.) A strict weak order if `<` of what
/// stands inside is one. `a` and `b` may be the borrowed and the owned form of one type.
template <class A, class B>
constexpr bool keyLess(const A& a, const B& b) {
  if constexpr (std::is_floating_point_v<A> && std::is_floating_point_v<B>) {
    return !(a >= b) && a == a;  // one comparison where b stands first, as in the loops of extremes
  } else if constexpr (keyKind<A> == KeyKind::value || keyKind<A> == KeyKind::text) {
    return static_cast<bool>(a < b);
  } else {
    return keyCompare(a, b) < 0;
  }
}

template <std::size_t i = 0, class A, class B>
constexpr int compareTuples(const A& a, const B& b) {
  if constexpr (i == std::tuple_size_v<A>) {
    return 0;
  } else {
    const int order = keyCompare(std::get<i>(a), std::get<i>(b));
    return order != 0 ? order : compareTuples<i + 1>(a, b);
  }
}

/// Arrays of bytes, which are compared as memory is.
template <class A>
inline constexpr bool isByteArray = false;
template <std::size_t count>
inline constexpr bool isByteArray<std::array<unsigned char, count>> = count != 0;
template <std::size_t count>
inline constexpr bool isByteArray<std::array<std::byte, count>> = count != 0;

template <class A, class B>
constexpr int compareSequences(const A& a, const B& b) {
  if constexpr (isByteArray<A> && std::is_same_v<A, B>) {
    if (!std::is_constant_evaluated()) return std::memcmp(a.data(), b.data(), a.size());
  }
  const std::size_t common = std::min<std::size_t>(std::size(a), std::size(b));
  for (std::size_t i = 0; i < common; ++i) {
    if (const int order = keyCompare(a[i], b[i])) return order;
  }
  return static_cast<int>(std::size(a) > common) - static_cast<int>(std::size(b) > common);
}

/// By the alternatives, in the order of their declaration, then by the values; one without a value comes first.
template <std::size_t i = 0, class A, class B>
constexpr int compareVariants(const A& a, const B& b) {
  if constexpr (i == std::variant_size_v<A>) {
    return 0;
  } else {
    const std::size_t first = a.index() + 1;  // 0 without a value
    const std::size_t second = b.index() + 1;
    if (first != second) return first < second ? -1 : 1;
    return first == i + 1 ? keyCompare(*std::get_if<i>(&a), *std::get_if<i>(&b)) : compareVariants<i + 1>(a, b);
  }
}

template <class A, class B>
constexpr int keyCompare(const A& a, const B& b) {
  if constexpr (keyKind<A> == KeyKind::text) {
    return a.compare(b);
  } else if constexpr (keyKind<A> == KeyKind::tuple) {
    return compareTuples(a, b);
  } else if constexpr (keyKind<A> == KeyKind::sequence) {
    return compareSequences(a, b);
  } else if constexpr (keyKind<A> == KeyKind::members) {
    return compareTuples(withMembers(a, TieMembers()), withMembers(b, TieMembers()));
  } else if constexpr (keyKind<A> == KeyKind::variant) {
    return compareVariants(a, b);
  } else if constexpr (keyKind<A> == KeyKind::optional) {
    return a && b ? keyCompare(*a, *b) : static_cast<int>(a.has_value()) - static_cast<int>(b.has_value());
  } else {
    return static_cast<int>(keyLess(b, a)) - static_cast<int>(keyLess(a, b));
  }
}

/// keyLess for one direction: ascending, or with the arguments exchanged.
struct KeyOrder {
  bool ascending = true;

  template <class A, class B>
  constexpr bool operator()(const A& a, const B& b) const {
    return ascending ? keyLess(a, b) : keyLess(b, a);
  }
};

template <class Key>
    struct HasKeyOrder : std::bool_constant < requires(const Key& a, const Key& b) {
  { a < b } -> std::convertible_to<bool>;
} > {};
template <class First, class Second>
struct HasKeyOrder<std::pair<First, Second>> : std::conjunction<HasKeyOrder<First>, HasKeyOrder<Second>> {};
template <class... Ts>
struct HasKeyOrder<std::tuple<Ts...>> : std::conjunction<HasKeyOrder<Ts>...> {};
template <class T, std::size_t count>
struct HasKeyOrder<std::array<T, count>> : HasKeyOrder<T> {};
template <class T, class Allocator>
struct HasKeyOrder<std::vector<T, Allocator>> : HasKeyOrder<T> {};
template <class T>
struct HasKeyOrder<std::optional<T>> : HasKeyOrder<T> {};
template <class... Ts>
struct HasKeyOrder<std::variant<Ts...>> : std::conjunction<HasKeyOrder<Ts>...> {};

/// A type that keyLess orders: one with `<`, and pairs, tuples, arrays, vectors, optionals and variants of such.
template <class Key>
concept OrderedKey = HasKeyOrder<std::remove_cvref_t<Key>>::value;

}  // namespace seltzer::detail
