#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/element_text.hpp>

namespace seltzer {

namespace detail {

/// A table of texts, each column as wide as its widest cell.
struct ShownTable {
  struct Column {
    std::string name;
    bool isNumber = false;  ///< aligned on the right
  };

  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;

  /// The lines. Control characters are escaped, and cells of more than 60 characters cut; a character is a code point
  /// of UTF-8.
  std::string text() const;
};

/// Writes the table, and a line that says so if there is more, to the standard output.
void print(const ShownTable& table, bool isAll);

/// Whether the parts of an element are shown in columns of their own.
template <class T>
inline constexpr bool isShownInParts = false;
template <Composed<Composition::product> T>
inline constexpr bool isShownInParts<T> = partCount<T> != 0 && allPartsAre<T, HasText>;

/// Likewise its members, of a struct that has no text.
template <class T>
consteval bool isShownInMembers() {
  if constexpr (!hasText<T>() && !isShownInParts<T> && hasVisibleMembers<T>) {
    return allMembersAre<T, HasText>();
  } else {
    return false;
  }
}

template <class T>
inline constexpr bool isShown = hasText<T>() || isShownInMembers<T>();

/// Calls `f(parts...)` with what is shown of an element, in columns.
template <class T, class F>
void withShownParts(const T& element, F&& f) {
  if constexpr (isShownInParts<T>) {
    applyToParts(element, f);
  } else if constexpr (isShownInMembers<T>()) {
    withMembers(element, f);
  } else {
    f(element);
  }
}

template <class T>
std::string cellOf(const T& value) {
  std::string text;
  appendText(text, value);
  return text;
}

/// The types of what is shown of an element, as a TypeList.
template <class T>
consteval auto shownTypes() {
  if constexpr (isShownInParts<T>) {
    return typename ElementTraits<T>::Parts();
  } else if constexpr (isShownInMembers<T>()) {
    return MemberTypes<T>();
  } else {
    return TypeList<T>();
  }
}

template <class T>
inline constexpr bool isShownAsNumber = std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>;

template <class... Parts>
std::vector<ShownTable::Column> columnsOf(bool isSingle, TypeList<Parts...>) {
  std::vector<ShownTable::Column> columns;
  (columns.push_back(
       {isSingle ? "value" : "_" + std::to_string(columns.size() + 1), isShownAsNumber<std::remove_cvref_t<Parts>>}),
   ...);
  return columns;
}

/// The first `count` elements.
template <class T>
ShownTable shown(const std::vector<T>& elements, std::size_t count) {
  ShownTable table{columnsOf(!isShownInParts<T> && !isShownInMembers<T>(), shownTypes<T>()), {}};
  for (std::size_t i = 0; i < count; ++i) {
    const T& element = elements[i];
    withShownParts(element, [&table](const auto&... parts) { table.rows.push_back({cellOf(parts)...}); });
  }
  return table;
}

}  // namespace detail

template <class T>
auto RDD<T>::show(std::int64_t n, CallSite where) const {
  SELTZER_CHECK((detail::isShown<Owned<T>>),
                "show: the elements cannot be written as text; give their type an operator<<, or map them to strings")
  SELTZER_CHECK_TRAVELS("show", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    const std::size_t most = detail::requireNotNegative(n, "show", where);
    const auto elements = detail::takeJob(*this, "show", where, most + 1);
    detail::print(detail::shown(elements, std::min(most, elements.size())), elements.size() <= most);
  }
}

}  // namespace seltzer
