/// Rows of comma-separated values (RFC 4180), one per line.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace csv {

/// The end of the raw field, with its quotes, that starts at `begin`. In a field that starts with a quote, commas
/// belong to it and two quotes are one; elsewhere a quote is an ordinary character. Throws std::invalid_argument for a
/// quote that is not closed, and for text after a closing one.
inline std::size_t fieldEnd(std::string_view line, std::size_t begin) {
  if (begin >= line.size() || line[begin] != '"') return std::min(line.find(',', begin), line.size());
  std::size_t at = begin + 1;
  for (;; at += 2) {
    at = line.find('"', at);
    if (at == std::string_view::npos) {
      throw std::invalid_argument(fmt::format(
          "a quote is not closed in this line: {:.100}\nTables are read line by line, so a quoted field cannot hold "
          "the end of a line. Replace such ends by blanks before, for example with Python's csv module.",
          line));
    }
    if (at + 1 == line.size() || line[at + 1] != '"') break;
  }
  if (at + 1 < line.size() && line[at + 1] != ',') {
    throw std::invalid_argument(
        fmt::format("text follows the closing quote of a field in this line: {:.100}\nA quote inside a quoted field is "
                    "written as two.",
                    line));
  }
  return at + 1;
}

/// Calls `f(std::size_t index, std::string_view raw)` for each field and returns their number; an empty line has one
/// empty field.
template <class F>
std::size_t forEachField(std::string_view line, F&& f) {
  std::size_t index = 0;
  for (std::size_t begin = 0; begin <= line.size(); ++index) {
    const std::size_t end = fieldEnd(line, begin);
    f(index, line.substr(begin, end - begin));
    begin = end + 1;
  }
  return index;
}

/// The value of a raw field.
inline std::string valueOf(std::string_view raw) {
  if (raw.empty() || raw[0] != '"') return std::string(raw);
  std::string value;
  for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
    value += raw[i];
    if (raw[i] == '"') ++i;
  }
  return value;
}

/// The raw form of a value, quoted if necessary.
inline std::string rawOf(const std::string& value) {
  if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
  std::string raw = "\"";
  for (const char c : value) {
    raw += c;
    if (c == '"') raw += c;
  }
  return raw + '"';
}

}  // namespace csv
