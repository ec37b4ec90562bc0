#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string_view>
#include <type_traits>

#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/data/element/streamed_text.hpp>

namespace seltzer::detail {

/// What text is appended to: a std::string, or a file.
template <class Out>
concept TextOutput = requires(Out& out, std::string_view text) {
  out.append(text);
};

template <TextOutput Out>
void appendCharacter(Out& out, char character) {
  out.append(std::string_view(&character, 1));
}

template <class T>
concept TextLike = std::is_convertible_v<const T&, std::string_view>;

template <class T>
consteval bool hasText();
template <class T>
using HasText = std::bool_constant<hasText<T>()>;

/// Whether `appendText` takes a T.
template <class T>
consteval bool hasText() {
  if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T>) {
    return TextLike<T>;
  } else if constexpr (std::is_arithmetic_v<T> || TextLike<T> || Streamable<T>) {
    return true;
  } else if constexpr (Composed<T, Composition::product> || Composed<T, Composition::choice>) {
    return allPartsAre<T, HasText>;
  } else if constexpr (std::ranges::input_range<const T>) {
    return hasText<std::ranges::range_value_t<const T>>();
  } else {
    return std::is_enum_v<T>;
  }
}

template <TextOutput Out, class T>
void appendText(Out& out, const T& value);

/// Integers, and floating-point numbers in the fewest digits that read back as the same number.
template <TextOutput Out, class T>
void appendNumber(Out& out, T value) {
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

template <TextOutput Out, class Range>
void appendRange(Out& out, const Range& range) {
  appendCharacter(out, '[');
  bool first = true;
  for (const auto& element : range) {
    if (!first) out.append(std::string_view(", "));
    first = false;
    appendText<Out, std::ranges::range_value_t<const Range>>(out, element);
  }
  appendCharacter(out, ']');
}

/// An element as text: numbers and strings as they are, `true` and `false`, pairs and tuples as (a,b), optionals as
/// Some(a) and None, a variant as its value, ranges as [a, b], enumerators as their number; a type with an `operator<<`
/// as that writes it. The bytes of `std::int8_t` and `std::uint8_t` are numbers, a `char` is a character.
template <TextOutput Out, class T>
void appendText(Out& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out.append(value ? std::string_view("true") : std::string_view("false"));
  } else if constexpr (std::is_same_v<T, char>) {
    appendCharacter(out, value);
  } else if constexpr (std::is_integral_v<T> && !requires(char* c) { std::to_chars(c, c, value); }) {
    appendNumber(out, static_cast<std::int64_t>(value));  // wchar_t and its like
  } else if constexpr (std::is_arithmetic_v<T>) {
    appendNumber(out, value);
  } else if constexpr (TextLike<T>) {
    out.append(std::string_view(value));
  } else if constexpr (Streamable<T>) {
    out.append(std::string_view(streamedText(value)));
  } else if constexpr (Composed<T, Composition::product>) {
    appendCharacter(out, '(');
    applyToParts(value, [&out](const auto&... parts) {
      bool first = true;
      ((first ? void(first = false) : appendCharacter(out, ','), appendText(out, parts)), ...);
    });
    appendCharacter(out, ')');
  } else if constexpr (Composed<T, Composition::choice>) {
    if (ElementTraits<T>::index(value) == noAlternative) {
      out.append(std::string_view("None"));
    } else {
      if (mayBeEmpty<T>) out.append(std::string_view("Some("));
      visitChoice(value, [&out](const auto& part) { appendText(out, part); });
      if (mayBeEmpty<T>) appendCharacter(out, ')');
    }
  } else if constexpr (std::ranges::input_range<const T>) {
    appendRange(out, value);
  } else {
    appendNumber(out, +static_cast<std::underlying_type_t<T>>(value));  // promoted: a bool has no text
  }
}

}  // namespace seltzer::detail
