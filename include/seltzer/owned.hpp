#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace seltzer::detail {

/// The owned form of T as `Type`; specialized, with `convert(value)`, for the types that may hold views.
template <class T>
struct OwnedForm {
  using Type = T;
};
template <class T>
struct OwnedForm<const T> : OwnedForm<T> {};
template <class T>
struct OwnedForm<T&> : OwnedForm<std::remove_const_t<T>> {};
template <class T>
struct OwnedForm<T&&> : OwnedForm<std::remove_const_t<T>> {};

/// T as the element of an RDD, with parts that are not const: what a `std::map` holds can be moved out of and into.
template <class T>
struct ElementForm {
  using Type = T;
};
template <class T>
struct ElementForm<const T> : ElementForm<T> {};
template <class First, class Second>
struct ElementForm<std::pair<First, Second>> {
  using Type = std::pair<typename ElementForm<First>::Type, typename ElementForm<Second>::Type>;
};
template <class... Ts>
struct ElementForm<std::tuple<Ts...>> {
  using Type = std::tuple<typename ElementForm<Ts>::Type...>;
};
template <class T>
struct ElementForm<std::optional<T>> {
  using Type = std::optional<typename ElementForm<T>::Type>;
};
template <class T>
using ElementType = typename ElementForm<std::remove_cvref_t<T>>::Type;

}  // namespace seltzer::detail

namespace seltzer {

/// What is kept of a T that may be borrowed: `std::string` for `std::string_view`, also inside pairs, tuples, arrays,
/// optionals, variants and the standard containers; any other type itself. A reference becomes a value, and a const
/// part (the key in an element of a `std::map`) one that is not.
template <class T>
using Owned = typename detail::OwnedForm<std::remove_cvref_t<T>>::Type;

/// True if T keeps what it holds, so that toOwned is a move or copy.
template <class T>
inline constexpr bool isOwned = std::is_same_v<Owned<T>, T>;

/// `value` in its owned form: moved or copied where it is owned already, converted otherwise; from an rvalue, what is
/// owned inside is moved. Allocators, comparators and hash functions of converted containers are default constructed.
template <class T>
Owned<T> toOwned(T&& value);

}  // namespace seltzer

namespace seltzer::detail {

/// `std::less`, `std::hash` and the like of a type with views become those of its owned form; others stay, and must
/// take it.
template <class F>
struct OwnedFunction {
  using Type = F;
};
template <template <class> class F, class T>
struct OwnedFunction<F<T>> {
  using Type = F<typename OwnedForm<T>::Type>;
};

/// The allocator of a container of E for one of its owned form.
template <class Allocator, class E>
using OwnedAllocator = typename std::allocator_traits<Allocator>::template rebind_alloc<E>;

/// `part` of a `Whole`: an rvalue if the whole is one.
template <class Whole, class Part>
decltype(auto) partOf(Part& part) {
  if constexpr (std::is_lvalue_reference_v<Whole>) {
    return static_cast<Part&>(part);
  } else {
    return std::move(part);
  }
}

/// The elements of any container, in order, appended to an empty `To`.
template <class To, class From>
To convertElements(From&& from) {
  To to;
  if constexpr (requires { to.reserve(from.size()); }) {
    to.reserve(from.size());
  }
  for (auto& element : from) {
    to.insert(to.end(), toOwned(partOf<From>(element)));
  }
  return to;
}

template <class Character, class Traits>
struct OwnedForm<std::basic_string_view<Character, Traits>> {
  using Type = std::basic_string<Character, Traits>;
  static Type convert(std::basic_string_view<Character, Traits> view) { return Type(view); }
};

template <class First, class Second>
struct OwnedForm<std::pair<First, Second>> {
  using Type = std::pair<typename OwnedForm<First>::Type, typename OwnedForm<Second>::Type>;

  template <class Pair>
  static Type convert(Pair&& pair) {
    return {toOwned(std::get<0>(std::forward<Pair>(pair))), toOwned(std::get<1>(std::forward<Pair>(pair)))};
  }
};

template <class... Ts>
struct OwnedForm<std::tuple<Ts...>> {
  using Type = std::tuple<typename OwnedForm<Ts>::Type...>;

  template <class Tuple>
  static Type convert(Tuple&& tuple) {
    return std::apply([](auto&&... parts) { return Type(toOwned(std::forward<decltype(parts)>(parts))...); },
                      std::forward<Tuple>(tuple));
  }
};

template <class T, std::size_t count>
struct OwnedForm<std::array<T, count>> {
  using Type = std::array<typename OwnedForm<T>::Type, count>;

  template <class Array>
  static Type convert(Array&& array) {
    return std::apply([](auto&&... parts) { return Type{toOwned(std::forward<decltype(parts)>(parts))...}; },
                      std::forward<Array>(array));
  }
};

template <class T>
struct OwnedForm<std::optional<T>> {
  using Type = std::optional<typename OwnedForm<T>::Type>;

