#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>

namespace seltzer::detail {

/// Where the output of each of this rank's map tasks begins in the global order of elements, and their total number.
struct GlobalOffsets {
  std::vector<std::uint64_t> begins;
  std::uint64_t total = 0;
};

/// **Collective.** From the partitions and sizes of this rank's outputs, in the order of partitions.
GlobalOffsets globalOffsets(Communicator& communicator,
                            const std::vector<std::pair<std::uint64_t, std::uint64_t>>& mine);

/// All elements in their order, in partitions whose sizes differ by at most one; or, if there are fewer than `atLeast`,
/// where they would be if others followed to make up that number.
template <class T>
class RepartitionedRDD final : public OneInputOperator<T, Owned<T>>, public ShuffleOperator {
  using Out = Owned<T>;
  using Base = typename RepartitionedRDD::OneInputOperator;
  using Output = ElementRowOutput<Out>;

 public:
  static constexpr std::string_view kind = "RepartitionedRDD";
  using Parameters = detail::Parameters<RDDId, std::uint64_t, std::uint64_t>;

  RepartitionedRDD(const typename Base::Inputs& inputs, RDDId shuffle, std::uint64_t partitions, std::uint64_t atLeast)
      : Base(inputs), shuffle_(shuffle), partitions_(partitions), atLeast_(atLeast) {}

  UniquePointer<MapOutput> write(TaskContext& task, std::size_t partition) override {
    auto output = makeUnique<Output>();
    SpilledRow<Out> spilled;
    const auto spill = [&spilled](const auto& elements) {
      spilled.append(elements, 0, elements.size(), spilled.size());
    };
    collectElements(task, this->parent(), partition, *output, 0, spill);
    if (spilled.isEmpty()) {
      output->complete();
    } else {
      spill(output->elements());
      output->clear();
      output->complete(std::move(spilled));
    }
    phaseClock().count(Phase::shuffleWrite, 0, output->size());
    return output;
  }

  void decide(Communicator& communicator, std::span<const MapTaskOutput> outputs) override {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> sizes;
    for (const auto& [partition, output] : outputs) {
      sizes.emplace_back(partition, static_cast<Output&>(*output).size());
    }
    const GlobalOffsets offsets = globalOffsets(communicator, sizes);
    const std::uint64_t total = std::max(offsets.total, atLeast_);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const std::uint64_t begin = offsets.begins[i];
      const std::uint64_t end = begin + sizes[i].second;
      std::vector<RunPiece> pieces;
      for (std::uint64_t at = begin; at < end;) {
        const std::size_t part = sliceOf(at, total, partitions_);
        at = std::min<std::uint64_t>(sliceBegin(part + 1, total, partitions_), end);
        pieces.push_back({part, at - begin});
      }
      static_cast<Output&>(*outputs[i].output).cut(pieces);
    }
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    pushSegments(task, this->id(), shuffleBlockOf(this->blocks(), {shuffle_, partition})->segments(), out);
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return shuffleBlockOf(this->blocks(), {shuffle_, partition})->records();
  }

 private:
  RDDId shuffle_;
  std::uint64_t partitions_;
  std::uint64_t atLeast_;
};

}  // namespace seltzer::detail
