#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include <seltzer/data/bitwise.hpp>
#include <seltzer/data/chunked_vector.hpp>
#include <seltzer/data/map_output.hpp>
#include <seltzer/data/wire_writer.hpp>
#include <seltzer/operators/operator.hpp>

namespace seltzer::detail {

/// The output of a map task that is a row of elements, and goes to the partitions in pieces: piece q to partition q.
/// Where it is cut is settled once all map tasks are done.
template <class T>
class RunOutput final : public MapOutput {
 public:
  RunOutput() : elements_(MemoryUse::sort) {}

  ChunkedVector<T>& elements() { return elements_; }
  const ChunkedVector<T>& elements() const { return elements_; }

  /// Piece q is [offsets[q], offsets[q + 1]).
  void cut(std::vector<std::size_t> offsets) {
    offsets_ = std::move(offsets);
    next_ = offsets_;
  }

  bool take(std::size_t partition, ShuffleFrame& frame) override {
    std::size_t& next = next_[partition];
    const std::size_t end = offsets_[partition + 1];
    if (next == end) return false;
    const std::size_t begin = next;
    frame = {};
    next = write(begin, end, frame.data);
    frame.records = next - begin;
    while (first_ + 1 < next_.size() && next_[first_] == offsets_[first_ + 1]) ++first_;
    elements_.releaseFront(next_[first_]);
    return true;
  }

 private:
  /// Writes elements from `begin` on, until `end` or until the frame is full; gives the index behind the last.
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
  std::vector<std::size_t> offsets_;
  std::vector<std::size_t> next_;  // of each piece, what was not taken yet; behind the last: the end
  std::size_t first_ = 0;          // the first piece of which something was not taken
};

/// The output of a map task that has a row of elements for each partition.
template <class T>
class RunOutputs final : public MapOutput {
 public:
  explicit RunOutputs(std::size_t partitions) : runs_(partitions) {}

  ChunkedVector<T>& run(std::size_t partition) { return runs_[partition].elements(); }

  /// Calls `finish(run)` for each, after which none changes.
  template <class Finish>
  void forRuns(Finish finish) {
    for (RunOutput<T>& run : runs_) {
      finish(run.elements());
      run.cut({0, run.elements().size()});
    }
  }

  bool take(std::size_t partition, ShuffleFrame& frame) override { return runs_[partition].take(0, frame); }

 private:
  std::deque<RunOutput<T>> runs_;
};

/// Appends the elements of a partition to a run, in their owned form.
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
