#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/aggregate_members.hpp>
#include <seltzer/detail/data/element/parts.hpp>

namespace seltzer::detail {

struct TieMembers {
  template <class... Members>
  constexpr std::tuple<Members&...> operator()(Members&... members) const {
    return {members...};
  }
};

/// Makes two equal values differ in one place at a time, calls `check()` for each difference, and resets both to `T()`.
/// Places of types that are not handled here are left alone.
template <class T>
struct Differences {
  template <class Check>
  static constexpr void each(T& a, T& b, Check&& check) {
    if constexpr (std::is_same_v<T, bool>) {
      differ(a, b, true, check);
    } else if constexpr (std::is_enum_v<T>) {
      differ(a, b, static_cast<T>(1), check);
    } else if constexpr (std::is_arithmetic_v<T>) {
      differ(a, b, T(1), check);
      differ(a, b,
             std::is_integral_v<T> ? T(std::numeric_limits<T>::max() / 2 + 1) : std::numeric_limits<T>::denorm_min(),
             check);
      a = T('A');
      differ(a, b, T('a'), check);
      if constexpr (std::is_signed_v<T>) {
        a = T(-1);
        differ(a, b, T(1), check);
        a = T(-1);
        differ(a, b, T(0), check);
      }
    } else if constexpr (hasVisibleMembers<T>) {
      Differences<decltype(withMembers(a, TieMembers()))>::each(withMembers(a, TieMembers()),
                                                                withMembers(b, TieMembers()), check);
    }
  }

  template <class Check>
  static constexpr void differ(T& a, T& b, T other, Check&& check) {
    b = std::move(other);
    check();
    a = T();
    b = T();
  }
};

template <class T>
struct Differences<const T> {
  template <class Check>
  static constexpr void each(const T&, const T&, Check&&) {}
};

/// In the first element and the last.
template <Composed<Composition::array> T>
struct Differences<T> {
  template <class Check>
  static constexpr void each(T& a, T& b, Check&& check) {
    constexpr std::size_t count = ElementTraits<T>::count;
    if constexpr (count > 0) Differences<PartOf<T>>::each(a[0], b[0], check);
    if constexpr (count > 1) Differences<PartOf<T>>::each(a[count - 1], b[count - 1], check);
  }
};
template <Composed<Composition::product> T>
struct Differences<T> {
  template <class Product, class Check>
  static constexpr void each(Product&& a, Product&& b, Check&& check) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      using Traits = ElementTraits<T>;
      (Differences<std::remove_reference_t<PartOf<T, i>>>::each(Traits::template get<i>(a), Traits::template get<i>(b),
                                                                check),
       ...);
    }
    (PartIndexes<T>());
  }
};
template <class Character>
struct Differences<std::basic_string<Character>> {
  using Text = std::basic_string<Character>;
  template <class Check>
  static constexpr void each(Text& a, Text& b, Check&& check) {
    a.assign(1, Character('A'));
    b.assign(1, Character('a'));
    check();
    a.clear();
    check();
    b.clear();
  }
};
template <Composed<Composition::choice> T>
requires(mayBeEmpty<T>&& std::default_initializable<PartOf<T>>) struct Differences<T> {
  template <class Check>
  static constexpr void each(T& a, T& b, Check&& check) {
    using Traits = ElementTraits<T>;
    b = Traits::template make<0>(PartOf<T>());
    check();
    a = Traits::template make<0>(PartOf<T>());
    Differences<PartOf<T>>::each(Traits::template get<0>(a), Traits::template get<0>(b), check);
    a = T();
    b = T();
  }
};
template <Composed<Composition::sequence> T>
requires std::default_initializable<PartOf<T>>
struct Differences<T> {
  template <class Check>
  static constexpr void each(T& a, T& b, Check&& check) {
    b.emplace_back();
    check();
    a.clear();
    b.clear();
  }
};

/// Whether `==` of two T says that they differ wherever a member does. For constant evaluation.
template <class T>
constexpr bool tellsMembersApart() {
  T a{};
  T b{};
  bool apart = a == b;
  Differences<T>::each(a, b, [&] { apart = apart && !(a == b); });
  return apart && a == b;
}

/// Aggregates whose `==` compares all members, as a defaulted one does. The compiler tries it out, so `==` has to be
/// usable in constant expressions, which a defaulted one is where those of the members are.
template <class T>
concept EqualByMembers = hasVisibleMembers<T> && requires(const T& a, const T& b) {
  { a == b } -> std::convertible_to<bool>;
  requires std::bool_constant < tellsMembersApart<T>()
  > ::value;
};

/// Whether `<` of two T compares their members in order: a greater value of any member makes a greater T, and each
/// member takes precedence over the next. For constant evaluation.
template <class T>
constexpr bool ordersByMembers() {
  T a{};
  T b{};
  const auto left = withMembers(a, TieMembers());
  const auto right = withMembers(b, TieMembers());
  using Members = std::remove_cvref_t<decltype(left)>;
  bool ordered = !(a < b) && !(b < a);
  const auto check = [&] { ordered = ordered && a < b && !(b < a); };
  Differences<T>::each(a, b, check);
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (Differences<std::remove_reference_t<std::tuple_element_t<i, Members>>>::each(
         std::get<i>(left), std::get<i>(right),
         [&] {
           if constexpr (i + 1 < std::tuple_size_v<Members>) {
             Differences<std::remove_reference_t<std::tuple_element_t<i + 1, Members>>>::each(
                 std::get<i + 1>(right), std::get<i + 1>(left), check);
           }
         }),
     ...);
  }
  (std::make_index_sequence<std::tuple_size_v<Members>>());
  return ordered;
}

/// Aggregates whose `<` is that of their members, as with a defaulted `<=>`, and may leave two values unordered, as it
/// does where a member is a floating-point number. The compiler tries it out, so `<` has to be usable in constant
/// expressions.
template <class T>
concept OrderedByMembers = hasVisibleMembers<T> && requires(const T& a, const T& b) {
  { a <=> b } -> std::same_as<std::partial_ordering>;
  requires std::bool_constant < ordersByMembers<T>()
  > ::value;
};

}  // namespace seltzer::detail
