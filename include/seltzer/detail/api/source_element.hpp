#pragma once

#include <concepts>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <seltzer/owned.hpp>

namespace seltzer::detail {

template <class T>
concept CString = std::same_as<T, const char*> || std::same_as<T, char*>;

/// How `parallelize` converts an element: to `Type`, by `convert(element)`.
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
    if (text == nullptr) throw std::invalid_argument("parallelize: an element is a null pointer instead of a C string");
    return text;
  }
};

template <Composed<Composition::product> T>
requires(!std::is_const_v<T>) struct SourceForm<T> {
  using Type = typename MappedParts<T, SourceForm>::Type;

  template <class Product>
  static Type convert(Product&& product) {
    return convertParts<Type>(std::forward<Product>(product), []<class Part>(auto&& part) -> Part {
      return SourceForm<std::remove_cvref_t<decltype(part)>>::convert(std::forward<decltype(part)>(part));
    });
  }
};

/// The element type of the RDD that `parallelize` makes from a range of T.
template <class T>
using SourceElement = typename SourceForm<std::remove_cvref_t<T>>::Type;

}  // namespace seltzer::detail
