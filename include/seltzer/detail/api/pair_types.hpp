#pragma once

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// Key and value of a pair type; a placeholder for any other type, which has no by-key operations.
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

/// The owned forms of these, as a shuffle's result holds them.
template <class T>
using KeyOf = Owned<typename PairTypes<T>::Key>;
template <class T>
using ValueOf = Owned<typename PairTypes<T>::Value>;

/// The owned form of the key that a function returns for an element; Nothing for what cannot be called so.
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

/// The value that a cogroup has for a key: a list of values for each RDD.
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
