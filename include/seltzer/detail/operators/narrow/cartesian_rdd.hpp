#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>

namespace seltzer::detail {

/// All pairs: for each left element, every right one. The right partition is kept in memory once the first left element
/// has read it.
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
    CollectSink<B> kept;  // right elements read so far: all of them after the first left element
    this->transform(task, left_, partition / rightPartitions_, out, Yield::any,
                    [&](std::span<A> batch, Emitter<std::pair<A, B>>& emit) {
                      for (const A& a : batch) {
                        if (!emitPairs(a, kept.elements, 0, emit)) return;
                        for (auto more = right.rest(); !more.empty(); more = right.rest()) {
                          emit.flush();  // may borrow from `kept`, which grows
                          const std::size_t begin = kept.elements.size();
                          kept.push(more);
                          right.skip(more.size());
                          if (!emitPairs(a, kept.elements, begin, emit)) return;
                        }
                      }
                    });
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    const auto left = left_.knownSize(partition / rightPartitions_);
    const auto right = right_.knownSize(partition % rightPartitions_);
    return left && right ? std::optional(*left * *right) : std::nullopt;
  }

 private:
  static bool emitPairs(const A& a, const std::vector<Owned<B>>& right, std::size_t begin,
                        Emitter<std::pair<A, B>>& emit) {
    for (std::size_t i = begin; i < right.size(); ++i) {
      if (!emit(std::pair<A, B>(a, borrowAt<B>(right, i)))) return false;
    }
    return emit.open();
  }

  Operator<A>& left_;
  Operator<B>& right_;
  std::uint64_t rightPartitions_;
};

}  // namespace seltzer::detail
