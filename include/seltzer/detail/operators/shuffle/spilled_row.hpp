#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

/// Writes elements from `begin` on, up to `end` or until the frame is full; returns the index after the last. Throws
/// MemoryError for an element that is larger than memory.
template <class T>
std::size_t writeFrame(const ChunkedVector<T>& elements, std::size_t begin, std::size_t end, Bytes& frame) {
  if constexpr (isBitwise<T>) {
    end = std::min(end, begin + std::max<std::size_t>(shuffleFrameBytes / sizeof(T), 1));
    frame.reserve((end - begin) * sizeof(T));
  }
  WireWriter writer(frame);
  std::size_t beforeLast = 0;
  while (begin < end && frame.size() < shuffleFrameBytes) {
    beforeLast = frame.size();
    if constexpr (isBitwise<T>) {
      const auto chunk = elements.chunkFrom(begin);
      const std::size_t count = std::min(chunk.size(), end - begin);
      writer.writeElements(chunk.data(), count);
      begin += count;
    } else {
      writer << elements[begin++];
    }
  }
  if constexpr (!isBitwise<T>) requireFits(frame.size() - beforeLast);
  return begin;
}

/// A sequence of elements in the scratch file, in frames, which are read one at a time.
template <class T>
class SpilledRow {
 public:
  bool isEmpty() const { return frames_.empty(); }

  /// The index after the last element.
  std::size_t size() const { return frames_.empty() ? 0 : frames_.back().end; }

  /// Appends elements [begin, end), which get the indices from `first` on. Requires first >= size().
  void append(const ChunkedVector<T>& elements, std::size_t begin, std::size_t end, std::size_t first) {
    Bytes bytes;
    while (begin < end) {
      bytes.clear();
      const std::size_t next = writeFrame(elements, begin, end, bytes);
      append(bytes, next - begin, first);
      first += next - begin;
      begin = next;
    }
  }

  /// Appends `count` elements in wire form, which get the indices from `first` on. Requires first >= size().
  void append(ByteView frame, std::size_t count, std::size_t first) {
    frames_.push_back({first, first + count, count, SpilledBytes(frame)});
  }

  /// Valid until the next call. Reads and decodes a frame, unless the last call was for the same one.
  const T& operator[](std::size_t i) const {
    if (loadedFrame_ == none || i < frames_[loadedFrame_].begin || i >= frames_[loadedFrame_].end) load(frameOf(i));
    return loaded_[i - frames_[loadedFrame_].begin];
  }

  /// Moves elements from `begin` on, up to `end` or the end of a frame, to `into`; returns the index after the last.
  /// Each element may be taken once.
  std::size_t take(std::size_t begin, std::size_t end, ShuffleFrame& into) {
    const std::size_t index = frameOf(begin);
    if (index + 1 < frames_.size()) frames_[index + 1].bytes.readAhead();
    Frame& frame = frames_[index];
    end = std::min(end, frame.end);
    if (begin == frame.begin && end == frame.end) {
      into.spilled = std::move(frame.bytes);
    } else {
      (*this)[begin];
      end = frame.begin + writeFrame(loaded_, begin - frame.begin, end - frame.begin, into.data);
    }
    frame.left -= end - begin;
    if (frame.left == 0) frame.bytes = {};
    return end;
  }

  /// Reads the elements in order, and frees each frame when it is read. The row must outlive it, and not move.
  class Cursor {
   public:
    explicit Cursor(SpilledRow& row) : row_(&row) { advance(); }
    // Only moved, since the reader refers to the bytes, which then stay where they are.
    Cursor(Cursor&&) noexcept(std::is_nothrow_move_constructible_v<T>) = default;
    Cursor& operator=(Cursor&&) noexcept(std::is_nothrow_move_assignable_v<T>) = default;

    bool atEnd() const { return !element_; }
    const T& element() const { return *element_; }
    void advance() {
      if (left_ == 0) {
        element_.reset();
        if (next_ == row_->frames_.size()) return;
        Frame& frame = row_->frames_[next_++];
        if (next_ < row_->frames_.size()) row_->frames_[next_].bytes.readAhead();
        bytes_ = std::exchange(frame.bytes, {}).read();
        reader_ = WireReader(bytes_);
        left_ = frame.end - frame.begin;
      }
      element_.emplace(reader_.template read<T>());
      --left_;
    }

   private:
    SpilledRow* row_;
    std::size_t next_ = 0;  // the next frame
    Bytes bytes_;           // of the frame before
    WireReader reader_{ByteView()};
    std::size_t left_ = 0;  // how many of its elements were not read
    std::optional<T> element_;
  };

 private:
  struct Frame {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t left = 0;  // how many have not been taken
    SpilledBytes bytes;
  };

  std::size_t frameOf(std::size_t element) const {
    const auto after = std::ranges::upper_bound(frames_, element, {}, &Frame::begin);
    return static_cast<std::size_t>(after - frames_.begin()) - 1;
  }

  void load(std::size_t index) const {
    const Frame& frame = frames_[index];
    loadedFrame_ = none;
    loaded_ = ChunkedVector<T>(MemoryUse::sort);
    const Bytes bytes = frame.bytes.read();
    WireReader reader(bytes);
    for (std::size_t i = frame.begin; i < frame.end; ++i) loaded_.emplace_back(reader.read<T>());
    loadedFrame_ = index;
  }

  static constexpr std::size_t none = ~std::size_t{0};

  std::vector<Frame> frames_;  // in the order of their elements
  mutable std::size_t loadedFrame_ = none;
  mutable ChunkedVector<T> loaded_{MemoryUse::sort};  // the elements of that frame
};

/// Appends elements one by one to a row.
template <class T>
class SpilledRowWriter {
 public:
  /// Call `finish` after the last element.
  explicit SpilledRowWriter(SpilledRow<T>& row) : row_(&row) {}

  void add(const T& element) {
    WireWriter(frame_) << element;
    ++count_;
    if (frame_.size() >= shuffleFrameBytes) finish();
  }
  void finish() {
    if (count_ > 0) row_->append(frame_, std::exchange(count_, 0), row_->size());
    frame_.clear();
  }

 private:
  SpilledRow<T>* row_;
  Bytes frame_;
  std::size_t count_ = 0;  // of its elements
};

}  // namespace seltzer::detail
