#pragma once

#include <array>
#include <cstddef>
#include <deque>
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

namespace seltzer {

/// A list of types.
template <class... Ts>
struct TypeList {};

/// How a value is made of other values, its parts.
enum class Composition : unsigned char {
  none,      ///< it has no parts, or they are not known: numbers, enumerations, most classes
  text,      ///< characters, owned or viewed
  product,   ///< one part of each type: pairs, tuples
  choice,    ///< one part, of one of several types, or none at all: optionals, variants
  array,     ///< a fixed number of parts of one type
  sequence,  ///< any number of parts of one type, in order: vectors, lists
  container  ///< any number of parts of one type, in an order that is no part of the value: sets and maps
};

/// `ElementTraits<T>::index` of a choice without a value.
inline constexpr std::size_t noAlternative = static_cast<std::size_t>(-1);

/// How a T is made of parts. From this alone follow its hash, its equality and order as a key, how it travels, its
/// owned and borrowed forms, its text, and the memory it is charged with. Types of the standard library are described
/// here; structs without constructors need no description, since their members are seen. Specialize this for a class
/// template of your own whose arguments are the types of its parts. A specialization has `composition`, `Parts`, a
/// TypeList, and `With<Us...>`, the same template with other parts, declared with a pack (`template <class... Us>`) if
/// there are two or more; and besides
///   - a product: `get<i>(value)`, and a constructor from all parts;
///   - a choice: `index(value)`, from 0, or `noAlternative`; `get<i>(value)`; `make<i>(part)`; and, if a `T()` is one
///     without a value, `mayBeEmpty = true`;
///   - an array: `count`, and iterators;
///   - a sequence or a container: iterators, `size`, `clear`, `insert(end, part)`.
///
/// `get` returns a reference: of a value that is not const one to assign to, as decoding does, and of an rvalue perhaps
/// one to move from.
///
///     template <class T, class E>
///     struct seltzer::ElementTraits<Expected<T, E>> {
///       static constexpr auto composition = seltzer::Composition::choice;
///       using Parts = seltzer::TypeList<T, E>;
///       template <class... Us>
///       using With = Expected<Us...>;
///       static std::size_t index(const Expected<T, E>& e) { return e.hasValue() ? 0 : 1; }
///       template <std::size_t i, class Choice>
///       static auto& get(Choice&& e) {
///         if constexpr (i == 0) return e.value();
///         else return e.error();
///       }
///       template <std::size_t i, class Part>
///       static Expected<T, E> make(Part&& part) {
///         if constexpr (i == 0) return Expected<T, E>::of(std::forward<Part>(part));
///         else return Expected<T, E>::failed(std::forward<Part>(part));
///       }
///     };
template <class T>
struct ElementTraits {
  static constexpr Composition composition = Composition::none;  ///< how the parts make a T
  using Parts = TypeList<>;                                      ///< the types of the parts
};

/// @cond
namespace detail {

template <class Character, class Traits>
struct TextTraits {
  static constexpr Composition composition = Composition::text;
  using Parts = TypeList<>;
};

template <class... Ts>
struct ProductTraits {
  static constexpr Composition composition = Composition::product;
  using Parts = TypeList<Ts...>;

  template <std::size_t i, class Product>
  static constexpr decltype(auto) get(Product&& product) {
    return std::get<i>(std::forward<Product>(product));
  }
};

template <class T, std::size_t n>
struct ArrayTraits {
  static constexpr Composition composition = Composition::array;
  using Parts = TypeList<T>;
  static constexpr std::size_t count = n;
};

template <class T>
struct SequenceTraits {
  static constexpr Composition composition = Composition::sequence;
  using Parts = TypeList<T>;
};

template <class T>
struct ContainerTraits {
  static constexpr Composition composition = Composition::container;
  using Parts = TypeList<T>;
};

template <class Allocator, class T>
using ReboundAllocator = typename std::allocator_traits<Allocator>::template rebind_alloc<T>;

/// `std::less<From>`, `std::hash<From>` and the like become those of To; others stay, and must take a To.
template <class F, class From, class To>
struct ReboundFunction {
  using Type = F;
};
template <template <class> class F, class From, class To>
struct ReboundFunction<F<From>, From, To> {
  using Type = F<To>;
};

template <template <class...> class Set, class Key, class Allocator, class... Functions>
struct SetTraits : ContainerTraits<Key> {
  template <class To>
  using With = Set<To, typename ReboundFunction<Functions, Key, To>::Type..., ReboundAllocator<Allocator, To>>;
};

template <template <class...> class Map, class Key, class Value, class Allocator, class... Functions>
struct MapTraits : ContainerTraits<std::pair<const Key, Value>> {
  template <class To, class Value2 = typename To::second_type,
            class Key2 = std::remove_const_t<typename To::first_type>>
  using With = Map<Key2, Value2, typename ReboundFunction<Functions, Key, Key2>::Type...,
                   ReboundAllocator<Allocator, std::pair<const Key2, Value2>>>;
};

}  // namespace detail

template <class Character, class Traits>
struct ElementTraits<std::basic_string_view<Character, Traits>> : detail::TextTraits<Character, Traits> {
  using Owned = std::basic_string<Character, Traits>;
};
template <class Character, class Traits, class Allocator>
struct ElementTraits<std::basic_string<Character, Traits, Allocator>> : detail::TextTraits<Character, Traits> {
  using Owned = std::basic_string<Character, Traits, Allocator>;
};

template <class First, class Second>
struct ElementTraits<std::pair<First, Second>> : detail::ProductTraits<First, Second> {
  template <class... Us>
  using With = std::pair<Us...>;
};
template <class... Ts>
struct ElementTraits<std::tuple<Ts...>> : detail::ProductTraits<Ts...> {
  template <class... Us>
  using With = std::tuple<Us...>;
};

template <class T>
struct ElementTraits<std::optional<T>> {
  static constexpr Composition composition = Composition::choice;
  using Parts = TypeList<T>;
  template <class U>
  using With = std::optional<U>;
  static constexpr bool mayBeEmpty = true;

