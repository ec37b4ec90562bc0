#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

/// Elements in the scratch file, in frames, which are read once, in order.
template <class T>
class WaitingRow {
 public:
  std::uint64_t size() const { return size_; }
  bool isEmpty() const { return size_ == 0; }

  void add(const T& element) {
    WireWriter(open_) << element;
    ++size_;
    ++openCount_;
    if (open_.size() >= shuffleFrameBytes) flush();
  }

  /// Calls `body(batch, first)`, with the index of the first element, until it returns false; frees what was read.
  template <class Body>
  void forBatches(Body body) {
    if (openCount_ > 0) flush();
    open_ = Bytes();
    std::vector<T> batch;
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      if (i + 1 < frames_.size()) frames_[i + 1].bytes.readAhead();
      Frame& frame = frames_[i];
      const Bytes bytes = std::exchange(frame.bytes, {}).read();
      WireReader reader(bytes);
      for (std::size_t left = frame.count; left > 0; left -= batch.size()) {
        batch.clear();
        const std::size_t count = std::min(left, batchCapacity<T>);
        while (batch.size() < count) batch.push_back(reader.read<T>());
        if (!body(std::span<T>(batch), first)) return;
        first += count;
      }
    }
  }

 private:
  struct Frame {
    SpilledBytes bytes;
    std::size_t count = 0;
  };

  void flush() {
    frames_.push_back({SpilledBytes(open_), std::exchange(openCount_, 0)});
    open_.clear();
  }

  Bytes open_;
  std::size_t openCount_ = 0;
  std::vector<Frame> frames_;
  std::uint64_t size_ = 0;
};

}  // namespace seltzer::detail
