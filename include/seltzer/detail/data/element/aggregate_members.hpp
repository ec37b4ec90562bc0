#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/preprocessor/arithmetic/inc.hpp>
#include <boost/preprocessor/punctuation/comma_if.hpp>
#include <boost/preprocessor/repetition/enum.hpp>
#include <boost/preprocessor/repetition/enum_params.hpp>
#include <boost/preprocessor/repetition/repeat.hpp>

#include <seltzer/element_traits.hpp>

// How the compiler sees the members of an aggregate, a struct without constructors: it is initialized with braces to
// find how many there are, and then taken apart by a structured binding. One `{}` stands for a whole member, an array
// too; an object that converts to types of one kind only tells of which kind a member is.

namespace seltzer::detail {

#define SELTZER_MOST_MEMBERS 32
/// Aggregates with more members are not looked into.
inline constexpr std::size_t mostMembers = SELTZER_MOST_MEMBERS;

/// Converts to no type.
struct Unrelated {};

/// Converts to the types for which `Kind<T>` is true.
template <template <class> class Kind>
struct FieldOf {
  template <class T>
  requires(Kind<T>::value) operator T() const;
};
template <class>
using AnyKind = std::true_type;

/// Whether an aggregate can be initialized with `count` times `{}`, and with one more initializer after these.
template <class T, std::size_t count>
struct Braced;
// clang-format off
#define SELTZER_BRACES(z, i, unused) {}
#define SELTZER_BRACED(z, count, unused)                                                                          \
  template <class T>                                                                                              \
  struct Braced<T, count> {                                                                                       \
    static constexpr bool valid = requires { T{BOOST_PP_ENUM(count, SELTZER_BRACES, )}; };                        \
    template <class Field>                                                                                        \
    static constexpr bool takes = requires {                                                                      \
      T{BOOST_PP_ENUM(count, SELTZER_BRACES, ) BOOST_PP_COMMA_IF(count) Field{}};                                 \
    };                                                                                                            \
  };
BOOST_PP_REPEAT(BOOST_PP_INC(BOOST_PP_INC(SELTZER_MOST_MEMBERS)), SELTZER_BRACED, )
#undef SELTZER_BRACED
#undef SELTZER_BRACES

#define SELTZER_TYPE(z, i, unused) decltype(m##i)
#define SELTZER_BOUND(z, count, unused)                                                                           \
  template <class T, class F>                                                                                     \
  constexpr decltype(auto) visitBound(std::integral_constant<std::size_t, count>, T& value, F&& f) {              \
    auto& [BOOST_PP_ENUM_PARAMS(count, m)] = value;                                                               \
    return f(BOOST_PP_ENUM_PARAMS(count, m));                                                                     \
  }                                                                                                               \
  template <class T>                                                                                              \
  constexpr auto boundTypes(std::integral_constant<std::size_t, count>, T& value) {                               \
    [[maybe_unused]] auto& [BOOST_PP_ENUM_PARAMS(count, m)] = value;                                              \
    return TypeList<BOOST_PP_ENUM(count, SELTZER_TYPE, )>();                                                      \
  }
#define SELTZER_BOUND_FROM_ONE(z, i, unused) SELTZER_BOUND(z, BOOST_PP_INC(i), )
BOOST_PP_REPEAT(SELTZER_MOST_MEMBERS, SELTZER_BOUND_FROM_ONE, )
#undef SELTZER_BOUND_FROM_ONE
#undef SELTZER_BOUND
#undef SELTZER_TYPE
#undef SELTZER_MOST_MEMBERS
// clang-format on

/// How many times `{}` an aggregate takes: once for each base class and each member. At most one more than mostMembers.
template <class T, std::size_t count = 0>
consteval std::size_t braceCount() {
  if constexpr (count <= mostMembers) {
    if constexpr (Braced<T, count + 1>::valid)
      return braceCount<T, count + 1>();
    else
      return count;
  } else {
    return count;
  }
}

/// Whether the base class or member `i` is of a type of this kind, or begins with one. (A type that can be constructed
/// from anything is of no kind.)
template <class T, std::size_t i, template <class> class Kind>
consteval bool memberIs() {
  return Braced<T, i>::template takes<FieldOf<Kind>> && !Braced<T, i>::template takes<Unrelated>;
}

template <class T, template <class> class Kind, std::size_t count = braceCount<T>()>
consteval bool anyMemberIs() {
  return []<std::size_t... i>(std::index_sequence<i...>) {
    return (memberIs<T, i, Kind>() || ...);
  }
  (std::make_index_sequence<count>());
}

template <class T>
struct BaseOf {
  template <class B>
  static constexpr bool isBase = std::is_base_of_v<B, T> && !std::is_same_v<B, T>;
  template <class B>
  using WithMembers = std::bool_constant<isBase<B> && !std::is_empty_v<B>>;
  template <class B>
  using Empty = std::bool_constant<isBase<B> && std::is_empty_v<B>>;
};

template <class T, std::size_t count = 0>
consteval std::size_t emptyBases() {
  if constexpr (count < braceCount<T>() && memberIs<T, count, BaseOf<T>::template Empty>()) {
    return emptyBases<T, count + 1>();
  } else {
    return count;
  }
}

template <class T>
consteval bool hasNoName() {
  const std::string_view name = __PRETTY_FUNCTION__;
  return name.find("<unnamed") != name.npos || name.find("(anonymous struct") != name.npos ||
         name.find("(unnamed struct") != name.npos;
}

/// Members that no structured binding names: those of unions and of structs without a name.
template <class T>
using IsUnbindable = std::bool_constant<std::is_union_v<T> || (std::is_class_v<T> && hasNoName<T>())>;

/// Whether `anyMemberIs` examines all parts of an aggregate class, its base classes and its members.
template <class T>
consteval bool showsAllParts() {
  if constexpr (!Braced<T, 0>::valid) {
    return false;
  } else if constexpr (constexpr std::size_t count = braceCount<T>(); count > mostMembers) {
    return false;
  } else {
    return !Braced<T, count>::template takes<FieldOf<AnyKind>>;  // there would be another, which `{}` does not make
  }
}

template <class T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
};

