#pragma once

#include <array>
#include <bit>
#include <concepts>
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
#include <variant>
#include <vector>

#include <seltzer/detail/data/key/member_comparison.hpp>
#include <seltzer/detail/data/wire/aggregate_members.hpp>

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

template <class T, bool hasOther>
consteval bool hashesByMembers();

template <class T>
std::uint64_t hashMembers(const T& value);

}  // namespace detail

template <class T>
struct Hash;

namespace detail {

/// Whether a T has a Hash. Never a hard error.
template <class T>
inline constexpr bool hasHash = requires(const T& value) {
  { Hash<T>()(value) } -> std::convertible_to<std::uint64_t>;
};

}  // namespace detail

/// The 64-bit hash by which keys are told apart, the same on every rank and in every build. Equal values have equal
/// hashes: -0.0 and 0.0, a string and a view of it; so have all NaNs. For a type of your own, specialize this or
/// `std::hash`, which must then not depend on addresses; its result is mixed. A struct without constructors whose `==`
/// is defaulted needs neither: it is hashed, and compared, member by member, so that all NaNs in a member are one.
/// Integers, enumerations, floating-point numbers, strings and views, and pairs, tuples, optionals, variants, vectors
/// and arrays of what has a hash have one.
template <class T>
struct Hash {
  /// @cond
  static constexpr bool byStandard = detail::HasStandardHash<T>;
  static constexpr bool byMembers = detail::hashesByMembers<T, byStandard>();
  /// @endcond

  /// The hash of a value. Does not compile for a type that has none.
  std::uint64_t operator()(const T& value) const requires(byStandard || byMembers) {
    if constexpr (byStandard) {
      return detail::mixBits(std::hash<T>()(value));
    } else {
      return detail::hashMembers(value);
    }
  }
};

/// @cond
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
  std::uint64_t operator()(const std::pair<A, B>& pair) const requires(detail::hasHash<A>&& detail::hasHash<B>) {
    return detail::combineHashes(Hash<A>()(pair.first), Hash<B>()(pair.second));
  }
};

template <class... Ts>
struct Hash<std::tuple<Ts...>> {
  std::uint64_t operator()(const std::tuple<Ts...>& tuple) const requires(detail::hasHash<Ts>&&...) {
    std::uint64_t hash = sizeof...(Ts);
    std::apply([&hash](const Ts&... parts) { ((hash = detail::combineHashes(hash, Hash<Ts>()(parts))), ...); }, tuple);
    return hash;
  }
};

template <class T>
struct Hash<std::optional<T>> {
  std::uint64_t operator()(const std::optional<T>& optional) const requires detail::hasHash<T> {
    return optional ? detail::combineHashes(1, Hash<T>()(*optional)) : 0;
  }
};

template <class... Ts>
struct Hash<std::variant<Ts...>> {
  std::uint64_t operator()(const std::variant<Ts...>& variant) const requires(detail::hasHash<Ts>&&...) {
    if (variant.valueless_by_exception()) return 0;
    return std::visit(
        [&variant]<class T>(const T& value) { return detail::combineHashes(variant.index() + 1, Hash<T>()(value)); },
        variant);
  }
};

template <class T, class Allocator>
struct Hash<std::vector<T, Allocator>> {
  std::uint64_t operator()(const std::vector<T, Allocator>& vector) const requires detail::hasHash<T> {
    std::uint64_t hash = vector.size();
    for (const T& element : vector) hash = detail::combineHashes(hash, Hash<T>()(element));
    return hash;
  }
};

template <class T, std::size_t count>
struct Hash<std::array<T, count>> {
  std::uint64_t operator()(const std::array<T, count>& array) const requires detail::hasHash<T> {
    std::uint64_t hash = count;
    for (const T& element : array) hash = detail::combineHashes(hash, Hash<T>()(element));
    return hash;
  }
};
/// @endcond

namespace detail {

/// Whether a Hash<T> can be called; what a user specializes for a type can.
template <class T>
inline constexpr bool isHashable = [] {
  if constexpr (requires { Hash<T>::byMembers; }) {
    return Hash<T>::byStandard || Hash<T>::byMembers;
  } else {
    return true;
  }
}();
template <class T>
inline constexpr bool isHashable<const T> = isHashable<T>;
template <class T, std::size_t count>
inline constexpr bool isHashable<T[count]> = isHashable<T>;
template <class First, class Second>
inline constexpr bool isHashable<std::pair<First, Second>> = isHashable<First>&& isHashable<Second>;
template <class... Ts>
inline constexpr bool isHashable<std::tuple<Ts...>> = (isHashable<Ts> && ...);
template <class T>
inline constexpr bool isHashable<std::optional<T>> = isHashable<T>;
template <class... Ts>
inline constexpr bool isHashable<std::variant<Ts...>> = (isHashable<Ts> && ...);
template <class T, class Allocator>
inline constexpr bool isHashable<std::vector<T, Allocator>> = isHashable<T>;
template <class T, std::size_t count>
inline constexpr bool isHashable<std::array<T, count>> = isHashable<T>;

template <class T>
using IsHashable = std::bool_constant<!std::is_reference_v<T> && isHashable<T>>;

/// Whether T, which has another hash or none, is hashed by its members.
template <class T, bool hasOther>
consteval bool hashesByMembers() {
  if constexpr (hasOther || !std::is_class_v<T>) {
    return false;
  } else if constexpr (!hasVisibleMembers<T>) {
    return false;
  } else if constexpr (!allMembersAre<T, IsHashable>()) {
    return false;
  } else {
    return EqualByMembers<T>;
  }
}

template <class T>
std::uint64_t hashMember(const T& member) {
  return Hash<T>()(member);
}

template <class T, std::size_t count>
std::uint64_t hashMember(const T (&members)[count]) {
  std::uint64_t hash = count;
  for (const T& member : members) hash = combineHashes(hash, hashMember(member));
  return hash;
}

template <class T>
std::uint64_t hashMembers(const T& value) {
  return withMembers(value, [](const auto&... members) {
    std::uint64_t hash = sizeof...(members);
    ((hash = combineHashes(hash, hashMember(members))), ...);
    return hash;
  });
}

template <class T>
inline constexpr bool isHashedByMembers = [] {
  if constexpr (std::is_class_v<T> && std::is_aggregate_v<T> && requires { Hash<T>::byMembers; }) {
    return Hash<T>::byMembers;
  } else {
    return false;
  }
}();

}  // namespace detail
}  // namespace seltzer
