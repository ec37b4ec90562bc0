#pragma once

#include <cstddef>
#include <iterator>
#include <ranges>
#include <string_view>
#include <type_traits>

#include <boost/serialization/is_bitwise_serializable.hpp>
#include <boost/serialization/wrapper.hpp>

#include <seltzer/detail/data/element/aggregate_initializers.hpp>
#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/data/wire/serializable.hpp>

namespace seltzer::detail {

/// True for types whose value is an address in this process: pointers, references, views, iterators and the classes of
/// the standard library that have a pointer in them; and for aggregates with such a member or base class. A class with
/// constructors cannot be looked into, nor a union beyond its first member.
template <class T>
consteval bool holdsAddress();

template <class T>
using HoldsAddress = std::bool_constant<holdsAddress<T>()>;
template <class T>
using HoldsNoAddress = std::bool_constant<!holdsAddress<T>()>;

/// The name of a class, without template arguments.
template <class T>
consteval std::string_view className() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  return name.substr(0, name.find_first_of("<;]"));
}

/// Classes of the standard library that hold an address, and neither are views or iterators nor show their members.
/// Known by their names: their headers would be read for this alone.
template <class T>
consteval bool hasPointerInside() {
  if (std::is_empty_v<T> || !className<T>().starts_with("std::")) return false;
  for (const std::string_view name :
       {"std::error_code", "std::error_condition", "std::type_index", "std::thread::id", "std::source_location",
        "std::coroutine_handle", "std::__n4861::coroutine_handle", "std::reference_wrapper", "std::initializer_list",
        "std::pmr::polymorphic_allocator"}) {
    if (className<T>() == name) return true;
  }
  return false;
}

template <class... Ts>
consteval bool anyHoldsAddress(TypeList<Ts...>) {
  return (holdsAddress<Ts>() || ...);
}

/// Of an aggregate that cannot be taken apart, with base classes, unions or members that `{}` does not make, and of a
/// union: whether a part tells that it holds an address.
template <class T>
consteval bool partHoldsAddress() {
  if constexpr (anyMemberIs<T, HoldsAddress, mostMembers>()) {
    return true;
  } else if constexpr (std::is_union_v<T> || showsAllParts<T>()) {
    return false;
  } else {
    return anyInitializerIs<T, HoldsAddress, HoldsNoAddress>();
  }
}

template <class T>
consteval bool holdsAddress() {
  if constexpr (std::is_array_v<T> || std::is_const_v<T>) {
    return holdsAddress<std::remove_cv_t<std::remove_all_extents_t<T>>>();
  } else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> || std::is_reference_v<T>) {
    return true;
  } else if constexpr (std::is_class_v<T>) {
    if constexpr (hasPointerInside<T>() || std::ranges::borrowed_range<T> || std::input_or_output_iterator<T> ||
                  std::ranges::view<T>) {
      return true;
    } else if constexpr (Composed<T, Composition::product> || Composed<T, Composition::choice> ||
                         Composed<T, Composition::array>) {
      return anyHoldsAddress(typename ElementTraits<T>::Parts());
    } else if constexpr (!std::is_aggregate_v<T> || TupleLike<T>) {
      return false;
    } else if constexpr (hasVisibleMembers<T>) {
      return anyHoldsAddress(MemberTypes<T>());
    } else {
      return std::is_trivially_copyable_v<T> && partHoldsAddress<T>();
    }
  } else if constexpr (std::is_union_v<T> && std::is_trivially_copyable_v<T>) {
    return partHoldsAddress<T>();
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
consteval bool bitwise();
template <class T>
using IsBitwise = std::bool_constant<bitwise<T>()>;

template <class T>
consteval bool bitwise() {
  if constexpr (Composed<T, Composition::product>) {
    return allPartsAre<T, IsBitwise>;
  } else if constexpr (Composed<T, Composition::array>) {
    return bitwise<PartOf<T>>() && (std::is_array_v<T> || TraitsOf<T>::count != 0);
  } else if constexpr (Composed<T, Composition::choice>) {
    return false;
  } else {
    return isBitwiseScalarOrClass<std::remove_const_t<T>>();
  }
}

/// True for types whose values are copied as their `sizeof(T)` bytes, on the wire and in memory, and for which any
/// bytes are a value, so that damaged ones do no harm: trivially copyable types without a Boost `serialize` of their
/// own that hold no address, types that promise `boost::serialization::is_bitwise_serializable`, and pairs, tuples and
/// arrays of such. Not bitwise: `bool`, `std::optional` and `std::variant`, where some bytes are no value. (The bool
/// within a user's trivially copyable class cannot be seen; it travels as it is.)
template <class T>
inline constexpr bool isBitwise = bitwise<T>();

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
