#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/files/json_reader.hpp>
#include <seltzer/detail/operators/csv_row.hpp>

// Rows as JSON objects: pairs, tuples and structs with a member for each key.

namespace seltzer::detail {

/// What a value is read as: those of CSV fields, and vectors of them.
template <class T>
inline constexpr bool isJsonValue = isCsvValue<T> && !std::is_same_v<T, long double>;
template <class T>
inline constexpr bool isJsonValue<std::optional<T>> = !isOptional<T> && isJsonValue<T>;
template <class T>
inline constexpr bool isJsonValue<std::vector<T>> = isJsonValue<T>;

/// What is written as a value.
template <class T>
inline constexpr bool isWrittenJsonValue = isJsonValue<T> || std::is_same_v<T, std::string_view>;
template <class T>
inline constexpr bool isWrittenJsonValue<std::optional<T>> = !isOptional<T> && isWrittenJsonValue<T>;
template <class T>
inline constexpr bool isWrittenJsonValue<std::vector<T>> = isWrittenJsonValue<T>;

template <class T>
using IsJsonValue = std::bool_constant<isJsonValue<T>>;
template <class T>
using IsWrittenJsonValue = std::bool_constant<isWrittenJsonValue<T>>;
template <class Row>
inline constexpr bool isJsonRow = areAll<IsJsonValue, CsvColumns<Row>>;
template <class Row>
inline constexpr bool isWrittenJsonRow = areAll<IsWrittenJsonValue, CsvColumns<Row>>;

/// Reads a value; false if it is of another type, or does not fit.
template <class T>
bool parseValue(const JsonValue& json, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return json.read(value);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, char>) {
    std::string_view text;
    if (!json.read(text) || (std::is_same_v<T, char> && text.size() != 1)) return false;
    if constexpr (std::is_same_v<T, char>)
      value = text[0];
    else
      value = text;
    return true;
  } else if constexpr (std::is_floating_point_v<T>) {
    double number = 0;
    if (!json.read(number)) return false;
    value = static_cast<T>(number);
    return std::isfinite(value);
  } else {
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> number = 0;
    if (!json.read(number) || !std::in_range<T>(number)) return false;
    value = static_cast<T>(number);
    return true;
  }
}
template <class T>
bool parseValue(const JsonValue& json, std::optional<T>& value) {
  if (!json.isNull()) return parseValue(json, value.emplace());
  value.reset();
  return true;
}
template <class T>
bool parseValue(const JsonValue& json, std::vector<T>& value) {
  std::vector<JsonValue> elements;
  if (!json.read(elements)) return false;
  value.reserve(elements.size());
  for (const JsonValue& element : elements) {
    T read{};
    if (!parseValue(element, read)) return false;
    value.push_back(std::move(read));
  }
  return true;
}

template <class T>
struct JsonTypeName {
  static std::string text() { return csvTypeName<T>(); }
};
template <>
struct JsonTypeName<bool> {
  static std::string text() { return "bool"; }
};
template <class T>
struct JsonTypeName<std::optional<T>> : JsonTypeName<T> {};
template <class T>
struct JsonTypeName<std::vector<T>> {
  static std::string text() { return "list, of which each is a " + JsonTypeName<T>::text(); }
};

template <class T>
void readKey(const JsonReader& reader, std::size_t key, T& value) {
  const JsonValue* const json = reader.find(key);
  if (json == nullptr && isOptional<T>) return;
  if (json == nullptr || !parseValue(*json, value)) reader.failAt(key, JsonTypeName<T>::text());
}

/// The row that the reader has read. Throws as JsonReader::failAt.
template <class Row>
Row readRow(const JsonReader& reader) {
  Row row{};
  withColumns(row, [&reader](auto&... members) {
    std::size_t key = 0;
    (readKey(reader, key++, members), ...);
  });
  return row;
}

}  // namespace seltzer::detail
