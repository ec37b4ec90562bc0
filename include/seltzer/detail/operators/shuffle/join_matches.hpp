#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <seltzer/detail/operators/emitter.hpp>
#include <seltzer/detail/operators/shuffle/join_table.hpp>

namespace seltzer::detail {

/// Which sides of a join keep the pairs whose key the other side lacks.
enum class JoinKind : std::uint8_t { inner, leftOuter, rightOuter, fullOuter };

/// The pair of values in the result of a join of V and W.
template <class V, class W, JoinKind join>
using JoinedValues =
    std::pair<std::conditional_t<join == JoinKind::rightOuter || join == JoinKind::fullOuter, std::optional<V>, V>,
              std::conditional_t<join == JoinKind::leftOuter || join == JoinKind::fullOuter, std::optional<W>, W>>;

/// Whether a join streams its right side past a table of the left one, not the other way round.
template <JoinKind join>
inline constexpr bool streamsRight = join == JoinKind::rightOuter;

/// The values of a result, of an element of the streamed side and one of the other.
template <class Joined, bool isRight, class Value, class Other>
Joined joinedPair(Value&& streamed, const Other& other) {
  if constexpr (isRight) {
    return Joined(other, std::forward<Value>(streamed));
  } else {
    return Joined(std::forward<Value>(streamed), other);
  }
}

/// Emits the results of elements of the streamed side, each with all its matches in the table.
template <JoinKind join, class Out, class K, class Streamed, class Kept, bool marks>
void emitJoined(std::span<std::pair<K, Streamed>> batch, JoinTable<K, Kept, marks>& table, Emitter<Out>& emit) {
  using Joined = typename Out::second_type;
  constexpr bool isRight = streamsRight<join>;
  table.find(
      batch.size(), [&batch](std::size_t i) -> const K& { return batch[i].first; },
      [&](std::size_t i, auto* found, std::span<const Kept> others) {
        if (!emit.open()) return;
        std::pair<K, Streamed>& streamed = batch[i];
        if (found == nullptr) {
          if constexpr (join != JoinKind::inner) {
            emit(Out(streamed.first, joinedPair<Joined, isRight>(streamed.second, std::nullopt)));
          }
          return;
        }
        if constexpr (join == JoinKind::fullOuter) found->matched = true;
        forValues(found->value, others, [&](const Kept& kept, bool last) {
          return last ? emit(Out(std::move(streamed.first),
                                 joinedPair<Joined, isRight>(std::move(streamed.second), kept)))
                      : emit(Out(streamed.first, joinedPair<Joined, isRight>(streamed.second, kept)));
        });
      });
}

}  // namespace seltzer::detail
