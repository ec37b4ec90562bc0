#pragma once

#include <ranges>
#include <type_traits>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/wire/format.hpp>
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

/// Whether a function's result for a partition can be sent to the driver.
template <class R>
inline constexpr bool isJobResult = travels<Owned<std::remove_cvref_t<R>>>;
template <>
inline constexpr bool isJobResult<void> = true;

template <class Key>
inline constexpr bool hasOrder = OrderedKey<Key>;

}  // namespace seltzer::detail
