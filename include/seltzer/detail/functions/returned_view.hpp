#pragma once

#include <cstddef>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/functions/callable.hpp>

namespace seltzer::detail {

/// Whether a T is or contains a view of memory that something else owns: in a pair or a vector, or as a member.
template <class T>
consteval bool containsView();

template <class T>
inline constexpr bool isViewOfMemory = false;
template <class Character, class Traits>
inline constexpr bool isViewOfMemory<std::basic_string_view<Character, Traits>> = true;
template <class T, std::size_t extent>
inline constexpr bool isViewOfMemory<std::span<T, extent>> = true;
template <class T>
inline constexpr bool isViewOfMemory<std::ranges::ref_view<T>> = true;

template <class... Ts>
consteval bool anyContainsView(TypeList<Ts...>) {
  return (containsView<Ts>() || ...);
}

template <class T>
inline constexpr bool isMadeOfViews = false;
template <template <class...> class Template, class... Ts>
inline constexpr bool isMadeOfViews<Template<Ts...>> = anyContainsView(TypeList<Ts...>());
template <Composed<Composition::array> T>
inline constexpr bool isMadeOfViews<T> = containsView<PartOf<T>>();

template <class T>
consteval bool containsView() {
  using Value = std::remove_cv_t<T>;
  if constexpr (isViewOfMemory<Value> || isMadeOfViews<Value>) {
    return true;
  } else if constexpr (std::is_class_v<Value> && std::is_aggregate_v<Value> && std::is_trivially_copyable_v<Value> &&
                       hasVisibleMembers<Value>) {
    return anyContainsView(MemberTypes<Value>());
  } else {
    return false;
  }
}

template <class Argument>
inline constexpr bool isReferenceToClass =
    std::is_reference_v<Argument>&& std::is_class_v<std::remove_cvref_t<Argument>>;

/// Whether a call operator is known to take an object by reference, which outlives the call. Unknown for a generic
/// lambda.
template <class CallOperator>
inline constexpr bool takesReference = false;
template <class F, class Result, class Argument>
inline constexpr bool takesReference<Result (F::*)(Argument) const> = isReferenceToClass<Argument>;
template <class F, class Result, class Argument>
inline constexpr bool takesReference<Result (F::*)(Argument) const noexcept> = isReferenceToClass<Argument>;

template <class F>
consteval bool takesByReference() {
  if constexpr (requires { &F::operator(); }) {
    return takesReference<decltype(&F::operator())>;
  } else {
    return false;
  }
}

/// Whether `F`, called with an Argument, returns by value a view that can only refer to its local variables or to
/// static data: the argument contains no view and is not taken by reference, and there is no state. `trusted` asserts
/// the latter.
template <class F, class Result, class Argument>
concept ReturnsViewOfNothing = std::is_empty_v<F> && !isTrusted<F> && !std::is_reference_v<Result> &&
                               containsView<Result>() && !containsView<Argument>() && !takesByReference<F>();

/// The Result of a key function whose keys are compared while their elements exist: it may be a view of an element that
/// is an object.
template <class Result, class Element>
using ComparedKey = std::conditional_t<std::is_class_v<Element>, void, Result>;

template <class F, class Result, class Argument>
inline constexpr bool returnsViewOfNothing = ReturnsViewOfNothing<F, Result, Argument>;

}  // namespace seltzer::detail
