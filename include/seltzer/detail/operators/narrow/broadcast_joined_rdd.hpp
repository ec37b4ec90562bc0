#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/broadcast.hpp>
#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/detail/operators/shuffle/join_matches.hpp>

namespace seltzer::detail {

/// What a broadcast join returns for the pairs of its left side: one result for each match; the same, and one for each
/// pair without a match; each pair that has a match, once; each pair that has none.
enum class BroadcastJoin : std::uint8_t { inner, leftOuter, leftSemi, leftAnti };

/// Whether the values of the right side do not matter.
inline constexpr bool onlyKeysMatter(BroadcastJoin join) {
  return join == BroadcastJoin::leftSemi || join == BroadcastJoin::leftAnti;
}

/// Throws MemoryError if a rank's table of the right side, of `bytes`, is larger than the memory for data.
void requireTableFits(std::size_t bytes);

/// Streams the left side of a join past a table of the right side. The right side's pairs are a broadcast value in
/// wire form, from which each rank builds its table in its first task.
template <class K, class V, class W, BroadcastJoin join>
class BroadcastJoinedRDD final
    : public OneInputOperator<
          std::pair<K, V>,
          std::conditional_t<
              onlyKeysMatter(join), std::pair<K, V>,
              std::pair<
                  K, JoinedValues<V, W, join == BroadcastJoin::leftOuter ? JoinKind::leftOuter : JoinKind::inner>>>> {
  using In = std::pair<K, V>;
  using Out = typename BroadcastJoinedRDD::Element;
  using Base = typename BroadcastJoinedRDD::OneInputOperator;
  using Kept = std::conditional_t<onlyKeysMatter(join), Nothing, W>;
  using Table = std::conditional_t<onlyKeysMatter(join), AggregationTable<K, Nothing>, JoinTable<K, W>>;

  /// The right side on this rank.
  struct Side {
    Table table{MemoryUse::group};
    MemoryReservation heap{MemoryUse::group};  // what values hold outside themselves
  };

 public:
  static constexpr std::string_view kind = "BroadcastJoinedRDD";
  using Parameters = detail::Parameters<std::uint32_t>;

  BroadcastJoinedRDD(const typename Base::Inputs& inputs, std::uint32_t broadcast)
      : Base(inputs), broadcast_(broadcast) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    Table& table = requireBroadcasts("a join").value<UniquePointer<Side>>(broadcast_, &makeSide)->table;
    constexpr Yield yield = onlyKeysMatter(join) ? Yield::atMostOne : Yield::any;
    this->transformParent(task, partition, out, yield, [&table](std::span<In> batch, Emitter<Out>& emit) {
      if constexpr (onlyKeysMatter(join)) {
        table.findBatch(
            batch.size(), [&batch](std::size_t i) -> const K& { return batch[i].first; },
            [&](std::size_t i, const auto* found) {
              if ((found != nullptr) == (join == BroadcastJoin::leftSemi)) emit(std::move(batch[i]));
            });
      } else {
        emitJoined<join == BroadcastJoin::leftOuter ? JoinKind::leftOuter : JoinKind::inner>(batch, table, emit);
      }
    });
  }

 private:
  static UniquePointer<Side> makeSide(ByteView bytes) {
    auto side = makeUnique<Side>();
    WireReader reader(bytes);
    std::vector<std::pair<K, Kept>> batch;
    for (auto left = reader.read<std::uint64_t>(); left > 0; left -= batch.size()) {
      batch.clear();
      const auto count = std::min<std::uint64_t>(left, batchCapacity<std::pair<K, Kept>>);
      std::size_t heap = side->heap.bytes();
      for (std::uint64_t i = 0; i < count; ++i) {
        batch.push_back(reader.read<std::pair<K, Kept>>());
        heap += heapBytes(batch.back().second);
      }
      side->heap.record(heap);
      add(side->table, batch);
      requireTableFits(side->table.bytes() + heap);
    }
    if constexpr (!onlyKeysMatter(join)) side->table.finish();
    return side;
  }

  static void add(JoinTable<K, W>& table, std::span<std::pair<K, W>> batch) { table.add(batch); }
  static void add(AggregationTable<K, Nothing>& keys, std::span<std::pair<K, Nothing>> batch) {
    keys.upsert(
        batch.size(), [batch](std::size_t i) -> K&& { return std::move(batch[i].first); },
        [](std::size_t) { return Nothing(); }, [](Nothing&, std::size_t) {});
  }

  std::uint32_t broadcast_;
};

}  // namespace seltzer::detail
