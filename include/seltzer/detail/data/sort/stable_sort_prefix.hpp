#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

#include <seltzer/detail/data/key/key_order.hpp>

namespace seltzer::detail {

/// The first 8 bytes as a number that is ordered as they are.
inline std::uint64_t bigEndianWord(const void* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

/// What 64 bits say of a key. For keys a, b whose prefixes at smaller depths are equal and do not decide:
/// of(a, depth) < of(b, depth) means that a comes before b; equal prefixes that decide mean that the keys are equal;
/// where equal prefixes do not decide, those at depth + step may, or, with step 0, only keyLess.
/// The primary template is for types without prefixes: all are equal, so they do not inform.
template <class Key>
struct KeyPrefix {
  static constexpr std::size_t step = 0;
  static constexpr bool informs = false;
  static constexpr bool alwaysDecides = false;
  static std::uint64_t of(const Key&, std::size_t) { return 0; }
  static bool decides(std::uint64_t, std::size_t) { return false; }
};

/// Enumerations that are not ordered by a `<` of their own.
template <class Key>
concept OrderedAsNumber = std::is_enum_v<Key> && !requires(Key key) {
  operator<(key, key);
};

/// Numbers and enumerations: the prefix holds the whole key.
template <class Key>
requires(sizeof(Key) <= 8 && (std::is_integral_v<Key> || OrderedAsNumber<Key> || std::is_same_v<Key, float> ||
                              std::is_same_v<Key, double>)) struct KeyPrefix<Key> {
  static constexpr std::size_t step = 0;
  static constexpr bool informs = true;
  static constexpr bool alwaysDecides = true;
  static bool decides(std::uint64_t, std::size_t) { return true; }

  static std::uint64_t of(Key key, std::size_t) {
    constexpr std::uint64_t topBit = std::uint64_t{1} << 63;
    if constexpr (std::is_enum_v<Key>) {
      return KeyPrefix<std::underlying_type_t<Key>>::of(static_cast<std::underlying_type_t<Key>>(key), 0);
    } else if constexpr (std::is_floating_point_v<Key>) {
      if (key != key) return ~std::uint64_t{0};
      const auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(key) + 0.0);  // makes 0.0 of -0.0
      return bits & topBit ? ~bits : bits | topBit;
    } else if constexpr (std::is_signed_v<Key>) {
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(key)) ^ topBit;
    } else {
      return static_cast<std::uint64_t>(key);
    }
  }
};

template <class T>
concept OneByte = sizeof(T) == 1 && !std::same_as<T, bool> && (std::integral<T> || std::same_as<T, std::byte>);

/// Fixed arrays of bytes: 8 at a time. Signed ones are ordered as such.
template <Composed<Composition::array> Key>
requires OneByte<PartOf<Key>>
struct KeyPrefix<Key> {
  using Byte = PartOf<Key>;
  static constexpr std::size_t count = ElementTraits<Key>::count;
  static constexpr std::size_t step = 8;
  static constexpr bool informs = count > 0;
  static constexpr bool alwaysDecides = count <= step;
  static bool decides(std::uint64_t, std::size_t depth) { return depth + step >= count; }

  static std::uint64_t of(const Key& key, std::size_t depth) {
    constexpr std::uint64_t signs = std::is_signed_v<Byte> ? 0x8080808080808080 : 0;
    if (depth + 8 <= count) return bigEndianWord(std::data(key) + depth) ^ signs;
    std::array<unsigned char, 8> last{};
    std::memcpy(last.data(), std::data(key) + depth, count - depth);
    return bigEndianWord(last.data()) ^ signs;
  }
};

/// Text: 7 characters at a time, then how many characters are left, 8 if more than 7: so "a" comes before "a\0".
template <>
struct KeyPrefix<std::string_view> {
  static constexpr std::size_t step = 7;
  static constexpr bool informs = true;
  static constexpr bool alwaysDecides = false;
  static bool decides(std::uint64_t prefix, std::size_t) { return (prefix & 0xff) <= step; }

  static std::uint64_t of(std::string_view key, std::size_t depth) {
    if (key.size() <= depth) return 0;
    const std::size_t left = key.size() - depth;
    if (left > step) return (bigEndianWord(key.data() + depth) & ~std::uint64_t{0xff}) | (step + 1);
    if (key.size() >= 8) return (bigEndianWord(key.data() + key.size() - 8) << (64 - 8 * left)) | left;
    std::array<char, 8> last{};
    std::memcpy(last.data(), key.data() + depth, left);
    return bigEndianWord(last.data()) | left;
  }
};
template <class Allocator>
struct KeyPrefix<std::basic_string<char, std::char_traits<char>, Allocator>> : KeyPrefix<std::string_view> {};

/// Pairs and tuples: the prefix of their first part.
template <Composed<Composition::product> Key>
requires(partCount<Key> != 0) struct KeyPrefix<Key> {
  using First = PartOf<Key>;
  static constexpr std::size_t step = 0;
  static constexpr bool informs = KeyPrefix<First>::informs;
  static constexpr bool alwaysDecides = false;
  static bool decides(std::uint64_t, std::size_t) { return false; }
  static std::uint64_t of(const Key& key, std::size_t) {
    return KeyPrefix<First>::of(ElementTraits<Key>::template get<0>(key), 0);
  }
};

/// What a sort asks of its elements: the keys that `keyOf` gives, and a direction.
template <class T, class KeyOf>
class SortKey {
 public:
  using Result = std::invoke_result_t<const KeyOf&, const T&>;
  using Key = std::remove_cvref_t<Result>;
  static_assert(OrderedKey<Key>, "the keys of a sort need operator<");

  /// How far the next prefix is; 0 if there is only one.
  static constexpr std::size_t step = KeyPrefix<Key>::step;
  static constexpr bool hasPrefix = KeyPrefix<Key>::informs;
  static constexpr bool alwaysDecides = KeyPrefix<Key>::alwaysDecides;

  /// True if ties at `depth` are to be broken by the next prefix, not by keyLess. Long common beginnings are left to
  /// keyLess, which reads them in one go and without recursion.
  static constexpr bool hasPrefixAfter(std::size_t depth) { return step > 0 && depth < 256; }

  SortKey(const KeyOf& keyOf, bool ascending) : keyOf_(keyOf), order_{ascending} {}

  /// Ordered as the sort orders: elements with smaller prefixes come first.
  std::uint64_t prefix(const T& element, std::size_t depth) const {
    return flipped(KeyPrefix<Key>::of(std::invoke(keyOf_, element), depth));
  }
  /// True if elements with this prefix at `depth` have equal keys.
  bool decides(std::uint64_t prefix, std::size_t depth) const {
    return KeyPrefix<Key>::decides(flipped(prefix), depth);
  }
  /// True if `a` comes before `b` by key.
  bool less(const T& a, const T& b) const { return order_(std::invoke(keyOf_, a), std::invoke(keyOf_, b)); }
  bool keyLess(const Key& a, const Key& b) const { return order_(a, b); }
  Result key(const T& element) const { return std::invoke(keyOf_, element); }

 private:
  std::uint64_t flipped(std::uint64_t prefix) const { return order_.ascending ? prefix : ~prefix; }

  const KeyOf& keyOf_;
  KeyOrder order_;
};

}  // namespace seltzer::detail
