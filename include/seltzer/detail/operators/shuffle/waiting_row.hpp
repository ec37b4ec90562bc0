#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

/// Elements in wire form in the scratch file, in frames, which are read once, in order.
class WaitingFrames {
 public:
  WaitingFrames();
  ~WaitingFrames();

  std::uint64_t size() const { return size_; }
  bool isEmpty() const { return size_ == 0; }

 protected:
  /// The writer for the next element; call `added` once the element is written.
  WireWriter writer() { return WireWriter(open_); }
  void added();

  /// The next frame, valid until the next call, and the number of its elements; 0 after the last one. Frees those
  /// before it.
  ByteView next(std::size_t& count);

 private:
  struct Frame {
    SpilledBytes bytes;
    std::size_t count = 0;
  };

  void flush();

  Bytes open_;  // the frame that is written, and later the one that is read
  std::size_t openCount_ = 0;
  std::vector<Frame> frames_;
  std::size_t next_ = 0;
  std::uint64_t size_ = 0;
};

/// WaitingFrames of elements of T.
template <class T>
class WaitingRow : public WaitingFrames {
 public:
  void add(const T& element) {
    writer() << element;
    added();
  }

  /// Calls `body(batch, first)`, with the index of the first element, until it returns false; frees what was read.
  template <class Body>
  void forBatches(Body body) {
    Batch<T> batch;
    std::uint64_t first = 0;
    std::size_t left = 0;
    for (ByteView frame = next(left); left > 0; frame = next(left)) {
      WireReader reader(frame);
      for (; left > 0; left -= batch.size()) {
        batch.clear();
        batch.generate(std::min(left, batchCapacity<T>), [&reader](std::size_t) { return reader.read<T>(); });
        if (!body(batch.elements(), first)) return;
        first += batch.size();
      }
    }
  }
};

}  // namespace seltzer::detail
