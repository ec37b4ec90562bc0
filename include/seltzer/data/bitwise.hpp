#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/serialization/is_bitwise_serializable.hpp>
#include <boost/serialization/wrapper.hpp>

#include <seltzer/data/serializable.hpp>

namespace seltzer::detail {

/// True for types whose value is an address in this process: pointers, pointers to members, views, iterators, and
/// aggregates with such a field (among the first 24; a class with constructors cannot be looked into).
template <class T>
consteval bool holdsAddress();

struct AnyField {
  template <class T>
  operator T() const;
};

/// Stands for any field but one that holds an address. Deleted, not absent: otherwise braces would be elided and the
/// fields of the field tried in its place.
struct FieldWithoutAddress {
  template <class T>
  operator T() const;
  template <class T>
  requires(holdsAddress<T>()) operator T() const = delete;
};

template <class T, class Field, std::size_t... i>
consteval bool takesFields(std::index_sequence<i...>) {
  return requires {
    T{((void)i, Field{})...};
  };
}

template <class T, std::size_t count = 0>
consteval bool hasFieldWithAddress() {
  if constexpr (count < 24 && takesFields<T, AnyField>(std::make_index_sequence<count + 1>())) {
    return hasFieldWithAddress<T, count + 1>();
  } else {
    return !takesFields<T, FieldWithoutAddress>(std::make_index_sequence<count>());
  }
}

template <class T>
inline constexpr bool isReferenceLike = false;
template <class T>
inline constexpr bool isReferenceLike<std::reference_wrapper<T>> = true;
template <class T>
inline constexpr bool isReferenceLike<std::initializer_list<T>> = true;

template <class T>
consteval bool holdsAddress() {
  if constexpr (std::is_array_v<T> || std::is_const_v<T>) {
    return holdsAddress<std::remove_cv_t<std::remove_all_extents_t<T>>>();
  } else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> || isReferenceLike<T>) {
    return true;
  } else if constexpr (std::is_class_v<T>) {
    if constexpr (std::ranges::borrowed_range<T> || std::input_or_output_iterator<T>) {
      return true;
    } else if constexpr (std::is_aggregate_v<T> && std::is_trivially_copyable_v<T>) {
      return hasFieldWithAddress<T>();
    } else {
      return false;
    }
  } else {
    return false;
  }
}

template <class T>
consteval bool isBitwiseScalarOrClass() {
  if constexpr (!std::is_object_v<T> || std::is_same_v<T, bool>) {
    return false;
  } else if constexpr (std::is_enum_v<T>) {
    return !std::is_same_v<std::underlying_type_t<T>, bool>;
  } else if constexpr (!std::is_class_v<T> && !std::is_union_v<T>) {
    return std::is_trivially_copyable_v<T> && !holdsAddress<T>();
  } else if constexpr (boost::serialization::is_wrapper<T>::type::value) {
    return false;
  } else if constexpr (boost::serialization::is_bitwise_serializable<T>::value) {
    return std::is_trivially_destructible_v<T>;
  } else {
    return std::is_trivially_copyable_v<T> && !hasSerialize<T> && !holdsAddress<T>();
  }
}

template <class T>
struct Bitwise : std::bool_constant<isBitwiseScalarOrClass<T>()> {};
template <class T>
struct Bitwise<const T> : Bitwise<T> {};
template <class T, std::size_t n>
struct Bitwise<T[n]> : Bitwise<T> {};
template <class T, std::size_t n>
struct Bitwise<const T[n]> : Bitwise<T> {};
template <class T, std::size_t n>
struct Bitwise<std::array<T, n>> : std::bool_constant<Bitwise<T>::value && n != 0> {};
template <class First, class Second>
struct Bitwise<std::pair<First, Second>> : std::bool_constant<Bitwise<First>::value && Bitwise<Second>::value> {};
template <class... Ts>
struct Bitwise<std::tuple<Ts...>> : std::bool_constant<(Bitwise<Ts>::value && ...)> {};
template <class T>
struct Bitwise<std::optional<T>> : std::false_type {};
template <class... Ts>
struct Bitwise<std::variant<Ts...>> : std::false_type {};

/// True for types whose values are copied as their `sizeof(T)` bytes, on the wire and in memory, and for which any
/// bytes are a value, so that damaged ones do no harm: trivially copyable types without a Boost `serialize` of their
/// own that hold no address, types that promise `boost::serialization::is_bitwise_serializable`, and pairs, tuples and
/// arrays of such. Not bitwise: `bool`, `std::optional` and `std::variant`, where some bytes are no value. (The bool
/// within a user's trivially copyable class cannot be seen; it travels as it is.)
template <class T>
inline constexpr bool isBitwise = Bitwise<T>::value;

template <class T>
struct Tailed : T {
  char tail;
};

/// True if the last bytes of a T, where T is a base class or a [[no_unique_address]] member, may belong to something
/// else: writing all `sizeof(T)` bytes into such an object would overwrite it.
template <class T>
consteval bool sharesItsTail() {
  if constexpr (std::is_class_v<T> && !std::is_final_v<T>) {
    return sizeof(Tailed<T>) == sizeof(T);
  } else {
    return false;
  }
}

}  // namespace seltzer::detail
