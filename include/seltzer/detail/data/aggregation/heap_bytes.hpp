#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// An estimate of the bytes that a key holds outside itself: 0 for types that are not listed here.
template <class T>
struct HeapBytes {
  static constexpr std::size_t of(const T&) { return 0; }
};

template <class T>
std::size_t heapBytes(const T& value) {
  return HeapBytes<T>::of(value);
}

template <class Character, class Traits, class Allocator>
struct HeapBytes<std::basic_string<Character, Traits, Allocator>> {
  static std::size_t of(const std::basic_string<Character, Traits, Allocator>& text) {
    constexpr std::size_t inPlace = 16 / sizeof(Character);
    return text.capacity() < inPlace ? 0 : (text.capacity() + 1) * sizeof(Character);
  }
};

template <class First, class Second>
struct HeapBytes<std::pair<First, Second>> {
  static std::size_t of(const std::pair<First, Second>& pair) { return heapBytes(pair.first) + heapBytes(pair.second); }
};

template <class... Ts>
struct HeapBytes<std::tuple<Ts...>> {
  static std::size_t of(const std::tuple<Ts...>& tuple) {
    return std::apply([](const Ts&... parts) { return (std::size_t{0} + ... + heapBytes(parts)); }, tuple);
  }
};

template <class T>
struct HeapBytes<std::optional<T>> {
  static std::size_t of(const std::optional<T>& optional) { return optional ? heapBytes(*optional) : 0; }
};

template <class T, class Allocator>
struct HeapBytes<std::vector<T, Allocator>> {
  static std::size_t of(const std::vector<T, Allocator>& vector) {
    std::size_t bytes = vector.capacity() * sizeof(T);
    if constexpr (!std::is_trivially_copyable_v<T>) {
      for (const auto& element : vector) bytes += heapBytes<T>(element);
    }
    return bytes;
  }
};

}  // namespace seltzer::detail
