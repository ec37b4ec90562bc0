#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// What `lend` gives: the stored element itself where it is owned.
template <class T>
using Lent = std::conditional_t<isOwned<T>, const T&, T>;

/// An element of an RDD as operators see it, from the owned form in which it is stored: views into it where the element
/// type holds views.
template <class T>
Lent<T> lend(const Owned<T>& stored);

template <class T>
inline constexpr bool isPair = false;
template <class A, class B>
inline constexpr bool isPair<std::pair<A, B>> = true;

template <class T>
struct Lender {
  static T lend(const Owned<T>& stored) { return T(stored); }
};
template <class A, class B>
struct Lender<std::pair<A, B>> {
  static std::pair<A, B> lend(const Owned<std::pair<A, B>>& stored) {
    return {detail::lend<A>(stored.first), detail::lend<B>(stored.second)};
  }
};
template <class... Ts>
struct Lender<std::tuple<Ts...>> {
  static std::tuple<Ts...> lend(const Owned<std::tuple<Ts...>>& stored) {
    return std::apply([](const auto&... parts) { return std::tuple<Ts...>(detail::lend<Ts>(parts)...); }, stored);
  }
};
template <class T>
struct Lender<std::optional<T>> {
  static std::optional<T> lend(const Owned<std::optional<T>>& stored) {
    return stored ? std::optional<T>(detail::lend<T>(*stored)) : std::nullopt;
  }
};
template <class T, class Allocator>
struct Lender<std::vector<T, Allocator>> {
  static std::vector<T, Allocator> lend(const Owned<std::vector<T, Allocator>>& stored) {
    std::vector<T, Allocator> lent;
    lent.reserve(stored.size());
    for (const auto& element : stored) lent.push_back(detail::lend<T>(element));
    return lent;
  }
};

template <class T>
Lent<T> lend(const Owned<T>& stored) {
  if constexpr (isOwned<T>) {
    return stored;
  } else {
    return Lender<T>::lend(stored);
  }
}

}  // namespace seltzer::detail
