#pragma once

#include <cstddef>
#include <iterator>
#include <type_traits>

#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// An estimate of the bytes that a value, or the owned form of one with views, holds outside itself; 0 for a class
/// whose parts and members are not known.
template <class T>
std::size_t heapBytes(const T& value) {
  const auto sum = [](const auto&... parts) { return (std::size_t{0} + ... + heapBytes(parts)); };
  if constexpr (isOwned<T> && std::is_trivially_copyable_v<T>) {
    return 0;
  } else if constexpr (Composed<T, Composition::text>) {
    using Character = typename T::value_type;
    std::size_t characters = value.size();
    if constexpr (requires { value.capacity(); }) characters = value.capacity();
    return characters < 16 / sizeof(Character) ? 0 : (characters + 1) * sizeof(Character);
  } else if constexpr (Composed<T, Composition::product>) {
    return applyToParts(value, sum);
  } else if constexpr (Composed<T, Composition::choice>) {
    std::size_t bytes = 0;
    visitChoice(value, [&bytes](const auto& part) { bytes = heapBytes(part); });
    return bytes;
  } else if constexpr (partCount<T> == 1) {
    std::size_t bytes = 0;
    if constexpr (requires { value.capacity(); }) {
      bytes = value.capacity() * sizeof(PartOf<T>);
    } else if constexpr (!Composed<T, Composition::array>) {
      bytes = std::size(value) * (sizeof(PartOf<T>) + 4 * sizeof(void*));  // a node of a list or a tree
    }
    if constexpr (!isOwned<PartOf<T>> || !std::is_trivially_copyable_v<PartOf<T>>) {
      for (const auto& part : value) bytes += heapBytes(part);
    }
    return bytes;
  } else if constexpr (hasVisibleMembers<T>) {
    return withMembers(value, sum);
  } else {
    return 0;
  }
}

}  // namespace seltzer::detail
