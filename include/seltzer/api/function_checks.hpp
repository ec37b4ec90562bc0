#pragma once

#include <seltzer/functions/callable.hpp>
#include <seltzer/functions/returned_view.hpp>

// A static_assert needs a literal, and every operation wants to be named in its first words.

/// Refuses a function that cannot travel.
#define SELTZER_CHECK_SHIPPABLE(operation, F)                                                           \
  static_assert(!::seltzer::detail::CodePointer<F>, operation                                           \
                ": a function pointer or std::function cannot travel to other ranks; pass a lambda or " \
                "a function object");                                                                   \
  static_assert(::seltzer::detail::CodePointer<F> || ::seltzer::detail::Shippable<F>, operation         \
                ": what this function captured cannot travel to other ranks; pass it with "             \
                "seltzer::with(state, f) or sc.broadcast(value)")

/// Refuses a function that cannot be called as the operation calls it.
#define SELTZER_CHECK_CALLABLE(operation, condition, how) \
  static_assert(condition, operation ": the function must be callable as " how " and const")

/// Refuses a function (F, its result, its argument) that returns a view of what is gone when it returns.
#define SELTZER_CHECK_VIEW(operation, ...)                                                                      \
  static_assert(!::seltzer::detail::ReturnsViewOfNothing<__VA_ARGS__>, operation                                \
                ": the function returns a view (std::string_view, std::span) by value, but takes nothing that " \
                "it could be a view of; return what owns the data, such as a std::string, or pass "             \
                "seltzer::trusted(f) if it is a view of data that stay, such as a string literal")
