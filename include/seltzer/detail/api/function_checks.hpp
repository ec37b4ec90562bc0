#pragma once

#include <seltzer/detail/api/refused.hpp>
#include <seltzer/detail/api/type_checks.hpp>
#include <seltzer/detail/functions/callable.hpp>
#include <seltzer/detail/functions/returned_view.hpp>

// Type checks, to be written in sequence at the start of an operation's body, without semicolons: the statement after
// the last one is compiled only if all hold. Otherwise the first that fails is the only error.
//
// Macros, because a static_assert needs a literal and its message should start with the operation's name. In a system
// header, because g++ then does not show their expansion. Each is written out, because clang shows every nested macro.
// To be used in the function that the user calls, because compilers show every call below it.
#pragma GCC system_header

/// Refuses a condition that is false.
#define SELTZER_CHECK(condition, sentence) \
  if constexpr (!(condition)) {            \
    static_assert((condition), sentence);  \
    return ::seltzer::detail::Refused();   \
  } else

/// Refuses types that cannot travel; `what` says which, and where to.
#define SELTZER_CHECK_TRAVELS(operation, condition, what)                                                         \
  if constexpr (!(condition)) {                                                                                   \
    static_assert((condition), operation ": " what                                                                \
                                         "; give their type a Boost.Serialization `serialize` and a default "     \
                                         "constructor; text must be a std::string, and a pointer cannot travel"); \
    return ::seltzer::detail::Refused();                                                                          \
  } else

/// Refuses a function that cannot travel.
#define SELTZER_CHECK_SHIPPABLE(operation, F)                                                                  \
  if constexpr (::seltzer::detail::isCodePointer<F>) {                                                         \
    static_assert(!::seltzer::detail::isCodePointer<F>, operation                                              \
                  ": a function pointer or std::function cannot travel to other ranks; pass a lambda or a "    \
                  "function object");                                                                          \
    return ::seltzer::detail::Refused();                                                                       \
  } else if constexpr (!::seltzer::detail::isShippable<F> && ::seltzer::detail::holdsDriverHandle<F>) {        \
    static_assert(!::seltzer::detail::holdsDriverHandle<F>, operation                                          \
                  ": this function captured an RDD, which only the driver has; join the two RDDs, or collect " \
                  "the other and capture sc.broadcast(elements)");                                             \
    return ::seltzer::detail::Refused();                                                                       \
  } else if constexpr (!::seltzer::detail::isShippable<F>) {                                                   \
    static_assert(::seltzer::detail::isShippable<F>, operation                                                 \
                  ": what this function captured cannot travel to other ranks; pass it with "                  \
                  "seltzer::with(state, f) or sc.broadcast(value)");                                           \
    return ::seltzer::detail::Refused();                                                                       \
  } else

/// Refuses a function that takes a std::string where elements are borrowed as std::string_view: the most common mistake
/// with text.
#define SELTZER_CHECK_TAKES_VIEWS(operation, F, ...)                                                             \
  if constexpr (::seltzer::detail::takesOwnedForm<F, __VA_ARGS__>) {                                             \
    static_assert(!::seltzer::detail::takesOwnedForm<F, __VA_ARGS__>, operation                                  \
                  ": the elements are borrowed, text as std::string_view: let the function take them so, as in " \
                  "[](std::string_view line), and make a std::string where it has to own the text");             \
    return ::seltzer::detail::Refused();                                                                         \
  } else

/// Refuses a function that cannot be called as the operation calls it.
#define SELTZER_CHECK_CALLABLE(operation, condition, how)                                                             \
  if constexpr (!(condition)) {                                                                                       \
    static_assert((condition),                                                                                        \
                  operation ": the function must be callable as " how " and const, so a lambda must not be mutable"); \
    return ::seltzer::detail::Refused();                                                                              \
  } else

/// Refuses a function that is no template and would get one of the arguments as a narrower integer.
#define SELTZER_CHECK_PARAMETERS(operation, F, ...)                                                               \
  if constexpr (::seltzer::detail::truncatesArgument<F, __VA_ARGS__>) {                                           \
    static_assert(!::seltzer::detail::truncatesArgument<F, __VA_ARGS__>, operation                                \
                  ": a parameter of the function is a narrower integer than the number that it is given; let it " \
                  "take the number's own type, or auto");                                                         \
    return ::seltzer::detail::Refused();                                                                          \
  } else

/// Refuses a function (F, its result, its argument) that returns a dangling view.
#define SELTZER_CHECK_VIEW(operation, ...)                                                                           \
  if constexpr (::seltzer::detail::returnsViewOfNothing<__VA_ARGS__>) {                                              \
    static_assert(                                                                                                   \
        !::seltzer::detail::returnsViewOfNothing<__VA_ARGS__>, operation                                             \
        ": the function returns a view (std::string_view, std::span) by value, but takes nothing by reference that " \
        "it could be a view of; return what owns the data, such as a std::string, or pass "                          \
        "seltzer::trusted(f) if it is a view of data that outlives the job, such as a string literal");              \
    return ::seltzer::detail::Refused();                                                                             \
  } else

/// Refuses a function, called `f`, whose result narrows when it becomes the state; see keepsValue.
#define SELTZER_CHECK_LOSSLESS(operation, condition, f, wider)                                    \
  if constexpr (!(condition)) {                                                                   \
    static_assert((condition), operation ": what " f " returns does not fit without loss; " wider \
                                         ", or convert it with static_cast");                     \
    return ::seltzer::detail::Refused();                                                          \
  } else

/// Refuses keys without hash or equality; the arguments after the operation are their type.
#define SELTZER_CHECK_KEY(operation, ...)                                                                                                                       \
  if constexpr (!::seltzer::detail::hasHash<__VA_ARGS__>) {                                                                                                     \
    static_assert(                                                                                                                                              \
        ::seltzer::detail::hasHash<__VA_ARGS__>, operation                                                                                                      \
        ": a key needs a hash: specialize seltzer::Hash or std::hash for its type or, if it is a struct without constructors, give it a defaulted operator=="); \
    return ::seltzer::detail::Refused();                                                                                                                        \
  } else if constexpr (!::seltzer::detail::hasKeyEqual<__VA_ARGS__>) {                                                                                          \
    static_assert(::seltzer::detail::hasKeyEqual<__VA_ARGS__>,                                                                                                  \
                  operation ": a key needs an operator==: give one to its type");                                                                               \
    return ::seltzer::detail::Refused();                                                                                                                        \
  } else