  template <class Optional>
  static Type convert(Optional&& optional) {
    return optional ? Type(toOwned(*std::forward<Optional>(optional))) : Type();
  }
};

/// The alternative keeps its index. Throws std::bad_variant_access if the variant is valueless.
template <class... Ts>
struct OwnedForm<std::variant<Ts...>> {
  using Type = std::variant<typename OwnedForm<Ts>::Type...>;

  template <class Variant>
  static Type convert(Variant&& variant) {
    return convertAlternative<0>(std::forward<Variant>(variant));
  }

 private:
  template <std::size_t i, class Variant>
  static Type convertAlternative(Variant&& variant) {
    if constexpr (i + 1 < sizeof...(Ts)) {
      if (variant.index() != i) {
        return convertAlternative<i + 1>(std::forward<Variant>(variant));
      }
    }
    return Type(std::in_place_index<i>, toOwned(std::get<i>(std::forward<Variant>(variant))));
  }
};

template <class T, class Allocator>
struct OwnedForm<std::vector<T, Allocator>> {
  using Element = typename OwnedForm<T>::Type;
  using Type = std::vector<Element, OwnedAllocator<Allocator, Element>>;

  template <class From>
  static Type convert(From&& from) {
    return convertElements<Type>(std::forward<From>(from));
  }
};

template <class T, class Allocator>
struct OwnedForm<std::list<T, Allocator>> {
  using Element = typename OwnedForm<T>::Type;
  using Type = std::list<Element, OwnedAllocator<Allocator, Element>>;

  template <class From>
  static Type convert(From&& from) {
    return convertElements<Type>(std::forward<From>(from));
  }
};

template <class T, class Allocator>
struct OwnedForm<std::deque<T, Allocator>> {
  using Element = typename OwnedForm<T>::Type;
  using Type = std::deque<Element, OwnedAllocator<Allocator, Element>>;

  template <class From>
  static Type convert(From&& from) {
    return convertElements<Type>(std::forward<From>(from));
  }
};

/// Sets and maps. Keys that were distinct stay so.
template <template <class...> class Set, class Key, class Allocator, class... Functions>
struct OwnedSet {
  using OwnedKey = typename OwnedForm<Key>::Type;
  using Type = Set<OwnedKey, typename OwnedFunction<Functions>::Type..., OwnedAllocator<Allocator, OwnedKey>>;

  template <class From>
  static Type convert(From&& from) {
    return convertElements<Type>(std::forward<From>(from));
  }
};

template <template <class...> class Map, class Key, class Value, class Allocator, class... Functions>
struct OwnedMap {
  using OwnedKey = typename OwnedForm<Key>::Type;
  using OwnedValue = typename OwnedForm<Value>::Type;
  using Type = Map<OwnedKey, OwnedValue, typename OwnedFunction<Functions>::Type...,
                   OwnedAllocator<Allocator, std::pair<const OwnedKey, OwnedValue>>>;

  template <class From>
  static Type convert(From&& from) {
    return convertElements<Type>(std::forward<From>(from));
  }
};

template <class Key, class Less, class Allocator>
struct OwnedForm<std::set<Key, Less, Allocator>> : OwnedSet<std::set, Key, Allocator, Less> {};
template <class Key, class Less, class Allocator>
struct OwnedForm<std::multiset<Key, Less, Allocator>> : OwnedSet<std::multiset, Key, Allocator, Less> {};
template <class Key, class Hash, class Equal, class Allocator>
struct OwnedForm<std::unordered_set<Key, Hash, Equal, Allocator>>
    : OwnedSet<std::unordered_set, Key, Allocator, Hash, Equal> {};
template <class Key, class Hash, class Equal, class Allocator>
struct OwnedForm<std::unordered_multiset<Key, Hash, Equal, Allocator>>
    : OwnedSet<std::unordered_multiset, Key, Allocator, Hash, Equal> {};
template <class Key, class Value, class Less, class Allocator>
struct OwnedForm<std::map<Key, Value, Less, Allocator>> : OwnedMap<std::map, Key, Value, Allocator, Less> {};
template <class Key, class Value, class Less, class Allocator>
struct OwnedForm<std::multimap<Key, Value, Less, Allocator>> : OwnedMap<std::multimap, Key, Value, Allocator, Less> {};
template <class Key, class Value, class Hash, class Equal, class Allocator>
struct OwnedForm<std::unordered_map<Key, Value, Hash, Equal, Allocator>>
    : OwnedMap<std::unordered_map, Key, Value, Allocator, Hash, Equal> {};
template <class Key, class Value, class Hash, class Equal, class Allocator>
struct OwnedForm<std::unordered_multimap<Key, Value, Hash, Equal, Allocator>>
    : OwnedMap<std::unordered_multimap, Key, Value, Allocator, Hash, Equal> {};

}  // namespace seltzer::detail

/// @cond
template <class T>
seltzer::Owned<T> seltzer::toOwned(T&& value) {
  if constexpr (isOwned<std::remove_cvref_t<T>>) {
    return std::forward<T>(value);
  } else {
    return detail::OwnedForm<std::remove_cvref_t<T>>::convert(std::forward<T>(value));
  }
}
/// @endcond
