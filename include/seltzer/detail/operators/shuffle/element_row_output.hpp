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
#include <seltzer/detail/data/spill/spillable.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/spilled_row.hpp>

namespace seltzer::detail {

/// The output of a map task as a sequence of elements, to be cut into pieces for the partitions once all map tasks are
/// done. Once it is complete, it goes to the scratch file when memory runs short.
template <class T>
class ElementRowOutput final : public MapOutput, private Spillable {
 public:
  ElementRowOutput() : elements_(MemoryUse::sort) {}

  /// Until `complete` is called.
  ChunkedVector<T>& elements() { return elements_; }

  /// The elements will not change any more.
  void complete() {
    setSize(elements_.size());
    offer();
  }

  /// Likewise; these are the elements.
  void complete(SpilledRow<T>&& elements) {
    spilled_ = std::move(elements);
    setSize(spilled_.size());
  }

  // What follows may be called when it is complete.

  std::size_t size() const { return size_; }

  /// Valid until the next call. Reads and decodes elements if they were spilled, as SpilledRow does.
  const T& operator[](std::size_t i) const { return spilled_.isEmpty() ? elements_[i] : spilled_[i]; }

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
    piece->next = spilled_.isEmpty() ? writeFrame(elements_, begin, piece->end, frame.data)
                                     : spilled_.take(begin, piece->end, frame.data);
    frame.records = piece->next - begin;
    while (first_ < pieces_.size() && pieces_[first_].next == pieces_[first_].end) ++first_;
    elements_.releaseFront(isEmpty() ? size_ : pieces_[first_].next);
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

  void setSize(std::size_t size) {
    size_ = size;
    if (size > 0) pieces_ = {{0, 0, size}};
  }

  /// The elements that have not been taken.
  void spill(std::size_t /*more*/) override {
    SpilledRow<T> spilled;
    for (const Piece& piece : pieces_) spilled.append(elements_, piece.next, piece.end, piece.next);
    spilled_ = std::move(spilled);
    elements_.releaseFront(size_);
  }

  ChunkedVector<T> elements_;
  SpilledRow<T> spilled_;
  std::size_t size_ = 0;
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
      run.run->complete();
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

/// Computes a partition and appends its elements to `elements`, in their owned form. When memory runs short, which it
/// also does if `extra` bytes for each element are not free, calls `spill(elements)`, which removes them all.
template <class T, class Spill>
void collectElements(TaskContext& task, Operator<T>& parent, std::size_t partition, ChunkedVector<Owned<T>>& elements,
                     std::size_t extra, Spill spill) {
  auto sink = sinkOf<T>([&](std::span<T> batch) {
    if constexpr (isOwned<T>) {
      elements.append(batch);
    } else {
      for (T& element : batch) elements.push_back(toOwned(std::move(element)));
    }
    if (mustSpill(elements.bytes(), extra * elements.size())) {
      spill(elements);
      elements = ChunkedVector<Owned<T>>(elements.use());
    }
    return true;
  });
  parent.run(task, partition, sink);
}

}  // namespace seltzer::detail
