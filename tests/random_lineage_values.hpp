#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

// Elements of random lineages, made from random bits: few distinct keys, and the values that go wrong most often.

namespace seltzer::test {

using Integer = std::int64_t;
using Number = double;
using Text = std::string;
using IntegerNumber = std::pair<Integer, Number>;
using TextInteger = std::pair<Text, Integer>;
using NumberText = std::pair<Number, Text>;

template <class T>
concept Pair = requires {
  typename T::first_type;
  typename T::second_type;
};

template <class T>
inline constexpr bool isOptionalValue = false;
template <class T>
inline constexpr bool isOptionalValue<std::optional<T>> = true;

/// The splitmix64 finalizer: every input bit affects the whole word.
constexpr std::uint64_t mixed(std::uint64_t word) {
  word += 0x9e3779b97f4a7c15u;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return word ^ (word >> 31);
}
constexpr std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  return mixed(mixed(a) ^ b);
}

/// A word for a value: of its bits if `exact`, otherwise of it as a key: -0.0 is 0.0, and all NaNs are one.
template <bool exact, class T>
std::uint64_t wordOf(const T& value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (exact) return mixed(std::bit_cast<std::uint64_t>(value));
    if (std::isnan(value)) return 1;
    return mixed(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
  } else if constexpr (std::is_integral_v<T>) {
    return mixed(static_cast<std::uint64_t>(value));
  } else if constexpr (isOptionalValue<T>) {
    return value ? mixed(2, wordOf<exact>(*value)) : 3;
  } else if constexpr (std::ranges::range<T>) {
    std::uint64_t word = mixed(std::ranges::size(value));
    for (const auto& element : value) word = mixed(word, wordOf<exact>(element));
    return word;
  } else {
    std::uint64_t word = 4;
    std::apply([&word](const auto&... parts) { ((word = mixed(word, wordOf<exact>(parts))), ...); }, value);
    return word;
  }
}
template <class T>
std::uint64_t bitsOf(const T& value) {
  return wordOf<true>(value);
}
template <class K>
std::uint64_t keyOf(const K& key) {
  return wordOf<false>(key);
}

/// The order of sorts: NaN is greatest, pairs compare lexicographically.
template <class T>
bool precedes(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::isnan(a) ? false : std::isnan(b) || a < b;
  } else if constexpr (Pair<T>) {
    if (precedes(a.first, b.first)) return true;
    return !precedes(b.first, a.first) && precedes(a.second, b.second);
  } else {
    return a < b;
  }
}

inline Number makeNumber(std::uint64_t bits) {
  using Limits = std::numeric_limits<double>;
  const std::uint64_t more = mixed(bits);
  switch (bits % 16) {
    case 0:
      return -0.0;
    case 1:
      return 0.0;
    case 2:
      return std::bit_cast<double>(0x7ff8000000000000u | more % 3);
    case 3:
      return std::bit_cast<double>(0xfff8000000000000u | more % 2);
    case 4:
      return more % 8 == 0 ? (more % 16 == 0 ? Limits::infinity() : -Limits::infinity()) : 0.1;
    case 5:
    case 6:
    case 7:
      return static_cast<double>(static_cast<std::int64_t>(more) >> 24) / 3;
    default:
      return static_cast<double>(more % 9) / 2 - 2;
  }
}

inline Text makeText(std::uint64_t bits) {
  const std::uint64_t more = mixed(bits);
  std::size_t size = more % 4;
  if (bits % 16 == 0) size = 8 + more % 40;
  if (bits % 128 == 1) size = 300 + more % 1200;
  Text text(size, 'a');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>("abz\xe4"[mixed(more, i) % (size < 8 ? 3 : 4)]);
  return text;
}

/// A value of type T, determined by `bits`.
template <class T>
T make(std::uint64_t bits) {
  if constexpr (std::is_same_v<T, Integer>) {
    constexpr Integer extremes[] = {std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max(), -1, 0};
    if (bits % 8 == 0) return static_cast<Integer>(mixed(bits));
    if (bits % 32 == 1) return extremes[(bits >> 8) % 4];
    return static_cast<Integer>((bits >> 8) % 15) - 7;
  } else if constexpr (std::is_same_v<T, Number>) {
    return makeNumber(bits);
  } else if constexpr (std::is_same_v<T, Text>) {
    return makeText(bits);
  } else {
    return T(make<typename T::first_type>(mixed(bits, 1)), make<typename T::second_type>(mixed(bits, 2)));
  }
}

/// Combines two values; neither commutative nor associative, so that the result shows order and grouping.
/// All NaNs become one, since the compiler decides which of two NaNs an operation propagates.
template <class T>
T combined(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, Integer>) {
    return static_cast<Integer>(static_cast<std::uint64_t>(a) * 31 + static_cast<std::uint64_t>(b));
  } else if constexpr (std::is_same_v<T, Number>) {
    const double sum = a / 3 + b;
    return std::isnan(sum) ? std::numeric_limits<double>::quiet_NaN() : sum;
  } else if constexpr (std::is_same_v<T, Text>) {
    const Text both = a + "," + b;
    return both.size() <= 120 ? both : fmt::format("{}+{:x}", both.substr(0, 10), bitsOf(both));
  } else {
    return T(combined(a.first, b.first), combined(a.second, b.second));
  }
}

/// A value as text, for the report of a difference.
template <class T>
std::string shown(const T& value) {
  if constexpr (std::is_floating_point_v<T>) {
    return fmt::format("{}[{:x}]", value, std::bit_cast<std::uint64_t>(value));
  } else if constexpr (std::is_integral_v<T>) {
    return fmt::format("{}", value);
  } else if constexpr (std::is_same_v<T, Text>) {
    if (value.size() <= 40) return fmt::format("'{}'", value);
    return fmt::format("'{}...' of {} bytes", value.substr(0, 20), value.size());
  } else if constexpr (std::ranges::range<T>) {
    std::string all = "[";
    for (const auto& element : value) all += shown(element) + " ";
    return all + "]";
  } else {
    return fmt::format("({}, {})", shown(value.first), shown(value.second));
  }
}

}  // namespace seltzer::test
