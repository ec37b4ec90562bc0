#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/partition_map.hpp>
#include <seltzer/detail/data/sort/splitters.hpp>
#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The output of a map task as a sequence of elements, to be cut into pieces for the partitions once all map tasks are
/// done.
template <class T>
class ElementRowOutput final : public MapOutput {
 public:
  ElementRowOutput() : elements_(MemoryUse::sort) {}

  ChunkedVector<T>& elements() { return elements_; }
  const ChunkedVector<T>& elements() const { return elements_; }

  /// Sets the non-empty pieces, in the order of their partitions.
  void cut(const std::vector<RunPiece>& pieces) {
    pieces_.clear();
    std::size_t begin = 0;
    for (const RunPiece& piece : pieces) {
      pieces_.push_back({piece.part, begin, piece.end});
      begin = piece.end;
    }
  }

  bool isEmpty() const { return first_ == pieces_.size(); }

  std::size_t next(std::size_t from, std::size_t end) override {
    auto piece = find(from);
    while (piece != pieces_.end() && piece->next == piece->end) ++piece;
    return piece == pieces_.end() ? end : std::min(piece->partition, end);
  }

  bool take(std::size_t partition, ShuffleFrame& frame) override {
    const auto piece = find(partition);
    if (piece == pieces_.end() || piece->partition != partition || piece->next == piece->end) return false;
    const std::size_t begin = piece->next;
    frame = {};
    piece->next = write(begin, piece->end, frame.data);
    frame.records = piece->next - begin;
    while (first_ < pieces_.size() && pieces_[first_].next == pieces_[first_].end) ++first_;
    elements_.releaseFront(isEmpty() ? pieces_.back().end : pieces_[first_].next);
    return true;
  }

 private:
  struct Piece {
    std::size_t partition = 0;
    std::size_t next = 0;  // the first element not taken yet
    std::size_t end = 0;
  };

  /// The first piece for `partition` or a later one.
  typename std::vector<Piece>::iterator find(std::size_t partition) {
    return std::ranges::lower_bound(pieces_, partition, {}, &Piece::partition);
  }

  /// Writes elements from `begin` on, up to `end` or until the frame is full; returns the index after the last.
  std::size_t write(std::size_t begin, std::size_t end, Bytes& frame) const {
    if constexpr (isBitwise<T>) {
      end = std::min(end, begin + std::max<std::size_t>(shuffleFrameBytes / sizeof(T), 1));
      frame.reserve((end - begin) * sizeof(T));
    }
    WireWriter writer(frame);
    while (begin < end && frame.size() < shuffleFrameBytes) {
      if constexpr (isBitwise<T>) {
        const auto chunk = elements_.chunkFrom(begin);
        const std::size_t count = std::min(chunk.size(), end - begin);
        writer.writeElements(chunk.data(), count);
        begin += count;
      } else {
        writer << elements_[begin++];
      }
    }
    return begin;
  }

  ChunkedVector<T> elements_;
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // the first piece not fully taken
};

/// The output of a map task as a run of elements for each partition that gets any.
template <class T>
class ElementRowOutputs final : public MapOutput {
 public:
  explicit ElementRowOutputs(std::size_t partitions) : runs_(partitions) {}

  ChunkedVector<T>& run(std::size_t partition) {
    auto& run = runs_[partition].run;
    if (!run) run = std::make_unique<ElementRowOutput<T>>();
    return run->elements();
  }

  /// Calls `finish(run)` for each run, after which it must not change.
  template <class Finish>
  void forRuns(Finish finish) {
    runs_.forValues([&finish](Run& run) {
      if (!run.run) return;
      finish(run.run->elements());
      run.run->cut({RunPiece{0, run.run->elements().size()}});
    });
  }

  std::size_t next(std::size_t from, std::size_t end) override { return runs_.next(from, end); }
  bool take(std::size_t partition, ShuffleFrame& frame) override {
    const auto& run = runs_[partition].run;
    return run && run->take(0, frame);
  }

 private:
  struct Run {
    std::unique_ptr<ElementRowOutput<T>> run;

    bool isEmpty() const { return !run || run->isEmpty(); }
  };

  PartitionMap<Run> runs_;
};

/// Computes a partition and appends its elements to a run, in their owned form.
template <class T>
void collectRun(TaskContext& task, Operator<T>& parent, std::size_t partition, ChunkedVector<Owned<T>>& run) {
  auto sink = sinkOf<T>([&run](std::span<T> batch) {
    if constexpr (isOwned<T>) {
      run.append(batch);
    } else {
      for (T& element : batch) run.push_back(toOwned(std::move(element)));
    }
    return true;
  });
  parent.run(task, partition, sink);
}

}  // namespace seltzer::detail
