#pragma once

#include <cstddef>
#include <memory>
#include <typeinfo>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/collected_partition.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Pushes the elements of a block of an RDD of T. Decoding it counts as `deserializeData`, the sink as `execute`.
template <class T>
void pushBlock(TaskContext& task, RDDId operation, const Block& block, Sink<T>& sink) {
  Emitter<T> emit(task, operation, sink);
  if (const auto* objects = dynamic_cast<const ObjectBlock<Owned<T>>*>(&block)) {
    const auto& elements = objects->elements();
    emit.generate(elements.size(), [&](std::size_t i) -> decltype(auto) { return borrowAt<T>(elements, i); });
    emit.flush();
    return;
  }
  std::vector<Owned<T>> owned;  // for borrowed elements to refer to
  Batch<T> batch;
  for (const WirePiece& piece : dynamic_cast<const WireBlock&>(block).pieces()) {
    const SegmentData data = piece.data();
    WireReader reader(data.bytes());
    for (std::size_t left = piece.records(); left > 0;) {
      const std::size_t count = std::min(left, emit.limit());
      {
        PhaseScope phase(Phase::deserializeData);
        phaseClock().count(Phase::deserializeData, 0, count);
        if constexpr (isOwned<T>) {
          batch.generate(count, [&reader](std::size_t) { return reader.read<T>(); });
        } else {
          owned.clear();
          for (std::size_t i = 0; i < count; ++i) owned.push_back(reader.read<Owned<T>>());
          batch.generate(count, [&owned](std::size_t i) { return borrow<T>(owned[i]); });
        }
      }
      task.tick();
      if (!emit.pass(batch.elements())) return;
      batch.clear();
      left -= count;
    }
  }
}

/// What `persist` adds to an RDD of T. Separate from `Operator<T>`, so that elements that are never persisted need not
/// be able to travel and cost no compile time here.
template <class T>
class StoredPartitions {
 public:
  /// The id of `run` in the registry.
  static TypeId type() { return id; }

 private:
  /// As `Operator<T>::run`: computes the partition unless it is stored, and stores it.
  static void run(Operator<T>& rdd, TaskContext& task, std::size_t partition, Sink<T>& sink) {
    std::shared_ptr<const Block> block;
    {
      PhaseScope phase(Phase::cacheLookup);
      block = rdd.blocks().find({rdd.id(), partition});
    }
    if (!block) {
      const BlockId wanted{rdd.id(), partition};
      rdd.blocks().store(wanted, computeBlock(rdd, task, partition));
      block = rdd.blocks().find(wanted);  // which may be in the scratch file by now
    }
    pushBlock(task, rdd.id(), *block, sink);
  }

  static std::shared_ptr<const Block> computeBlock(Operator<T>& rdd, TaskContext& task, std::size_t partition) {
    CollectedPartition<T> collected(MemoryUse::cache, rdd.level() == StorageLevel::MEMORY_ONLY_SER);
    rdd.compute(task, partition, collected);
    return collected.finish();
  }

  inline static const TypeId id =
      Registry::add(reinterpret_cast<Registry::AnyFunction>(static_cast<typename Operator<T>::StoredRun>(&run)),
                    typeid(StoredPartitions));
};

}  // namespace seltzer::detail
