#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include <seltzer/detail/functions/callable.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// Whether F, given in place of a key, says which of two elements comes first.
template <class F, class T>
inline constexpr bool isComparator =
    !std::is_invocable_v<const F&, const T&> && std::is_invocable_r_v<bool, const F&, const T&, const T&>;

/// An element that `<` compares by a function. Not for keeping: it refers to the element.
template <class T, class Less>
struct ComparedElement {
  const T* element;
  const Less* less;

  friend bool operator<(const ComparedElement& a, const ComparedElement& b) {
    return static_cast<bool>(std::invoke(*a.less, *a.element, *b.element));
  }
};

/// The key by which elements are in the order of a comparator, where keys are not kept.
template <class T, class Less>
struct ByComparator : Around<Less> {
  using Around<Less>::Around;

  ComparedElement<T, Less> operator()(const T& element) const { return {&element, &this->function}; }
};

/// Whether a comparator can be made anew wherever keys are compared.
template <class Less>
inline constexpr bool isStatelessComparator = std::is_empty_v<Less>&& std::is_default_constructible_v<Less>;

/// A copy of an element that `<` compares by a function without state. An aggregate, so that it travels.
template <class E, class Less>
struct ComparedCopy {
  E element;

  friend bool operator<(const ComparedCopy& a, const ComparedCopy& b) {
    return static_cast<bool>(std::invoke(Less(), a.element, b.element));
  }
};

/// The key by which elements are sorted by a comparator.
template <class T, class Less>
struct CopyByComparator {
  CopyByComparator() = default;
  explicit CopyByComparator(const Less&) {}

  ComparedCopy<Owned<T>, Less> operator()(const T& element) const { return {toOwned(element)}; }
};

/// F, or the key by which a comparator F sorts.
template <class F, class T>
using KeyOrComparator = std::conditional_t<isComparator<F, T>, CopyByComparator<T, F>, F>;

}  // namespace seltzer::detail
