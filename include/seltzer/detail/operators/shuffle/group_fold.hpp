#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <seltzer/detail/data/wire/format.hpp>

namespace seltzer::detail {

// How values are grouped, for ExternalGroups:
//   `Lists`                 what a key gets: a list of its values from each input,
//   `listOf<input>(Lists&)` one of them,
//   `Value`                 what a record that was spilled holds besides its key, written as `onWire<input>(value)`,
//   `visit(value, f)`       calls `f(input, value)` for what it holds, with the input as a constant.

/// The values of one input.
template <class V>
struct GroupFold {
  using Lists = std::vector<V>;
  using Value = V;

  template <std::size_t input>
  static Lists& listOf(Lists& lists) {
    return lists;
  }
  template <std::size_t input, class Written>
  static const Written& onWire(const Written& value) {
    return value;
  }

  template <class Visit>
  static void visit(V& value, Visit&& visit) {
    visit(std::integral_constant<std::size_t, 0>(), value);
  }
};

/// A value of input `index` of a cogroup; on the wire it is the std::variant of the inputs' values that holds it.
template <class V, std::size_t index>
struct CogroupedValue {
  const V& value;
};

template <class V, std::size_t index>
struct WireFormat<CogroupedValue<V, index>> {
  static constexpr bool wireable = isWireable<V>;
  static constexpr std::size_t smallest = 1 + smallestEncoding<V>;

  template <class Writer>
  static void write(Writer& out, const CogroupedValue<V, index>& of) {
    out << static_cast<std::uint8_t>(index) << of.value;
  }
};

/// The values of several inputs; `ListsOf` is a pair or tuple of vectors.
template <class ListsOf, class... Values>
struct CogroupFold {
  using Lists = ListsOf;
  using Value = std::variant<Values...>;

  template <std::size_t input>
  static auto& listOf(Lists& lists) {
    return std::get<input>(lists);
  }
  template <std::size_t input, class V>
  static CogroupedValue<V, input> onWire(const V& value) {
    return {value};
  }

  template <class Visit>
  static void visit(Value& value, Visit&& visit) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      ((value.index() == i ? visit(std::integral_constant<std::size_t, i>(), *std::get_if<i>(&value)) : void()), ...);
    }
    (std::index_sequence_for<Values...>());
  }
};

}  // namespace seltzer::detail
