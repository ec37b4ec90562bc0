#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <type_traits>

#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/data/key/member_comparison.hpp>

namespace seltzer::detail {

/// Negative, zero or positive, as `a` comes before, is equivalent to, or comes after `b` in the order of keyLess.
template <class A, class B>
constexpr int keyCompare(const A& a, const B& b);

/// The order of all sorts: `<`, but a floating-point NaN is greater than any number and all NaNs are equal, also within
/// pairs, tuples, arrays, vectors, optionals, variants and structs with a defaulted `<=>`, which are ordered by their
/// first parts that differ; std::nullopt comes first. (-0.0 and 0.0 are equal.) A strict weak order if `<` of the
/// innermost parts is one. `a` and `b` may be the borrowed and the owned form of one type.
template <class A, class B>
constexpr bool keyLess(const A& a, const B& b) {
  if constexpr (std::is_floating_point_v<A> && std::is_floating_point_v<B>) {
    return !(a >= b) && a == a;  // one comparison where b comes first, as in the loops of extremes
  } else if constexpr (ComparedByParts<A, B> || OrderedByMembers<A>) {
    return keyCompare(a, b) < 0;
  } else {
    return static_cast<bool>(a < b);
  }
}

template <std::size_t i = 0, class A, class B>
constexpr int compareProducts(const A& a, const B& b) {
  if constexpr (i == partCount<A>) {
    return 0;
  } else {
    const int order = keyCompare(ElementTraits<A>::template get<i>(a), ElementTraits<B>::template get<i>(b));
    return order != 0 ? order : compareProducts<i + 1>(a, b);
  }
}

/// Arrays of bytes are compared as memory is.
template <class T>
concept ByteArray = Composed<T, Composition::array> && TraitsOf<T>::count != 0 &&
                    (std::same_as<PartOf<T>, unsigned char> || std::same_as<PartOf<T>, std::byte>);

template <class A, class B>
constexpr int compareSequences(const A& a, const B& b) {
  if constexpr (ByteArray<A> && std::same_as<A, B>) {
    if (!std::is_constant_evaluated()) return std::memcmp(std::data(a), std::data(b), std::size(a));
  }
  auto first = std::begin(a);
  auto second = std::begin(b);
  for (; first != std::end(a) && second != std::end(b); ++first, ++second) {
    if (const int order = keyCompare(*first, *second)) return order;
  }
  return static_cast<int>(first != std::end(a)) - static_cast<int>(second != std::end(b));
}

/// By the alternatives, in the order of their declaration, then by the values; an empty one comes first.
template <std::size_t i = 0, class A, class B>
constexpr int compareChoices(const A& a, const B& b) {
  if constexpr (i == partCount<A>) {
    return 0;
  } else {
    const std::size_t first = ElementTraits<A>::index(a) + 1;  // 0 without a value
    const std::size_t second = ElementTraits<B>::index(b) + 1;
    if (first != second) return first < second ? -1 : 1;
    if (first != i + 1) return compareChoices<i + 1>(a, b);
    return keyCompare(ElementTraits<A>::template get<i>(a), ElementTraits<B>::template get<i>(b));
  }
}

template <class A, class B>
constexpr int keyCompare(const A& a, const B& b) {
  if constexpr (Composed<A, Composition::text>) {
    return a.compare(b);
  } else if constexpr (!ComparedByParts<A, B>) {
    if constexpr (OrderedByMembers<A>) {
      return compareProducts(withMembers(a, TieMembers()), withMembers(b, TieMembers()));
    } else {
      return static_cast<int>(keyLess(b, a)) - static_cast<int>(keyLess(a, b));
    }
  } else if constexpr (Composed<A, Composition::product>) {
    return compareProducts(a, b);
  } else if constexpr (Composed<A, Composition::choice>) {
    return compareChoices(a, b);
  } else {
    return compareSequences(a, b);
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
consteval bool hasKeyOrder();
template <class Key>
using HasKeyOrder = std::bool_constant<hasKeyOrder<Key>()>;

template <class Key>
consteval bool hasKeyOrder() {
  if constexpr (HasComparedParts<Key>) {
    return allPartsAre<Key, HasKeyOrder>;
  } else {
    return requires(const Key& a, const Key& b) {
      { a < b } -> std::convertible_to<bool>;
    };
  }
}

/// A type that keyLess orders: one with `<`, and pairs, tuples, arrays, vectors, optionals and variants of such.
template <class Key>
concept OrderedKey = hasKeyOrder<std::remove_cvref_t<Key>>();

}  // namespace seltzer::detail
