#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

template <class Word>
bool sameEnds(const char* a, const char* b, std::size_t size) {
  std::array<Word, 4> ends;
  std::memcpy(&ends[0], a, sizeof(Word));
  std::memcpy(&ends[1], b, sizeof(Word));
  std::memcpy(&ends[2], a + size - sizeof(Word), sizeof(Word));
  std::memcpy(&ends[3], b + size - sizeof(Word), sizeof(Word));
  return ((ends[0] ^ ends[1]) | (ends[2] ^ ends[3])) == 0;
}

/// Words of up to 16 characters are compared without a call.
inline bool sameText(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() > 16) return std::memcmp(a.data(), b.data(), a.size()) == 0;
  if (a.size() >= 8) return sameEnds<std::uint64_t>(a.data(), b.data(), a.size());
  if (a.size() >= 4) return sameEnds<std::uint32_t>(a.data(), b.data(), a.size());
  if (a.size() >= 2) return sameEnds<std::uint16_t>(a.data(), b.data(), a.size());
  return a.empty() || a[0] == b[0];
}

template <class T>
concept Text = std::same_as<T, std::string> || std::same_as<T, std::string_view>;

template <class A, class B>
consteval bool canCompare();

template <class... As, class... Bs>
consteval bool canCompareAll(TypeList<As...>, TypeList<Bs...>) {
  return (canCompare<As, Bs>() && ...);
}

template <class A, class B>
consteval bool canCompare() {
  if constexpr (ComparedByParts<A, B>) {
    return canCompareAll(typename TraitsOf<A>::Parts(), typename TraitsOf<B>::Parts());
  } else {
    return requires(const A& a, const B& b) {
      { a == b } -> std::convertible_to<bool>;
    };
  }
}

/// Whether keyEqual takes an A and a B. Never a hard error.
template <class A, class B = A>
inline constexpr bool hasKeyEqual = canCompare<A, B>();

template <class A, class B>
bool keyEqual(const A& a, const B& b);

struct EqualKeys {
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return keyEqual(a, b);
  }
};

/// Of values that are composed alike.
template <class A, class B>
bool equalParts(const A& a, const B& b) {
  using OfA = ElementTraits<A>;
  using OfB = ElementTraits<B>;
  if constexpr (Composed<A, Composition::product>) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return (keyEqual(OfA::template get<i>(a), OfB::template get<i>(b)) && ...);
    }
    (PartIndexes<A>());
  } else if constexpr (Composed<A, Composition::choice>) {
    const std::size_t index = OfA::index(a);
    return index == OfB::index(b)&& [&]<std::size_t... i>(std::index_sequence<i...>) {
      return ((index != i || keyEqual(OfA::template get<i>(a), OfB::template get<i>(b))) && ...);
    }
    (PartIndexes<A>());
  } else {
    return std::equal(std::begin(a), std::end(a), std::begin(b), std::end(b), EqualKeys());
  }
}

template <class... As>
struct MembersEqual {
  std::tuple<const As&...> inA;

  bool operator()(const As&... inB) const {
    return std::apply([&](const As&... each) { return (keyEqual(each, inB) && ...); }, inA);
  }
};
template <class T>
struct EqualToMembersOf {
  const T& b;

  template <class... As>
  bool operator()(const As&... inA) const {
    return withMembers(b, MembersEqual<As...>{{inA...}});
  }
};

/// Whether two keys, either of which may be borrowed, are the same key: `==`, except that all NaNs are the same key,
/// also inside pairs, tuples, optionals, variants, arrays, vectors and structs that are hashed by their members. Equal
/// keys have equal Hashes.
template <class A, class B>
bool keyEqual(const A& a, const B& b) {
  if constexpr (std::floating_point<A> && std::floating_point<B>) {
    return a == b || (a != a && b != b);
  } else if constexpr (Text<A> && Text<B>) {
    return sameText(a, b);
  } else if constexpr (ComparedByParts<A, B>) {
    return equalParts(a, b);
  } else if constexpr (std::same_as<A, B> && isHashedByMembers<A>) {
    return withMembers(a, EqualToMembersOf<A>{b});
  } else {
    return static_cast<bool>(a == b);
  }
}

}  // namespace seltzer::detail
