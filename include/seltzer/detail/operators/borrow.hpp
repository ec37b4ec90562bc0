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

/// What `borrow` gives: the stored element itself where it is owned.
template <class T>
using Borrowed = std::conditional_t<isOwned<T>, const T&, T>;

/// An element of an RDD as operators see it, from the owned form in which it is stored: views into it where the element
/// type holds views.
template <class T>
Borrowed<T> borrow(const Owned<T>& stored);

template <class T>
inline constexpr bool isPair = false;
template <class A, class B>
inline constexpr bool isPair<std::pair<A, B>> = true;

template <class T>
struct Borrower {
  static T borrow(const Owned<T>& stored) { return T(stored); }
};
template <class A, class B>
struct Borrower<std::pair<A, B>> {
  static std::pair<A, B> borrow(const Owned<std::pair<A, B>>& stored) {
    return {detail::borrow<A>(stored.first), detail::borrow<B>(stored.second)};
  }
};
template <class... Ts>
struct Borrower<std::tuple<Ts...>> {
  static std::tuple<Ts...> borrow(const Owned<std::tuple<Ts...>>& stored) {
    return std::apply([](const auto&... parts) { return std::tuple<Ts...>(detail::borrow<Ts>(parts)...); }, stored);
  }
};
template <class T>
struct Borrower<std::optional<T>> {
  static std::optional<T> borrow(const Owned<std::optional<T>>& stored) {
    return stored ? std::optional<T>(detail::borrow<T>(*stored)) : std::nullopt;
  }
};
template <class T, class Allocator>
struct Borrower<std::vector<T, Allocator>> {
  static std::vector<T, Allocator> borrow(const Owned<std::vector<T, Allocator>>& stored) {
    std::vector<T, Allocator> borrowed;
    borrowed.reserve(stored.size());
    for (const auto& element : stored) borrowed.push_back(detail::borrow<T>(element));
    return borrowed;
  }
};

template <class T>
Borrowed<T> borrow(const Owned<T>& stored) {
  if constexpr (isOwned<T>) {
    return stored;
  } else {
    return Borrower<T>::borrow(stored);
  }
}

}  // namespace seltzer::detail
