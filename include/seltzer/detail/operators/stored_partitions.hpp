#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/block_id.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/batch_reader.hpp>
#include <seltzer/detail/operators/collected_partition.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Passes on the elements of a block of an RDD of T. Decoding it counts as `deserializeData`, the sink as `execute`.
template <class T>
void emitBlock(TaskContext& task, const Block& block, Emitter<T>& emit) {
  if (const auto* objects = dynamic_cast<const ObjectBlock<Owned<T>>*>(&block)) {
    const auto& elements = objects->elements();
    emit.generate(elements.size(), [&](std::size_t i) -> decltype(auto) { return borrowAt<T>(elements, i); });
    emit.flush();
    return;
  }
  BatchReader<T> batch;
  for (const WirePiece& piece : dynamic_cast<const WireBlock&>(block).pieces()) {
    const SegmentData data = piece.data();
    WireReader reader(data.bytes());
    for (std::size_t left = piece.records(); left > 0;) {
      const std::size_t count = std::min(left, emit.limit());
      phaseClock().count(Phase::deserializeData, 0, count);
      const std::span<T> elements = batch.read(reader, count, Phase::deserializeData);
      task.tick();
      if (!emit.pass(elements)) return;
      left -= count;
    }
  }
}

/// As above, into a sink.
template <class T>
void pushBlock(TaskContext& task, RDDId operation, const Block& block, Sink<T>& sink) {
  if constexpr (isOwned<T> && !std::is_same_v<T, bool>) {
    const auto* objects = sink.onlyReads() ? dynamic_cast<const ObjectBlock<T>*>(&block) : nullptr;
    if (objects != nullptr) {
      std::span<const T> left = objects->elements();
      for (bool open = true; open && !left.empty(); task.operation = operation) {
        const auto batch = left.first(std::min({left.size(), batchCapacity<T>, sink.demand()}));
        left = left.subspan(batch.size());
        open = sink.lend(batch);
      }
      return;
    }
  }
  Emitter<T> emit(task, operation, sink);
  emitBlock(task, block, emit);
}

/// Keeps the elements of a partition or, if its storage level has no room for them, passes them on.
template <class T>
class KeepingSink final : public Sink<T> {
 public:
  /// For `expected` elements, as far as that is known.
  KeepingSink(TaskContext& task, BlockId id, StorageLevel level, std::size_t expected, Sink<T>& out)
      : task_(task), id_(id), out_(out), kept_(std::in_place, MemoryUse::cache, level, expected) {}

  bool push(std::span<T> batch) override {
    if (kept_ && keep(batch)) return true;
    if (kept_) passOn();
    const bool open = emit_->pass(batch);
    this->setDemand(emit_->demand());
    return open;
  }

  /// The block; null if the elements were passed on.
  std::shared_ptr<const Block> finish() { return kept_ ? kept_->finish() : nullptr; }

 private:
  bool keep(std::span<T> batch) {
    const StoringScope scope(id_.rdd);
    return kept_->push(batch);
  }

  void passOn() {
    const std::shared_ptr<const Block> block = kept_->finish();
    emit_.emplace(task_, id_.rdd, out_);
    emitBlock(task_, *block, *emit_);
    kept_.reset();  // only now, because it accounts for the block's memory
  }

  TaskContext& task_;
  BlockId id_;
  Sink<T>& out_;
  std::optional<CollectedPartition<T>> kept_;
  std::optional<Emitter<T>> emit_;
};

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
    const BlockId id{rdd.id(), partition};
    std::shared_ptr<const Block> block;
    {
      PhaseScope phase(Phase::cacheLookup);
      block = rdd.blocks().find(id);
    }
    if (!block) block = computeBlock(rdd, task, id, sink);
    if (block) pushBlock(task, id.rdd, *block, sink);
  }

  /// Null if the elements had no room and went to `sink`.
  static std::shared_ptr<const Block> computeBlock(Operator<T>& rdd, TaskContext& task, BlockId id, Sink<T>& sink) {
    std::shared_ptr<const Block> block;
    {
      KeepingSink<T> keeping(task, id, rdd.level(), rdd.computedSize(id.partition).value_or(0), sink);
      rdd.compute(task, id.partition, keeping);
      block = keeping.finish();
    }
    if (!block) return nullptr;
    rdd.blocks().store(id, block);
    const auto stored = rdd.blocks().find(id);  // which may be in the scratch file by now
    return stored ? stored : block;
  }

  inline static const TypeId id =
      Registry::add(reinterpret_cast<Registry::AnyFunction>(static_cast<typename Operator<T>::StoredRun>(&run)),
                    typeid(StoredPartitions));
};

}  // namespace seltzer::detail
