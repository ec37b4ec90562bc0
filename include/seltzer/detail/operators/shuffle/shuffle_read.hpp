#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/shuffle_block.hpp>
#include <seltzer/detail/data/wire/read_in_place.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/engine/block_source.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/batch_reader.hpp>
#include <seltzer/detail/operators/emitter.hpp>

namespace seltzer::detail {

/// The data that a shuffle brought for a partition.
std::shared_ptr<const ShuffleBlock> shuffleBlockOf(const BlockSource& blocks, BlockId id);

/// Calls `read(reader, count)` for the records of some segments, at most a batch of `T` and the demand at a time, until
/// it returns false.
template <class T, class Read>
void readSegments(TaskContext& task, std::span<const ShuffleSegment> segments, Read read,
                  const Demand& demand = Demand()) {
  constexpr std::size_t ahead = 4;
  for (std::size_t i = 0; i < std::min(ahead, segments.size()); ++i) segments[i].readAhead();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (i + ahead < segments.size()) segments[i + ahead].readAhead();
    const ShuffleSegment& segment = segments[i];
    const SegmentData data = segment.data();
    WireReader reader(data.bytes());
    phaseClock().count(Phase::shuffleRead, segment.bytes(), segment.records());
    for (std::size_t left = segment.records(); left > 0;) {
      const std::size_t count = std::min<std::size_t>({left, batchCapacity<T>, demand.demand()});
      if (!read(reader, count)) return;
      left -= count;
      task.tick();
    }
  }
}

/// Calls `consume(pairs)` for the pairs of a key and a `Second` in some segments, at most a batch of `T` at a time.
template <class T, class Key, class Second, class Consume>
void readPairs(TaskContext& task, std::span<const ShuffleSegment> segments, Consume consume) {
  std::vector<std::pair<typename ReadInPlace<Key>::Type, Second>> received;
  readSegments<T>(task, segments, [&](WireReader& reader, std::size_t count) {
    received.clear();
    for (std::size_t i = 0; i < count; ++i) {
      auto key = ReadInPlace<Key>::read(reader);
      received.emplace_back(std::move(key), reader.read<Second>());
    }
    consume(std::span(received));
    return true;
  });
}

/// Pushes the elements of some segments.
template <class Element>
void pushSegments(TaskContext& task, RDDId operation, std::span<const ShuffleSegment> segments, Sink<Element>& out) {
  BatchReader<Element> batch;
  Emitter<Element> emit(task, operation, out);
  readSegments<Element>(
      task, segments,
      [&](WireReader& reader, std::size_t count) { return emit.pass(batch.read(reader, count, Phase::shuffleRead)); },
      out);
}

}  // namespace seltzer::detail
