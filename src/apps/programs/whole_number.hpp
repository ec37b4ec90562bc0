#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

/// An integer from 1 to 2^63 - 1; `1e9` and `2.5e3` are valid too. Throws CLI::ValidationError.
inline std::int64_t wholeNumber(const std::string& option, const std::string& text) {
  std::size_t used = 0;
  long double number = 0;
  try {
    number = std::stold(text, &used);
  } catch (const std::logic_error&) {
    used = 0;
  }
  const bool whole =
      used == text.size() && used != 0 && number >= 1 && number < 0x1p63L && std::floor(number) == number;
  if (!whole)
    throw CLI::ValidationError(option, "must be a whole number of at least 1, such as 1000 or 1e9, not '" + text + "'");
  return static_cast<std::int64_t>(number);
}

/// Accepts numbers of at least `least`, all or only whole ones, for `CLI::Option::check`.
template <class Number>
CLI::Validator atLeast(Number least) {
  return CLI::Validator(
      [least](const std::string& text) -> std::string {
        Number number{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size() && number >= least) return {};
        return fmt::format("must be a {}number of at least {}, not '{}'", std::is_integral_v<Number> ? "whole " : "",
                           least, text);
      },
      "");
}
