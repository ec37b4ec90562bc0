#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/partition_map.hpp>
#include <seltzer/detail/data/sort/splitters.hpp>
#include <seltzer/detail/data/sort/wire_row.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/spilled_row.hpp>

namespace seltzer::detail {

/// The output of a map task as a sequence of elements, to be cut into pieces for the partitions once all map tasks are
/// done: as objects, or sorted in wire form. Once it is complete, it goes to the scratch file when memory runs short.
template <class T>
class ElementRowOutput final : public MapOutput, private Spillable {
 public:
  ElementRowOutput() : elements_(MemoryUse::sort) {}

  // What follows may be called until it is complete.

  ChunkedVector<T>& elements() { return elements_; }

  /// Accounts for what the last `count` elements hold outside themselves, assuming that each holds as much as the last.
  void countHeap(std::size_t count) {
    if constexpr (!std::is_trivially_copyable_v<T>) {
      if (count > 0) addHeap(heapBytes(elements_[elements_.size() - 1]) * count);
    }
  }
  void addHeap(std::size_t bytes) { heap_.record(heap_.bytes() + bytes); }

  /// The memory of the elements.
  std::size_t bytes() const { return elements_.bytes() + heap_.bytes(); }

  void clear() {
    elements_ = ChunkedVector<T>(elements_.use());
    heap_.record(0);
  }

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
  void complete(WireRow&& elements) {
    records_ = std::move(elements);
    setSize(records_.size());
    offer();
  }

  // What follows may be called when it is complete.

  std::size_t size() const { return size_; }

  /// Valid until the next call. Decodes the element if it is in wire form; reads and decodes elements if they were
  /// spilled, as SpilledRow does.
  const T& operator[](std::size_t i) const {
    if (!spilled_.isEmpty()) return spilled_[i];
    if (records_.size() == 0) return elements_[i];
    return decoded_.emplace(fromWire<T>(records_.at(records_.entries()[i].place)));
  }

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
    piece->next =
        spilled_.isEmpty() ? writeNext(begin, piece->end, frame.data) : spilled_.take(begin, piece->end, frame);
    frame.records = piece->next - begin;
    phaseClock().count(Phase::shuffleWrite, frame.bytes(), 0);  // only now they have a size
    while (first_ < pieces_.size() && pieces_[first_].next == pieces_[first_].end) ++first_;
    const std::size_t taken = isEmpty() ? size_ : pieces_[first_].next;
    elements_.releaseFront(taken);
    records_.releaseFront(taken);
    heap_.record(heap_.bytes() - heap_.bytes() / left_ * frame.records);
    left_ -= frame.records;
    if (left_ == 0) heap_.record(0);
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
    size_ = left_ = size;
    if (size > 0) pieces_ = {{0, 0, size}};
  }

  /// The elements that have not been taken.
  void spill(std::size_t /*more*/) override {
    SpilledRow<T> spilled;
    Bytes frame;
    for (const Piece& piece : pieces_) {
      for (std::size_t begin = piece.next; begin < piece.end;) {
        frame.clear();
        std::size_t next = begin;
        if (!serializes([&] { next = writeNext(begin, piece.end, frame); })) return;
        spilled.append(frame, next - begin, begin);
        begin = next;
      }
    }
    spilled_ = std::move(spilled);
    elements_.releaseFront(size_);
    records_.releaseFront(size_);
    heap_.record(0);
  }

  /// As `writeFrame`, of the elements that are in memory.
  std::size_t writeNext(std::size_t begin, std::size_t end, Bytes& frame) const {
    return records_.size() == 0 ? writeFrame(elements_, begin, end, frame) : records_.writeFrame(begin, end, frame);
  }

  ChunkedVector<T> elements_;
  MemoryReservation heap_{MemoryUse::sort};  // what they hold outside themselves
  WireRow records_{MemoryUse::sort};         // the elements, if they are in wire form
  mutable std::optional<T> decoded_;         // one of these
  SpilledRow<T> spilled_;
  std::size_t size_ = 0;
  std::size_t left_ = 0;  // of these, not taken
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // the first piece not fully taken
};

/// The output of a map task as a run of elements for each partition that gets any.
template <class T>
class ElementRowOutputs final : public MapOutput {
 public:
  explicit ElementRowOutputs(std::size_t partitions) : runs_(partitions) {}

  /// Until the run is complete.
  ChunkedVector<T>& run(std::size_t partition) {
    auto& run = runs_[partition].run;
    if (!run) {
      run = makeUnique<ElementRowOutput<T>>();
      partitions_.push_back(partition);
      memory_.record(partitions_.size() * sizeof(*run));
    }
    return run->elements();
  }

  /// Those that have a run, in ascending order. O(n log n).
  std::span<const std::size_t> partitions() {
    std::sort(partitions_.begin(), partitions_.end());
    return partitions_;
  }

  /// Accounts for what the last `count` elements hold outside themselves, assuming that each holds as much as the last
  /// one of `partition`.
  void countHeap(std::size_t partition, std::size_t count) {
    if constexpr (!std::is_trivially_copyable_v<T>) {
      const ChunkedVector<T>& run = this->run(partition);
      heap_.record(heap_.bytes() + heapBytes(run[run.size() - 1]) * count);
      counted_ += count;
    }
  }

  /// The memory of the runs besides the elements themselves.
  std::size_t otherBytes() const { return memory_.bytes() + heap_.bytes(); }

  /// Calls `finish(run)` for each run, after which it must not change.
  template <class Finish>
  void forRuns(Finish finish) {
    const std::size_t heapOfOne = counted_ == 0 ? 0 : heap_.bytes() / counted_;
    heap_.record(0);
    runs_.forValues([&finish, heapOfOne](Run& run) {
      if (!run.run) return;
      finish(run.run->elements());
      run.run->addHeap(heapOfOne * run.run->elements().size());
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
    UniquePointer<ElementRowOutput<T>> run;

    bool isEmpty() const { return !run || run->isEmpty(); }
  };

  PartitionMap<Run> runs_;
  std::vector<std::size_t> partitions_;
  MemoryReservation memory_{MemoryUse::sort};  // of the runs besides their elements
  MemoryReservation heap_{MemoryUse::sort};    // what these hold outside themselves, until they are complete
  std::size_t counted_ = 0;                    // how many
};

/// Computes a partition and appends its elements to those of `output`, in their owned form. When memory runs short,
/// which it also does if `extra` bytes for each element are not free, calls `spill(elements)` and removes them all.
template <class T, class Spill>
void collectElements(TaskContext& task, Operator<T>& parent, std::size_t partition, ElementRowOutput<Owned<T>>& output,
                     std::size_t extra, Spill spill) {
  auto sink = sinkOf<T>([&](std::span<T> batch) {
    ChunkedVector<Owned<T>>& elements = output.elements();
    if constexpr (isOwned<T>) {
      elements.append(batch);
    } else {
      for (T& element : batch) elements.push_back(toOwned(std::move(element)));
    }
    output.countHeap(batch.size());
    if (mustSpill(output.bytes(), extra * elements.size())) {
      spill(elements);
      output.clear();
    }
    return true;
  });
  parent.run(task, partition, sink);
}

}  // namespace seltzer::detail