  static constexpr std::size_t index(const std::optional<T>& optional) { return optional ? 0 : noAlternative; }
  template <std::size_t i, class Optional>
  static constexpr decltype(auto) get(Optional&& optional) {
    return *std::forward<Optional>(optional);
  }
  template <std::size_t i, class Part>
  static constexpr std::optional<T> make(Part&& part) {
    return std::optional<T>(std::in_place, std::forward<Part>(part));
  }
};

/// The index of a variant that is valueless is noAlternative.
template <class... Ts>
struct ElementTraits<std::variant<Ts...>> {
  static constexpr Composition composition = Composition::choice;
  using Parts = TypeList<Ts...>;
  template <class... Us>
  using With = std::variant<Us...>;

  static constexpr std::size_t index(const std::variant<Ts...>& variant) { return variant.index(); }
  template <std::size_t i, class Variant>
  static constexpr decltype(auto) get(Variant&& variant) {
    return std::get<i>(std::forward<Variant>(variant));
  }
  template <std::size_t i, class Part>
  static constexpr std::variant<Ts...> make(Part&& part) {
    return std::variant<Ts...>(std::in_place_index<i>, std::forward<Part>(part));
  }
};
static_assert(std::variant_npos == noAlternative);

template <class T, std::size_t n>
struct ElementTraits<std::array<T, n>> : detail::ArrayTraits<T, n> {
  template <class U>
  using With = std::array<U, n>;
};
template <class T, std::size_t n>
struct ElementTraits<T[n]> : detail::ArrayTraits<T, n> {};

template <class T, class Allocator>
struct ElementTraits<std::vector<T, Allocator>> : detail::SequenceTraits<T> {
  template <class U>
  using With = std::vector<U, detail::ReboundAllocator<Allocator, U>>;
};
template <class T, class Allocator>
struct ElementTraits<std::list<T, Allocator>> : detail::SequenceTraits<T> {
  template <class U>
  using With = std::list<U, detail::ReboundAllocator<Allocator, U>>;
};
template <class T, class Allocator>
struct ElementTraits<std::deque<T, Allocator>> : detail::SequenceTraits<T> {
  template <class U>
  using With = std::deque<U, detail::ReboundAllocator<Allocator, U>>;
};

template <class K, class Less, class A>
struct ElementTraits<std::set<K, Less, A>> : detail::SetTraits<std::set, K, A, Less> {};
template <class K, class Less, class A>
struct ElementTraits<std::multiset<K, Less, A>> : detail::SetTraits<std::multiset, K, A, Less> {};
template <class K, class Hash, class Equal, class A>
struct ElementTraits<std::unordered_set<K, Hash, Equal, A>> : detail::SetTraits<std::unordered_set, K, A, Hash, Equal> {
};
template <class K, class Hash, class Equal, class A>
struct ElementTraits<std::unordered_multiset<K, Hash, Equal, A>>
    : detail::SetTraits<std::unordered_multiset, K, A, Hash, Equal> {};
template <class K, class V, class Less, class A>
struct ElementTraits<std::map<K, V, Less, A>> : detail::MapTraits<std::map, K, V, A, Less> {};
template <class K, class V, class Less, class A>
struct ElementTraits<std::multimap<K, V, Less, A>> : detail::MapTraits<std::multimap, K, V, A, Less> {};
template <class K, class V, class Hash, class Equal, class A>
struct ElementTraits<std::unordered_map<K, V, Hash, Equal, A>>
    : detail::MapTraits<std::unordered_map, K, V, A, Hash, Equal> {};
template <class K, class V, class Hash, class Equal, class A>
struct ElementTraits<std::unordered_multimap<K, V, Hash, Equal, A>>
    : detail::MapTraits<std::unordered_multimap, K, V, A, Hash, Equal> {};
/// @endcond

}  // namespace seltzer
