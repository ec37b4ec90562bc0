#pragma once

#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <seltzer/element_traits.hpp>

// Walks over the parts of a value, for all that is derived from ElementTraits.

namespace seltzer::detail {

template <class T>
using TraitsOf = ElementTraits<std::remove_cv_t<T>>;

template <class T, Composition composition>
concept Composed = TraitsOf<T>::composition == composition;

template <class T>
inline constexpr bool isPair = false;
template <class A, class B>
inline constexpr bool isPair<std::pair<A, B>> = true;

template <class T>
inline constexpr bool isOptional = false;
template <class T>
inline constexpr bool isOptional<std::optional<T>> = true;

template <template <class> class Kind, class... Ts>
consteval bool allAre(TypeList<Ts...>) {
  return (Kind<Ts>::value && ...);
}

/// Whether `Kind<Part>::value` is true for all parts of a T.
template <class T, template <class> class Kind>
inline constexpr bool allPartsAre = allAre<Kind>(typename TraitsOf<T>::Parts());

template <class... Ts>
consteval std::size_t countOf(TypeList<Ts...>) {
  return sizeof...(Ts);
}
template <class T>
inline constexpr std::size_t partCount = countOf(typename TraitsOf<T>::Parts());
template <class T>
using PartIndexes = std::make_index_sequence<partCount<T>>;

template <class... Ts>
std::tuple<std::type_identity<Ts>...> identitiesOf(TypeList<Ts...>);
/// The type of a part; of an array, a sequence or a container, of all parts.
template <class T, std::size_t i = 0>
using PartOf = typename std::tuple_element_t<i, decltype(identitiesOf(typename TraitsOf<T>::Parts()))>::type;

/// What is hashed and compared by its parts. Sets and maps are not: their own `==` and `<` know how.
template <class T>
concept HasComparedParts = Composed<T, Composition::product> || Composed<T, Composition::choice> ||
    Composed<T, Composition::array> || Composed<T, Composition::sequence>;

/// Whether an A and a B, the borrowed and the owned form of one type, are compared part by part.
template <class A, class B>
concept ComparedByParts =
    HasComparedParts<A> && TraitsOf<A>::composition == TraitsOf<B>::composition&& partCount<A> == partCount<B>;

/// Returns `f(parts...)` of a product.
template <class Product, class F>
constexpr decltype(auto) applyToParts(Product& product, F&& f) {
  return [&]<std::size_t... i>(std::index_sequence<i...>)->decltype(auto) {
    return f(TraitsOf<Product>::template get<i>(product)...);
  }
  (PartIndexes<Product>());
}

/// Calls `f` with the value of a choice, if it has one.
template <class Choice, class F>
constexpr void visitChoice(Choice& choice, F&& f) {
  using Traits = TraitsOf<Choice>;
  const std::size_t index = Traits::index(choice);
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    ((index == i ? static_cast<void>(f(Traits::template get<i>(choice))) : void()), ...);
  }
  (PartIndexes<Choice>());
}

/// Whether an empty choice is a value like others.
template <class Choice>
inline constexpr bool mayBeEmpty = [] {
  if constexpr (requires { TraitsOf<Choice>::mayBeEmpty; }) {
    return TraitsOf<Choice>::mayBeEmpty;
  } else {
    return false;
  }
}();

/// `part` of a `Whole`: an rvalue if the whole is one.
template <class Whole, class Part>
decltype(auto) partOf(Part& part) {
  if constexpr (std::is_lvalue_reference_v<Whole>) {
    return static_cast<Part&>(part);
  } else {
    return std::move(part);
  }
}

template <class To, std::size_t i = 0, class From, class Convert>
To convertChoice(From&& from, const Convert& convert) {
  using Traits = TraitsOf<std::remove_reference_t<From>>;
  if constexpr (i == partCount<To>) {
    if constexpr (mayBeEmpty<To>) {
      return To();
    } else {
      throw std::bad_variant_access();
    }
  } else {
    if (Traits::index(from) != i) return convertChoice<To, i + 1>(std::forward<From>(from), convert);
    return TraitsOf<To>::template make<i>(
        convert.template operator()<PartOf<To, i>>(Traits::template get<i>(std::forward<From>(from))));
  }
}

/// A To, composed as a From is, of other types: each part is `convert.operator()<Part>(part)`. From an rvalue, parts
/// are rvalues. Throws std::bad_variant_access for an empty choice of a type that may not be empty.
template <class To, class From, class Convert>
To convertParts(From&& from, const Convert& convert) {
  using Traits = TraitsOf<std::remove_reference_t<From>>;
  if constexpr (Composed<To, Composition::product>) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return To{convert.template operator()<PartOf<To, i>>(Traits::template get<i>(std::forward<From>(from)))...};
    }
    (PartIndexes<To>());
  } else if constexpr (Composed<To, Composition::choice>) {
    return convertChoice<To>(std::forward<From>(from), convert);
  } else if constexpr (Composed<To, Composition::array>) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return To{convert.template operator()<PartOf<To>>(partOf<From>(from[i]))...};
    }
    (std::make_index_sequence<Traits::count>());
  } else {
    To to;
    if constexpr (requires { to.reserve(from.size()); }) to.reserve(from.size());
    for (auto&& part : from) to.insert(to.end(), convert.template operator()<PartOf<To>>(partOf<From>(part)));
    return to;
  }
}

template <class T, template <class> class Form, class... Ts>
auto mapParts(TypeList<Ts...>) -> std::type_identity<typename TraitsOf<T>::template With<typename Form<Ts>::Type...>>;
template <class T, template <class> class Form, class Part>
auto mapParts(TypeList<Part>) -> std::type_identity<typename TraitsOf<T>::template With<typename Form<Part>::Type>>;
template <class T, template <class> class Form>
std::type_identity<void> mapParts(...);  // if there is no such With

template <class T, template <class> class Form>
using TypeOfMapped = typename decltype(mapParts<T, Form>(typename TraitsOf<T>::Parts()))::type;

/// `Type` is a T with `Form<Part>::Type` in the place of each part; T itself if its With is missing, which class RDD
/// refuses.
template <class T, template <class> class Form>
struct MappedParts {
  using Mapped = TypeOfMapped<T, Form>;
  using Type = std::conditional_t<std::is_void_v<Mapped>, T, Mapped>;
};

template <class Part>
struct SamePart {
  using Type = Part;
};

/// Whether `With`, given the parts of a T, is that T; and the same for the parts, recursively.
template <class T>
struct HasWith {
  static constexpr bool ofItself() {
    if constexpr (partCount<T> == 0 || std::is_array_v<T>) {
      return true;
    } else {
      return std::is_same_v<TypeOfMapped<T, SamePart>, std::remove_cv_t<T>>;
    }
  }
  static constexpr bool value = ofItself() && allPartsAre<T, HasWith>;
};

template <class T, std::size_t i>
concept RefersToPart = requires(T& value) {
  requires std::is_lvalue_reference_v<decltype(TraitsOf<T>::template get<i>(value))>;
};

/// Whether `get` returns a reference to each part of a product or a choice; and the same for the parts, recursively.
template <class T>
struct HasGet {
  static constexpr bool ofItself() {
    if constexpr (Composed<T, Composition::product> || Composed<T, Composition::choice>) {
      return []<std::size_t... i>(std::index_sequence<i...>) {
        return (RefersToPart<T, i> && ...);
      }
      (PartIndexes<T>());
    } else {
      return true;
    }
  }
  static constexpr bool value = ofItself() && allPartsAre<T, HasGet>;
};

}  // namespace seltzer::detail