/// Whether the members of T can be taken one by one: those of an aggregate that is made by `T{}`, has no union in it,
/// no base class with members and at most 32 members. Never a hard error.
template <class T>
consteval bool seesMembers() {
  if constexpr (!std::is_class_v<T>) {
    return false;
  } else if constexpr (!std::is_aggregate_v<T> || TupleLike<T>) {
    return false;
  } else if constexpr (!showsAllParts<T>()) {
    return false;
  } else {
    return !anyMemberIs<T, BaseOf<T>::template WithMembers>() && !anyMemberIs<T, IsUnbindable>();
  }
}

template <class T>
inline constexpr bool hasVisibleMembers = seesMembers<std::remove_cv_t<T>>();

template <class T>
requires hasVisibleMembers<T>
inline constexpr std::size_t memberCount = braceCount<std::remove_cv_t<T>>() - emptyBases<std::remove_cv_t<T>>();

/// Returns `f(members...)`, called with the members of `value` as lvalues, in their order. A bit-field goes by value or
/// const reference only.
template <class T, class F>
requires hasVisibleMembers<T>
constexpr decltype(auto) withMembers(T& value, F&& f) {
  if constexpr (memberCount<T> == 0) {
    return f();
  } else {
    return visitBound(std::integral_constant<std::size_t, memberCount<T>>(), value, f);
  }
}

template <class T>
consteval auto memberTypes() {
  if constexpr (memberCount<T> == 0) {
    return TypeList<>();
  } else {
    using Bound = decltype(boundTypes(std::integral_constant<std::size_t, memberCount<T>>(), std::declval<T&>()));
    return Bound();
  }
}

/// The declared types of the members, as a TypeList.
template <class T>
requires hasVisibleMembers<T>
using MemberTypes = decltype(memberTypes<std::remove_cv_t<T>>());

/// Whether `Kind<Member>` is true for all members.
template <class T, template <class> class Kind>
consteval bool allMembersAre() {
  return []<class... Members>(TypeList<Members...>) { return (Kind<Members>::value && ...); }(MemberTypes<T>());
}

}  // namespace seltzer::detail
