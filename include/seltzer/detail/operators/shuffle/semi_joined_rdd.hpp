#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/detail/operators/shuffle/waiting_matches.hpp>
#include <seltzer/detail/operators/shuffle/waiting_row.hpp>

namespace seltzer::detail {

/// The pairs of the left RDD whose key the right one has (`wanted`) or lacks; both are partitioned alike.
template <class K, class V, class W, bool wanted>
class SemiJoinedRDD final : public Operator<std::pair<K, V>> {
  using Out = std::pair<K, V>;
  using Base = Operator<Out>;
  using Other = std::pair<K, W>;

 public:
  static constexpr std::string_view kind = "SemiJoinedRDD";
  using Parameters = detail::Parameters<IndexRanges>;

  SemiJoinedRDD(const typename Base::Inputs& inputs, IndexRanges indices)
      : Base(inputs), indices_(indices), left_(parentOf<Out>(inputs, 0)), right_(parentOf<Other>(inputs, 1)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    AggregationTable<K, Nothing> keys(MemoryUse::group);
    keys.expectIndices(indices_.of(partition));
    WaitingMatches waiting(wireKeys<K>);
    auto keep = sinkOf<Other>([&](std::span<Other> batch) {
      task.operation = this->id();
      if (waiting.mustWait(keys.bytes(), keys.growthFor(batch.size()))) [[unlikely]] {
        keepWaiting(batch, keys, waiting);
        return true;
      }
      keys.upsert(
          batch.size(), [&batch](std::size_t i) -> K&& { return std::move(batch[i].first); },
          [](std::size_t) { return Nothing(); }, [](Nothing&, std::size_t) {});
      return true;
    });
    right_.run(task, partition, keep);
    task.operation = this->id();
    Emitter<Out> emit(task, this->id(), out);
    if (waiting.areWaiting()) {
      streamPastWaiting(task, partition, keys, waiting, emit);
    } else {
      this->transform(task, left_, partition, emit, Yield::atMostOne, [&keys](std::span<Out> batch, Emitter<Out>& to) {
        keys.findBatch(
            batch.size(), [&batch](std::size_t i) -> const K& { return batch[i].first; },
            [&](std::size_t i, const Nothing* found) {
              if ((found != nullptr) == wanted) to(std::move(batch[i]));
            });
      });
    }
    emit.flush();
  }

 private:
  using Keys = AggregationTable<K, Nothing>;

  [[gnu::noinline]] static void keepWaiting(std::span<Other> batch, Keys& keys, WaitingMatches& waiting) {
    std::vector<Nothing*> found;
    keys.findFirsts(std::span<const Other>(batch), found);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (found[i] == nullptr) waiting.keep(batch[i].first, Nothing());
    }
  }

  /// If keys of the right RDD wait: from the first element on whose key may be among them, the left elements wait too,
  /// which keeps their order.
  [[gnu::noinline]] void streamPastWaiting(TaskContext& task, std::size_t partition, Keys& keys,
                                           WaitingMatches& waiting, Emitter<Out>& emit) {
    WaitingRow<Out> row;
    std::vector<Nothing*> found;  // by the keys of a batch
    this->transform(task, left_, partition, emit, Yield::atMostOne, [&](std::span<Out> batch, Emitter<Out>& to) {
      keys.findFirsts(std::span<const Out>(batch), found);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        Out& element = batch[i];
        const bool isFound = found[i] != nullptr;
        const bool waits = !isFound && waiting.mayHave(element.first);
        if (!waits && isFound != wanted) continue;
        if (!waits && row.isEmpty()) {
          to(std::move(element));
          continue;
        }
        if (waits) waiting.want(element.first, row.size());
        row.add(element);
      }
    });
    if (!emit.open()) return;
    FoundValues& matches = waiting.match(false);
    row.forBatches([&](std::span<Out> batch, std::uint64_t first) {
      keys.findFirsts(std::span<const Out>(batch), found);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if ((found[i] != nullptr || matches.find(first + i)) == wanted) emit(std::move(batch[i]));
      }
      task.tick();
      return emit.open();
    });
  }

  IndexRanges indices_;
  Operator<Out>& left_;
  Operator<Other>& right_;
};

}  // namespace seltzer::detail
