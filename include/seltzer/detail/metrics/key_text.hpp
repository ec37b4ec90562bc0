#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace seltzer::detail {

template <class K>
concept StringLike = std::convertible_to<const K&, std::string_view>;

/// Characters that are no `char`.
template <class K>
concept WideCharacter =
    std::same_as<K, wchar_t> || std::same_as<K, char8_t> || std::same_as<K, char16_t> || std::same_as<K, char32_t>;

template <class K>
concept HasStreamOperator = requires(std::ostream& out, const K& key) {
  out << key;
};

template <class K>
struct HasKeyText
    : std::bool_constant<StringLike<K> || std::is_arithmetic_v<K> || std::is_enum_v<K> || HasStreamOperator<K>> {};

template <class A, class B>
struct HasKeyText<std::pair<A, B>> : std::conjunction<HasKeyText<A>, HasKeyText<B>> {};

template <class... Parts>
struct HasKeyText<std::tuple<Parts...>> : std::conjunction<HasKeyText<Parts>...> {};

/// The fewest digits that read back as the same number; `true`, `false`, and a `char` as itself.
std::string numberText(bool value);
std::string numberText(char value);
std::string numberText(long long value);
std::string numberText(unsigned long long value);
std::string numberText(float value);
std::string numberText(double value);
std::string numberText(long double value);

/// A character by its code, such as U+00E9.
std::string codePointText(std::uint32_t code);

/// What stands for a key that has no text.
std::string hashText(std::uint64_t hash);

template <class K>
void appendKeyText(std::string& text, const K& key);

template <class Parts>
void appendPartTexts(std::string& text, const Parts& parts) {
  text += '(';
  std::apply(
      [&text](const auto&... part) {
        const char* separator = "";
        ((text += std::exchange(separator, ", "), appendKeyText(text, part)), ...);
      },
      parts);
  text += ')';
}

template <class K>
void appendKeyText(std::string& text, const K& key) {
  if constexpr (StringLike<K>) {
    text += std::string_view(key);
  } else if constexpr (std::is_enum_v<K>) {
    appendKeyText(text, static_cast<std::underlying_type_t<K>>(key));
  } else if constexpr (WideCharacter<K>) {
    text += codePointText(static_cast<std::uint32_t>(key));
  } else if constexpr (std::same_as<K, bool> || std::same_as<K, char> || std::is_floating_point_v<K>) {
    text += numberText(key);
  } else if constexpr (std::is_integral_v<K>) {
    text += numberText(static_cast<std::conditional_t<std::is_signed_v<K>, long long, unsigned long long>>(key));
  } else if constexpr (HasStreamOperator<K>) {
    std::ostringstream out;
    out << key;
    text += out.str();
  } else {
    appendPartTexts(text, key);
  }
}

/// The text by which the statistics know a key: itself if it is a string, numbers, pairs and tuples as one would write
/// them, a wide character by its code, what `operator<<` prints for other types, and for those that have none a name
/// made of `hash`, the key's.
template <class K>
auto keyText(const K& key, std::uint64_t hash) {
  if constexpr (StringLike<K>) {
    return std::string_view(key);
  } else if constexpr (HasKeyText<K>::value) {
    std::string text;
    appendKeyText(text, key);
    return text;
  } else {
    return hashText(hash);
  }
}

}  // namespace seltzer::detail
