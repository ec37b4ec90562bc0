#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/files/csv_reader.hpp>
#include <seltzer/element_traits.hpp>

// The rows of a table: pairs, tuples and structs of as many members as there are columns, and vectors of strings.

namespace seltzer::detail {

template <class T>
inline constexpr bool isWideCharacter = std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
                                        std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

/// What a field is read as: a text, or a number, `bool` or `char`.
template <class T>
inline constexpr bool isCsvValue = std::is_same_v<T, std::string> || (std::is_arithmetic_v<T> && !isWideCharacter<T>);
template <class T>
inline constexpr bool isCsvValue<std::optional<T>> = !isOptional<T> && isCsvValue<T>;

/// What is written as a field.
template <class T>
inline constexpr bool isWrittenCsvValue = isCsvValue<T> || std::is_same_v<T, std::string_view>;
template <class T>
inline constexpr bool isWrittenCsvValue<std::optional<T>> = !isOptional<T> && isWrittenCsvValue<T>;

template <template <class> class Kind, class Types>
inline constexpr bool areAll = false;
template <template <class> class Kind, class... Ts>
inline constexpr bool areAll<Kind, TypeList<Ts...>> = sizeof...(Ts) > 0 && (Kind<Ts>::value && ...);

template <class T>
using IsCsvValue = std::bool_constant<isCsvValue<T>>;
template <class T>
using IsWrittenCsvValue = std::bool_constant<isWrittenCsvValue<T>>;

/// The types of a row's columns; no types if it is no row, or one of any number of columns.
template <class Row>
consteval auto csvColumns() {
  if constexpr (hasVisibleMembers<Row>) {
    return MemberTypes<Row>();
  } else {
    return TypeList<>();
  }
}
template <class... Ts>
consteval auto csvColumnsOf(const std::tuple<Ts...>*) {
  return TypeList<Ts...>();
}
template <class A, class B>
consteval auto csvColumnsOf(const std::pair<A, B>*) {
  return TypeList<A, B>();
}
template <class Row>
consteval auto csvColumnsOf(const Row*) {
  return csvColumns<Row>();
}
template <class Row>
using CsvColumns = decltype(csvColumnsOf(static_cast<const Row*>(nullptr)));

template <class Row>
inline constexpr bool isTextRow = std::is_same_v<Row, std::vector<std::string>>;
template <class Row>
inline constexpr bool isCsvRow = isTextRow<Row> || areAll<IsCsvValue, CsvColumns<Row>>;
template <class Row>
inline constexpr bool isWrittenCsvRow = isTextRow<Row> || areAll<IsWrittenCsvValue, CsvColumns<Row>>;

template <class Types>
inline constexpr std::size_t typeCount = 0;
template <class... Ts>
inline constexpr std::size_t typeCount<TypeList<Ts...>> = sizeof...(Ts);

/// The number of columns; 0: any.
template <class Row>
inline constexpr std::size_t csvColumnCount = typeCount<CsvColumns<Row>>;

/// Returns `f(members...)`, called with the members of a row as lvalues.
template <class Row, class F>
decltype(auto) withColumns(Row& row, F&& f) {
  if constexpr (TupleLike<std::remove_const_t<Row>>) {
    return std::apply(std::forward<F>(f), row);
  } else {
    return withMembers(row, std::forward<F>(f));
  }
}

/// How a message calls a type.
template <class T>
std::string csvTypeName() {
  if constexpr (std::is_same_v<T, bool>)
    return "bool: true, false, 1 or 0";
  else if constexpr (std::is_same_v<T, char>)
    return "single character";
  else if constexpr (std::is_same_v<T, std::string>)
    return "text";
  else if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 4 ? "float" : "number";
  else
    return (std::is_signed_v<T> ? "std::int" : "std::uint") + std::to_string(8 * sizeof(T)) + "_t";
}

/// Reads a value; false if the field is none.
template <class T>
bool parseField(const CsvField& field, T& value) {
  const std::string_view text = field.text;
  if constexpr (std::is_same_v<T, std::string>) {
    value = text;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    value = text == "true" || text == "True" || text == "TRUE" || text == "1";
    return value || text == "false" || text == "False" || text == "FALSE" || text == "0";
  } else if constexpr (std::is_same_v<T, char>) {
    if (text.size() == 1) value = text[0];
    return text.size() == 1;
  } else {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
  }
}

/// As above, for columns that may be empty: of texts, `""` is an empty one.
template <class T>
bool parseField(const CsvField& field, std::optional<T>& value) {
  if (field.text.empty() && (!field.quoted || !std::is_same_v<T, std::string>)) {
    value.reset();
    return true;
  }
  return parseField(field, value.emplace());
}

template <class T>
void readField(const CsvReader& reader, std::size_t column, T& value) {
  if (!parseField(reader.fields()[column], value)) reader.failAt(column, csvTypeName<T>());
}
template <class T>
void readField(const CsvReader& reader, std::size_t column, std::optional<T>& value) {
  if (!parseField(reader.fields()[column], value)) reader.failAt(column, csvTypeName<T>());
}

/// The row that the reader has read. Throws as CsvReader::failAt.
template <class Row>
Row readRow(const CsvReader& reader) {
  Row row{};
  if constexpr (isTextRow<Row>) {
    for (const CsvField& field : reader.fields()) row.emplace_back(field.text);
  } else {
    withColumns(row, [&reader](auto&... members) {
      std::size_t column = 0;
      (readField(reader, column++, members), ...);
    });
  }
  return row;
}

}  // namespace seltzer::detail
