#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace seltzer {

namespace detail {

/// xxHash's XXH3, 64 bits.
std::uint64_t hashBytes(const void* bytes, std::size_t size);

/// Spreads every bit over the whole word. Source: the finalizer of MurmurHash3, Stafford's variant 13.
constexpr std::uint64_t mixBits(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return word ^ (word >> 31);
}

constexpr std::uint64_t combineHashes(std::uint64_t seed, std::uint64_t hash) {
  return mixBits(seed + 0x9e3779b97f4a7c15u + hash);
}

template <class T>
concept HasStandardHash = requires(const T& value) {
  { std::hash<T>()(value) } -> std::convertible_to<std::size_t>;
};

}  // namespace detail

/// The 64-bit hash by which keys are told apart, the same on every rank and in every build. Equal values have equal
/// hashes: -0.0 and 0.0, a string and a view of it; so have all NaNs. For a type of your own, specialize this or
/// `std::hash`, which must then not depend on addresses; its result is mixed.
template <class T>
struct Hash {
  static_assert(detail::HasStandardHash<T>, "a key needs a hash: specialize seltzer::Hash or std::hash for its type");
  std::uint64_t operator()(const T& value) const { return detail::mixBits(std::hash<T>()(value)); }
};

template <class T>
requires std::is_integral_v<T> || std::is_enum_v<T>
struct Hash<T> {
  std::uint64_t operator()(T value) const { return detail::mixBits(static_cast<std::uint64_t>(value)); }
};

template <class T>
requires std::is_floating_point_v<T>
struct Hash<T> {
  std::uint64_t operator()(T value) const {
    if (value != value) return detail::mixBits(std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN()));
    return detail::mixBits(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : static_cast<double>(value)));
  }
};

template <class T>
requires std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>
struct Hash<T> {
  using is_transparent = void;
  std::uint64_t operator()(std::string_view text) const { return detail::hashBytes(text.data(), text.size()); }
};

template <class A, class B>
struct Hash<std::pair<A, B>> {
  std::uint64_t operator()(const std::pair<A, B>& pair) const {
    return detail::combineHashes(Hash<A>()(pair.first), Hash<B>()(pair.second));
  }
};

template <class... Ts>
struct Hash<std::tuple<Ts...>> {
  std::uint64_t operator()(const std::tuple<Ts...>& tuple) const {
    std::uint64_t hash = sizeof...(Ts);
    std::apply([&hash](const Ts&... parts) { ((hash = detail::combineHashes(hash, Hash<Ts>()(parts))), ...); }, tuple);
    return hash;
  }
};

template <class T>
struct Hash<std::optional<T>> {
  std::uint64_t operator()(const std::optional<T>& optional) const {
    return optional ? detail::combineHashes(1, Hash<T>()(*optional)) : 0;
  }
};

template <class T, class Allocator>
struct Hash<std::vector<T, Allocator>> {
  std::uint64_t operator()(const std::vector<T, Allocator>& vector) const {
    std::uint64_t hash = vector.size();
    for (const T& element : vector) hash = detail::combineHashes(hash, Hash<T>()(element));
    return hash;
  }
};

template <class T, std::size_t count>
struct Hash<std::array<T, count>> {
  std::uint64_t operator()(const std::array<T, count>& array) const {
    std::uint64_t hash = count;
    for (const T& element : array) hash = detail::combineHashes(hash, Hash<T>()(element));
    return hash;
  }
};

}  // namespace seltzer
