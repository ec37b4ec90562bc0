#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/wire/format.hpp>

namespace seltzer::detail {

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

template <class V, std::size_t index>
std::size_t heapBytes(const CogroupedValue<V, index>& of) {
  return heapBytes(of.value);
}

/// How a cogroup's values that were spilled come into its lists.
template <class Lists, class... Values>
struct FoldIntoLists {
  using Value = std::variant<Values...>;

  Lists create(Value&& value) const {
    Lists lists;
    merge(lists, std::move(value));
    return lists;
  }
  void merge(Lists& lists, Value&& value) const {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      ((value.index() == i ? std::get<i>(lists).push_back(std::move(*std::get_if<i>(&value))) : void()), ...);
    }
    (std::index_sequence_for<Values...>());
  }
};

}  // namespace seltzer::detail
