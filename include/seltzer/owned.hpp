#pragma once

#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/parts.hpp>

namespace seltzer::detail {

/// The owned form of T as `Type`.
template <class T>
struct OwnedForm {
  using Type = T;
};
template <class T>
struct OwnedForm<const T> : OwnedForm<T> {};
template <class T>
struct OwnedForm<T&> : OwnedForm<std::remove_const_t<T>> {};
template <class T>
struct OwnedForm<T&&> : OwnedForm<std::remove_const_t<T>> {};
template <Composed<Composition::text> T>
struct OwnedForm<T> {
  using Type = typename ElementTraits<T>::Owned;
};
template <class T>
requires(partCount<T> != 0 && !std::is_array_v<T> && !std::is_const_v<T>) struct OwnedForm<T> {
  using Type = typename MappedParts<T, OwnedForm>::Type;
};

/// T as the element of an RDD, with parts that are not const: what a `std::map` holds can be moved out of and into.
template <class T>
struct ElementForm {
  using Type = T;
};
template <class T>
struct ElementForm<const T> : ElementForm<T> {};
template <class T>
requires((Composed<T, Composition::product> ||
          Composed<T, Composition::choice>)&&!std::is_const_v<T>) struct ElementForm<T> {
  using Type = typename MappedParts<T, ElementForm>::Type;
};
template <class T>
using ElementType = typename ElementForm<std::remove_cvref_t<T>>::Type;

}  // namespace seltzer::detail

namespace seltzer {

/// What is kept of a T that may be borrowed: `std::string` for `std::string_view`, also inside pairs, tuples, arrays,
/// optionals, variants, the standard containers and what else ElementTraits describe; any other type itself. A
/// reference becomes a value, and a const part (the key in an element of a `std::map`) one that is not.
template <class T>
using Owned = typename detail::OwnedForm<std::remove_cvref_t<T>>::Type;

/// True if T keeps what it holds, so that toOwned is a move or copy.
template <class T>
inline constexpr bool isOwned = std::is_same_v<Owned<T>, T>;

/// `value` in its owned form: moved or copied where it is owned already, converted otherwise; from an rvalue, what is
/// owned inside is moved. Allocators, comparators and hash functions of converted containers are default constructed.
/// Throws std::bad_variant_access for a variant with views that is valueless.
template <class T>
Owned<T> toOwned(T&& value) {
  if constexpr (isOwned<std::remove_cvref_t<T>>) {
    return std::forward<T>(value);
  } else if constexpr (detail::Composed<std::remove_cvref_t<T>, Composition::text>) {
    return Owned<T>(value);
  } else {
    return detail::convertParts<Owned<T>>(std::forward<T>(value), []<class Part>(auto&& part) -> Part {
      return toOwned(std::forward<decltype(part)>(part));
    });
  }
}

}  // namespace seltzer
