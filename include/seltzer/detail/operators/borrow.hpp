#pragma once

#include <type_traits>

#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// What `borrow` gives: the stored element itself where it is owned.
template <class T>
using Borrowed = std::conditional_t<isOwned<T>, const T&, T>;

/// A T from its stored form, or a part of one from that of the part.
template <class T, class Stored>
decltype(auto) borrowAs(const Stored& stored) {
  if constexpr (std::is_same_v<std::remove_const_t<T>, Stored>) {
    return (stored);
  } else if constexpr (Composed<T, Composition::text>) {
    return T(stored);
  } else {
    return convertParts<T>(stored, []<class Part>(const auto& part) -> decltype(auto) { return borrowAs<Part>(part); });
  }
}

/// An element of an RDD as operators see it, from the owned form in which it is stored: views into it where the element
/// type holds views.
template <class T>
Borrowed<T> borrow(const Owned<T>& stored) {
  return borrowAs<T>(stored);
}

}  // namespace seltzer::detail
