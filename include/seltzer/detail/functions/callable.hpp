#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/functions.hpp>

namespace seltzer::detail {

template <class F>
inline constexpr bool isTypeErasedFunction = false;
template <class Signature>
inline constexpr bool isTypeErasedFunction<std::function<Signature>> = true;

template <class F>
inline constexpr bool isWith = false;
template <class State, class F>
inline constexpr bool isWith<With<State, F>> = true;

template <class F>
inline constexpr bool isTrusted = false;
template <class F>
inline constexpr bool isTrusted<Trusted<F>> = true;

/// A pointer to code: its type does not identify the function, and its address is meaningless on another rank.
template <class F>
concept CodePointer = std::is_member_pointer_v<F> || isTypeErasedFunction<F> ||
                      (std::is_pointer_v<F>&& std::is_function_v<std::remove_pointer_t<F>>) ||
                      std::is_function_v<F>;

/// Travels as its id alone.
template <class F>
concept Stateless = std::is_empty_v<F> && std::is_trivially_copyable_v<F>;

/// Travels as its id and its bytes, which are checked for addresses.
template <class F>
concept BitwiseFunction = std::is_class_v<F> && std::is_trivially_copyable_v<F> && isBitwise<F>;

/// Travels as its id and what its Boost `serialize` writes.
template <class F>
concept SerializableFunction =
    std::is_class_v<F> && std::is_default_constructible_v<F> && !isBitwise<F> && isWireable<F>;

/// Marks a parameter of an operator, an action or a composite as a function, which travels as its captures; other
/// parameters travel as values.
template <class F>
struct Function {
  F call;
};

/// A function of the library that holds others: `Parts` is a tuple of `Function<F>`s and values, which `parts()`
/// returns and the constructor takes.
template <class F>
concept CompositeFunction = requires(const F& function) {
  typename F::Parts;
  { function.parts() } -> std::same_as<typename F::Parts>;
};

/// Base of the composites that hold one function.
template <class F>
struct Around {
  using Parts = std::tuple<Function<F>>;

  explicit Around(F given) : function(std::move(given)) {}
  explicit Around(Parts parts) : function(std::move(std::get<0>(parts).call)) {}
  Parts parts() const { return {Function<F>{function}}; }

  F function;
};

template <class F>
struct IsShippable
    : std::bool_constant<CompositeFunction<F> || Stateless<F> || BitwiseFunction<F> || SerializableFunction<F>> {};
template <class State, class F>
struct IsShippable<With<State, F>> : std::bool_constant<isWireable<State> && IsShippable<F>::value> {};
template <class F>
struct IsShippable<Trusted<F>> : IsShippable<F> {};

/// What may be passed to a transformation or an action.
template <class F>
concept Shippable = !CodePointer<F> && IsShippable<F>::value;

/// For static_asserts: compilers list why a concept is not satisfied, but not a variable.
template <class F>
inline constexpr bool isCodePointer = CodePointer<F>;
template <class F>
inline constexpr bool isShippable = Shippable<F>;

/// The alignment of RDDs, and of hardly anything else: the captures of a function cannot be listed, but its alignment
/// reveals an RDD among them.
inline constexpr std::size_t driverHandleAlignment = 32;

template <class F>
inline constexpr bool holdsDriverHandle = alignof(F) == driverHandleAlignment;

}  // namespace seltzer::detail
