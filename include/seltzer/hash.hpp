#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/data/key/member_comparison.hpp>

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

/// Integers, and enumerations without an `==` of their own: equal where their values are.
template <class T>
concept ComparedAsInteger = std::is_integral_v<T> ||
    (std::is_enum_v<T> && !requires(T value) { operator==(value, value); });

/// What a Hash goes by.
enum class HashSource : unsigned char { none, parts, standard, members };

template <class T>
consteval HashSource hashSource();

template <class T>
std::uint64_t hashParts(const T& value);

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
/// hashes: -0.0 and 0.0, a string and a view of it; so have all NaNs. Integers, enumerations, floating-point numbers,
/// strings and views have one, and so has what is made of them: pairs, tuples, optionals, variants, arrays, vectors,
/// lists, and whatever ElementTraits describe. For another type of your own, specialize `std::hash`, whose result is
/// mixed, or this, whose result is used as it is and should differ in all bits; neither may depend on addresses. A
/// struct without constructors whose `==` is defaulted needs neither: it is hashed, and compared, member by member, so
/// that all NaNs in a member are one. An enumeration with an `==` of its own needs a `std::hash` that agrees with it.
template <class T>
struct Hash {
  /// @cond
  static constexpr detail::HashSource source = detail::hashSource<T>();
  /// @endcond

  /// The hash of a value. Does not compile for a type that has none.
  std::uint64_t operator()(const T& value) const requires(source != detail::HashSource::none) {
    if constexpr (source == detail::HashSource::parts) {
      return detail::hashParts(value);
    } else if constexpr (source == detail::HashSource::members) {
      return detail::hashMembers(value);
    } else {
      return detail::mixBits(std::hash<T>()(value));
    }
  }
};

/// @cond
template <detail::ComparedAsInteger T>
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

/// @endcond

namespace detail {

/// Whether a Hash<T> can be called; what a user specializes for a type can.
template <class T>
inline constexpr bool isHashable = [] {
  if constexpr (requires { Hash<std::remove_cv_t<T>>::source; }) {
    return Hash<std::remove_cv_t<T>>::source != HashSource::none;
  } else {
    return true;
  }
}();
template <class T>
using IsHashable = std::bool_constant<!std::is_reference_v<T> && isHashable<T>>;

template <class T>
consteval HashSource hashSource() {
  if constexpr (HasComparedParts<T>) {
    return allPartsAre<T, IsHashable> ? HashSource::parts : HashSource::none;
  } else if constexpr (HasStandardHash<T>) {
    return HashSource::standard;
  } else if constexpr (!hasVisibleMembers<T>) {
    return HashSource::none;
  } else if constexpr (!allMembersAre<T, IsHashable>()) {
    return HashSource::none;
  } else {
    return EqualByMembers<T> ? HashSource::members : HashSource::none;
  }
}

template <class T>
std::uint64_t hashOf(const T& value) {
  return Hash<T>()(value);
}

struct HashOfAll {
  template <class... Ts>
  std::uint64_t operator()(const Ts&... values) const {
    std::uint64_t hash = sizeof...(Ts);
    ((hash = combineHashes(hash, hashOf(values))), ...);
    return hash;
  }
};

template <class T>
std::uint64_t hashParts(const T& value) {
  if constexpr (isPair<T>) {
    return combineHashes(hashOf(value.first), hashOf(value.second));
  } else if constexpr (Composed<T, Composition::product>) {
    return applyToParts(value, HashOfAll());
  } else if constexpr (Composed<T, Composition::choice>) {
    std::uint64_t hash = 0;
    visitChoice(value,
                [&](const auto& part) { hash = combineHashes(ElementTraits<T>::index(value) + 1, hashOf(part)); });
    return hash;
  } else {
    std::uint64_t hash = std::size(value);
    for (const PartOf<T>& part : value) hash = combineHashes(hash, hashOf(part));
    return hash;
  }
}

template <class T>
std::uint64_t hashMembers(const T& value) {
  return withMembers(value, HashOfAll());
}

template <class T>
inline constexpr bool isHashedByMembers = [] {
  if constexpr (std::is_class_v<T> && std::is_aggregate_v<T> && requires { Hash<T>::source; }) {
    return Hash<T>::source == HashSource::members;
  } else {
    return false;
  }
}();

}  // namespace detail
}  // namespace seltzer
