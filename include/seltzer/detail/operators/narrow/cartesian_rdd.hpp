#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/collected_partition.hpp>
#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>
#include <seltzer/detail/operators/stored_partitions.hpp>

namespace seltzer::detail {

/// All pairs: for each left element, every right one. The right partition is kept once the first left element has read
/// it: in memory, or in the scratch file, from where it is then read again for each left element.
template <class A, class B>
class CartesianRDD final : public Operator<std::pair<A, B>> {
  using Base = Operator<std::pair<A, B>>;

 public:
  static constexpr std::string_view kind = "CartesianRDD";
  using Parameters = detail::Parameters<std::uint64_t>;

  CartesianRDD(const typename Base::Inputs& inputs, std::uint64_t rightPartitions)
      : Base(inputs),
        left_(parentOf<A>(inputs, 0)),
        right_(parentOf<B>(inputs, 1)),
        rightPartitions_(rightPartitions) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::pair<A, B>>& out) override {
    PulledRange<B> right(pulledFrom(task, right_, partition % rightPartitions_, this->id(), [] {}), Pace::ofBatches,
                         &out);
    CollectedPartition<B> kept(MemoryUse::group);  // right elements read so far: all after the first left element
    std::shared_ptr<const WireBlock> spilled;      // all of them, if they are not in memory
    this->transform(task, left_, partition / rightPartitions_, out, Yield::any,
                    [&](std::span<A> batch, Emitter<std::pair<A, B>>& emit) {
                      for (const A& a : batch) {
                        if (!(spilled ? readPairs(task, a, *spilled, emit) : emitPairs(a, kept.elements(), emit)))
                          return;
                        for (auto more = right.rest(); !more.empty(); more = right.rest()) {
                          emit.generate(more.size(), [&](std::size_t i) { return std::pair<A, B>(a, more[i]); });
                          if (!emit.flush()) return;  // may borrow from what is moved now
                          kept.push(more);
                          right.skip(more.size());
                        }
                        if (kept.isWire() && !spilled) spilled = kept.finishWire();
                      }
                    });
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    const auto left = left_.knownSize(partition / rightPartitions_);
    const auto right = right_.knownSize(partition % rightPartitions_);
    std::size_t pairs = 0;
    if (!left || !right || __builtin_mul_overflow(*left, *right, &pairs)) return std::nullopt;
    return pairs;
  }

 private:
  static bool emitPairs(const A& a, const std::vector<Owned<B>>& right, Emitter<std::pair<A, B>>& emit) {
    return emit.generate(right.size(), [&](std::size_t i) { return std::pair<A, B>(a, borrowAt<B>(right, i)); });
  }

  [[gnu::noinline]] bool readPairs([[maybe_unused]] TaskContext& task, [[maybe_unused]] const A& a,
                                   [[maybe_unused]] const WireBlock& right, Emitter<std::pair<A, B>>& emit) {
    if constexpr (travels<Owned<B>>) {
      auto pairs = sinkOf<B>([&](std::span<B> batch) {
        for (B& b : batch) emit(std::pair<A, B>(a, std::move(b)));
        return isOwned<B> ? emit.open() : emit.flush();
      });
      pushBlock<B>(task, this->id(), right, pairs);
    }
    return emit.open();
  }

  Operator<A>& left_;
  Operator<B>& right_;
  std::uint64_t rightPartitions_;
};

}  // namespace seltzer::detail
