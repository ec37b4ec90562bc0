#pragma once

#include <tuple>

#include <seltzer/functions.hpp>

namespace seltzer::detail {

template <class CallOperator>
struct ParametersOf {
  using Types = std::tuple<>;
};
template <class F, class Result, class... Parameters>
struct ParametersOf<Result (F::*)(Parameters...) const> {
  using Types = std::tuple<Parameters...>;
};
template <class F, class Result, class... Parameters>
struct ParametersOf<Result (F::*)(Parameters...) const noexcept> {
  using Types = std::tuple<Parameters...>;
};

template <class F>
struct CallParametersOf {
  using Types = std::tuple<>;
};
template <class F>
requires requires {
  &F::operator();
}
struct CallParametersOf<F> : ParametersOf<decltype(&F::operator())> {};

template <class Types>
struct WithoutFirst {
  using Result = std::tuple<>;
};
template <class First, class... Rest>
struct WithoutFirst<std::tuple<First, Rest...>> {
  using Result = std::tuple<Rest...>;
};
template <class State, class F>
struct CallParametersOf<With<State, F>> {
  using Types = typename WithoutFirst<typename CallParametersOf<F>::Types>::Result;
};
template <class F>
struct CallParametersOf<Trusted<F>> : CallParametersOf<F> {};

/// The parameters of a function object, as a tuple; none if its call operator is a template, as that of a generic
/// lambda, or overloaded.
template <class F>
using CallParameters = typename CallParametersOf<F>::Types;

}  // namespace seltzer::detail
