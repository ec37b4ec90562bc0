#pragma once

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// The parts of a pair type; of any other type, which has none of the by-key operations, a stand-in.
template <class T>
struct PairTypes {
  using Key = Nothing;
  using Value = Nothing;
};
template <class A, class B>
struct PairTypes<std::pair<A, B>> {
  using Key = A;
  using Value = B;
};

/// Key and value of an RDD of pairs as the result of a shuffle holds them.
template <class T>
using KeyOf = Owned<typename PairTypes<T>::Key>;
template <class T>
using ValueOf = Owned<typename PairTypes<T>::Value>;

/// The key that a function makes of an element, as the result of a shuffle holds it; Nothing for what is no such
/// function.
template <class F, class T>
struct MadeKey {
  using Type = Nothing;
};
template <class F, class T>
requires std::is_invocable_v<const F&, const T&> &&
    (!std::is_void_v<std::invoke_result_t<const F&, const T&>>)struct MadeKey<F, T> {
  using Type = Owned<std::remove_cvref_t<std::invoke_result_t<const F&, const T&>>>;
};
template <class F, class T>
using KeyMadeBy = typename MadeKey<F, T>::Type;

/// What stands beside a key of several RDDs: a list of values for each.
template <class... Values>
struct GroupsType {
  using Type = std::tuple<std::vector<Values>...>;
};
template <class V, class W>
struct GroupsType<V, W> {
  using Type = std::pair<std::vector<V>, std::vector<W>>;
};
template <class... Values>
using Groups = typename GroupsType<Values...>::Type;

}  // namespace seltzer::detail
