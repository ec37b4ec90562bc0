#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <seltzer/detail/data/wire/aggregate_members.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

template <class A, class B>
bool keyEqual(const A& a, const B& b);

template <class A, class B>
struct KeyEqual;

/// Whether keyEqual takes an A and a B. Never a hard error.
template <class A, class B = A>
inline constexpr bool hasKeyEqual = requires(const A& a, const B& b) {
  KeyEqual<A, B>::equal(a, b);
};

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

/// How a borrowed or owned key A is compared with a B. Where the types do not say more: by `==`.
template <class A, class B>
struct KeyEqual {
  static bool equal(const A& a, const B& b) requires requires {
    { a == b } -> std::convertible_to<bool>;
  }
  { return a == b; }
};

template <std::floating_point A, std::floating_point B>
struct KeyEqual<A, B> {
  static bool equal(A a, B b) { return a == b || (a != a && b != b); }
};

template <class T>
concept Text = std::same_as<T, std::string> || std::same_as<T, std::string_view>;

template <Text A, Text B>
struct KeyEqual<A, B> {
  static bool equal(std::string_view a, std::string_view b) { return sameText(a, b); }
};

template <class A1, class A2, class B1, class B2>
struct KeyEqual<std::pair<A1, A2>, std::pair<B1, B2>> {
  static bool equal(const std::pair<A1, A2>& a,
                    const std::pair<B1, B2>& b) requires(hasKeyEqual<A1, B1>&& hasKeyEqual<A2, B2>) {
    return keyEqual(a.first, b.first) && keyEqual(a.second, b.second);
  }
};

template <class... As, class... Bs>
requires(sizeof...(As) == sizeof...(Bs)) struct KeyEqual<std::tuple<As...>, std::tuple<Bs...>> {
  static bool equal(const std::tuple<As...>& a, const std::tuple<Bs...>& b) requires(hasKeyEqual<As, Bs>&&...) {
    return equalParts(a, b, std::index_sequence_for<As...>());
  }

 private:
  template <std::size_t... i>
  static bool equalParts(const std::tuple<As...>& a, const std::tuple<Bs...>& b, std::index_sequence<i...>) {
    return (keyEqual(std::get<i>(a), std::get<i>(b)) && ...);
  }
};

template <class A, class B>
struct KeyEqual<std::optional<A>, std::optional<B>> {
  static bool equal(const std::optional<A>& a, const std::optional<B>& b) requires hasKeyEqual<A, B> {
    return a && b ? keyEqual(*a, *b) : a.has_value() == b.has_value();
  }
};

template <class... As, class... Bs>
requires(sizeof...(As) == sizeof...(Bs)) struct KeyEqual<std::variant<As...>, std::variant<Bs...>> {
  static bool equal(const std::variant<As...>& a, const std::variant<Bs...>& b) requires(hasKeyEqual<As, Bs>&&...) {
    return a.index() == b.index() && equalValues(a, b, std::index_sequence_for<As...>());
  }

 private:
  template <std::size_t... i>
  static bool equalValues(const std::variant<As...>& a, const std::variant<Bs...>& b, std::index_sequence<i...>) {
    return ((a.index() != i || keyEqual(*std::get_if<i>(&a), *std::get_if<i>(&b))) && ...);
  }
};

template <class A, class B, std::size_t count>
struct KeyEqual<std::array<A, count>, std::array<B, count>> {
  static bool equal(const std::array<A, count>& a, const std::array<B, count>& b) requires hasKeyEqual<A, B> {
    return std::equal(a.begin(), a.end(), b.begin(), [](const A& x, const B& y) { return keyEqual(x, y); });
  }
};

template <class A, class AllocatorA, class B, class AllocatorB>
struct KeyEqual<std::vector<A, AllocatorA>, std::vector<B, AllocatorB>> {
  static bool equal(const std::vector<A, AllocatorA>& a,
                    const std::vector<B, AllocatorB>& b) requires hasKeyEqual<A, B> {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const A& x, const B& y) { return keyEqual(x, y); });
  }
};

template <class T, std::size_t count>
struct KeyEqual<T[count], T[count]> {
  static bool equal(const T (&a)[count], const T (&b)[count]) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!keyEqual(a[i], b[i])) return false;
    }
    return true;
  }
};

/// As its `==` does, but for NaNs.
template <class T>
requires isHashedByMembers<T>
struct KeyEqual<T, T> {
  static bool equal(const T& a, const T& b) { return withMembers(a, MembersOf{b}); }

 private:
  template <class... As>
  struct Members {
    std::tuple<const As&...> inA;

    bool operator()(const As&... inB) const {
      return std::apply([&](const As&... each) { return (keyEqual(each, inB) && ...); }, inA);
    }
  };
  struct MembersOf {
    const T& b;

    template <class... As>
    bool operator()(const As&... inA) const {
      return withMembers(b, Members<As...>{{inA...}});
    }
  };
};

/// Whether two keys are one, of which either may be borrowed: `==`, and all NaNs are one key too, also inside pairs,
/// tuples, optionals, variants, arrays, vectors and structs that are hashed by their members. Keys that are one have
/// one Hash.
template <class A, class B>
bool keyEqual(const A& a, const B& b) {
  return KeyEqual<A, B>::equal(a, b);
}

}  // namespace seltzer::detail
