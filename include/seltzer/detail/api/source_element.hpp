#pragma once

#include <concepts>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <seltzer/owned.hpp>

namespace seltzer::detail {

template <class T>
concept CString = std::same_as<T, const char*> || std::same_as<T, char*>;

/// What `parallelize` makes of an element: `Type`, by `convert(element)`.
template <class T>
struct SourceForm {
  using Type = Owned<T>;

  template <class Element>
  static Type convert(Element&& element) {
    return toOwned(std::forward<Element>(element));
  }
};

template <class T>
struct SourceForm<const T> : SourceForm<T> {};

template <CString T>
struct SourceForm<T> {
  using Type = std::string;

  static Type convert(const char* text) {
    if (text == nullptr) throw std::invalid_argument("parallelize: an element is a null pointer, and no C string");
    return text;
  }
};

template <class First, class Second>
struct SourceForm<std::pair<First, Second>> {
  using Type = std::pair<typename SourceForm<First>::Type, typename SourceForm<Second>::Type>;

  template <class Pair>
  static Type convert(Pair&& pair) {
    return {SourceForm<First>::convert(std::get<0>(std::forward<Pair>(pair))),
            SourceForm<Second>::convert(std::get<1>(std::forward<Pair>(pair)))};
  }
};

template <class... Ts>
struct SourceForm<std::tuple<Ts...>> {
  using Type = std::tuple<typename SourceForm<Ts>::Type...>;

  template <class Tuple>
  static Type convert(Tuple&& tuple) {
    return std::apply(
        [](auto&&... parts) { return Type(SourceForm<Ts>::convert(std::forward<decltype(parts)>(parts))...); },
        std::forward<Tuple>(tuple));
  }
};

/// The element type of the RDD that `parallelize` makes of a range of T.
template <class T>
using SourceElement = typename SourceForm<std::remove_cvref_t<T>>::Type;

}  // namespace seltzer::detail
