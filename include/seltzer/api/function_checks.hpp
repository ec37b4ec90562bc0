#pragma once

#include <seltzer/functions/callable.hpp>

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
