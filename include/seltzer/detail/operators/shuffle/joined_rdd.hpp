#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/usual_size.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/external_join_table.hpp>
#include <seltzer/detail/operators/shuffle/join_matches.hpp>
#include <seltzer/detail/operators/shuffle/waiting_row.hpp>

namespace seltzer::detail {

/// A hash join of two RDDs that are partitioned alike. One side streams past a table of the other: the right side in a
/// right outer join, the left side otherwise. If the table is larger than memory, the streamed side waits in the
/// scratch file from the first element on whose matches may not all be in memory, and is then joined in the same order.
template <class K, class V, class W, JoinKind join>
class JoinedRDD final : public Operator<std::pair<K, JoinedValues<V, W, join>>> {
  using Joined = JoinedValues<V, W, join>;
  using Out = std::pair<K, Joined>;
  using Base = Operator<Out>;
  static constexpr bool streamsRight = seltzer::detail::streamsRight<join>;
  using Streamed = std::conditional_t<streamsRight, W, V>;
  using Kept = std::conditional_t<streamsRight, V, W>;
  static constexpr bool marks = join == JoinKind::fullOuter;
  using KeptTable = ExternalJoinTable<K, Kept, marks>;
  using Table = JoinTable<K, Kept, marks>;
  using First = typename Table::First;

 public:
  static constexpr std::string_view kind = "JoinedRDD";
  using Parameters = detail::Parameters<IndexRanges>;

  JoinedRDD(const typename Base::Inputs& inputs, IndexRanges indices)
      : Base(inputs),
        indices_(indices),
        streamed_(parentOf<std::pair<K, Streamed>>(inputs, streamsRight ? 1 : 0)),
        kept_(parentOf<std::pair<K, Kept>>(inputs, streamsRight ? 0 : 1)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    KeptTable kept;
    kept.table().expectIndices(indices_.of(partition));
    usualSize_.reserve(kept.table());
    auto keep = sinkOf<std::pair<K, Kept>>([&](std::span<std::pair<K, Kept>> batch) {
      task.operation = this->id();
      kept.add(batch);
      return true;
    });
    kept_.run(task, partition, keep);
    usualSize_.remember(kept.table());
    task.operation = this->id();
    kept.finish();
    Emitter<Out> emit(task, this->id(), out);
    if (kept.isComplete()) {
      Table& table = kept.table();
      this->transform(
          task, streamed_, partition, emit, Yield::any,
          [&](std::span<std::pair<K, Streamed>> batch, Emitter<Out>& to) { emitJoined<join>(batch, table, to); });
      if constexpr (marks) emitUnmatched(table, emit);
    } else {
      streamPastWaiting(task, partition, kept, emit);
    }
    emit.flush();
  }

 private:
  static void emitUnmatched(Table& table, Emitter<Out>& emit) {
    table.forKeys([&](const K& key, const First& first) {
      if (!first.matched && emit.open()) emitUnmatched(table, key, first, emit);
    });
  }

  /// The results of a key of the table that no element had.
  static void emitUnmatched(Table& table, const K& key, const First& first, Emitter<Out>& emit) {
    forValues(first.value, table.othersOf(key),
              [&](const Kept& kept, bool) { return emit(Out(key, Joined(std::nullopt, kept))); });
  }

  /// As `stream`, and `emitUnmatched`, if records of the kept side wait.
  [[gnu::noinline]] void streamPastWaiting(TaskContext& task, std::size_t partition, KeptTable& kept,
                                           Emitter<Out>& emit) {
    using Elements = std::span<std::pair<K, Streamed>>;
    using View = std::span<const std::pair<K, Streamed>>;
    WaitingRow<std::pair<K, Streamed>> row;
    std::vector<First*> found;  // by the keys of a batch
    this->transform(task, streamed_, partition, emit, Yield::any, [&](Elements batch, Emitter<Out>& to) {
      kept.table().find(View(batch), found);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        std::pair<K, Streamed>& element = batch[i];
        if constexpr (marks) {
          if (found[i] != nullptr) found[i]->matched = true;
        }
        const bool waits = kept.waiting().mayHave(element.first);
        if (row.isEmpty() && !waits) {
          emitMatches(element, kept.table(), found[i], nullptr, to);
          continue;
        }
        if (waits) kept.waiting().want(element.first, row.size());
        row.add(element);
      }
    });
    if (!emit.open()) return;
    if constexpr (marks) wantForUnmatched(kept, row.size());
    FoundValues& matches = kept.waiting().match(marks);
    row.forBatches([&](Elements batch, std::uint64_t first) {
      kept.table().find(View(batch), found);
      for (std::size_t i = 0; i < batch.size() && emit.open(); ++i) {
        emitMatches(batch[i], kept.table(), found[i], matches.find(first + i) ? &matches : nullptr, emit);
      }
      task.tick();
      return emit.open();
    });
    if constexpr (marks) emitUnmatched(kept.table(), matches, row.size(), emit);
  }

  /// The results of one element, whose first matches are in the table and the others among those that waited.
  [[gnu::noinline]] static void emitMatches(std::pair<K, Streamed>& streamed, Table& table, const First* found,
                                            FoundValues* more, Emitter<Out>& emit) {
    const auto emitOne = [&](const Kept& kept, bool last) {
      return last ? emit(Out(std::move(streamed.first),
                             joinedPair<Joined, streamsRight>(std::move(streamed.second), kept)))
                  : emit(Out(streamed.first, joinedPair<Joined, streamsRight>(streamed.second, kept)));
    };
    if (found != nullptr) {
      forValues(found->value, table.othersOf(streamed.first),
                [&](const Kept& kept, bool last) { return emitOne(kept, last && more == nullptr); });
    }
    if (more != nullptr && emit.open()) forFound<Kept>(*more, emitOne);
    if constexpr (join != JoinKind::inner) {
      if (found == nullptr && more == nullptr) {
        emit(
            Out(std::move(streamed.first), joinedPair<Joined, streamsRight>(std::move(streamed.second), std::nullopt)));
      }
    }
  }

  /// Looks for the waiting values of those keys of the table that no element had. Numbers all keys of the table, in
  /// order, from `number` on.
  static void wantForUnmatched(KeptTable& kept, std::uint64_t number) {
    kept.table().forKeys([&](const K& key, const First& first) {
      if (!first.matched && kept.waiting().mayHave(key)) kept.waiting().want(key, number);
      ++number;
    });
  }

  static void emitUnmatched(Table& table, FoundValues& matches, std::uint64_t firstNumber, Emitter<Out>& emit) {
    const auto emitFound = [&](const K& key) {
      forFound<Kept>(matches, [&](const Kept& kept, bool) { return emit(Out(key, Joined(std::nullopt, kept))); });
    };
    table.forKeys([&](const K& key, const First& first) {
      const std::uint64_t number = firstNumber++;
      if (first.matched || !emit.open()) return;
      emitUnmatched(table, key, first, emit);
      if (emit.open() && matches.find(number)) emitFound(key);
    });
    for (std::uint64_t number = WaitingMatches::unwanted; emit.open() && matches.seek(number);
         number = matches.number() + 1) {
      emitFound(fromWire<K>(matches.key()));
    }
  }

  static inline UsualSize usualSize_;  // of the tables

  IndexRanges indices_;
  Operator<std::pair<K, Streamed>>& streamed_;
  Operator<std::pair<K, Kept>>& kept_;
};

}  // namespace seltzer::detail
