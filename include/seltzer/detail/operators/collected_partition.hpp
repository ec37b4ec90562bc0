#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/batch/append.hpp>
#include <seltzer/detail/data/batch/sink.hpp>
#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/owned.hpp>
#include <seltzer/storage_level.hpp>

namespace seltzer::detail {

/// A sink that keeps all elements, in their owned form, and accounts for them. By default they are objects as long as
/// memory lasts; then all that came goes to the scratch file, in wire form, and what follows joins it there. Elements
/// that do not travel, or whose serialization throws, stay objects. What fits costs a comparison a batch.
template <class T>
class CollectedPartition final : public Sink<T> {
  using Element = Owned<T>;

 public:
  /// With a serialized storage level the elements are written in wire form at once, and what that throws is thrown. For
  /// `expected` objects memory is reserved at once.
  explicit CollectedPartition(MemoryUse use, StorageLevel level = StorageLevel::MEMORY_AND_DISK,
                              std::size_t expected = 0)
      : memory_(use),
        level_(level),
        isWire_(!deserialized(level)),
        expected_(std::min(expected, elements_.max_size())),
        wire_(level) {}

  /// Returns false if the level has no disk and memory no room: then nothing of the batch was taken, and what was taken
  /// before is in `finish()`.
  bool push(std::span<T> batch) override {
    if (!useDisk(level_) && !hasRoom(batch.size())) return false;
    if (!isWire_ && elements_.capacity() - elements_.size() < batch.size()) grow(batch.size());
    add(batch);
    return true;
  }

  /// Whether there are no objects.
  bool isWire() const { return isWire_; }

  /// Requires !isWire().
  const std::vector<Element>& elements() const { return elements_; }

  /// Requires isWire(); nothing may be pushed any more.
  std::shared_ptr<const WireBlock> finishWire() {
    closePiece();
    return wire_.finish();
  }

  /// The block; nothing may be pushed any more.
  std::shared_ptr<const Block> finish() {
    if (isWire_) return finishWire();
    if (!memoryAccount().isOverLimit(elements_.size() * sizeof(Element))) elements_.shrink_to_fit();
    return share(makeUnique<const ObjectBlock<Element>>(std::move(elements_), heapBytes_));
  }

 private:
  void add(std::span<T> batch) {
    if constexpr (travels<Element>) {
      if (isWire_) {
        write(batch);
        return;
      }
    }
    if constexpr (isOwned<T>) {
      appendMoved(elements_, batch);
    } else {
      for (T& element : batch) elements_.push_back(toOwned(std::move(element)));
    }
    if constexpr (!std::is_trivially_copyable_v<Element>) {
      if (batch.empty()) return;
      heapBytes_ += seltzer::detail::heapBytes(elements_.back()) * batch.size();
      memory_.record(elements_.capacity() * sizeof(Element) + heapBytes_);
      if (memoryAccount().isOverLimit()) spillIfShort(0);
    }
  }

  /// For a level without a disk: whether memory has room for `count` more elements.
  bool hasRoom(std::size_t count) {
    const bool grows = !isWire_ && elements_.capacity() - elements_.size() < count;
    if (!grows && !memoryAccount().isOverLimit()) return true;
    const std::size_t more = grows ? (capacityFor(count) - elements_.capacity()) * sizeof(Element) : 0;
    return !mustSpill(memory_.bytes() + wire_.memory() + more, more);
  }

  std::size_t capacityFor(std::size_t count) const {
    const std::size_t wanted = elements_.size() + count;
    return wanted <= expected_ ? expected_ : std::max(wanted, 2 * elements_.capacity());
  }

  /// Makes room for `count` more objects, or moves all to the scratch file.
  [[gnu::noinline]] void grow(std::size_t count) {
    const std::size_t capacity = capacityFor(count);
    spillIfShort((capacity - elements_.capacity()) * sizeof(Element));
    if (isWire_) return;
    elements_.reserve(capacity);
    memory_.record(elements_.capacity() * sizeof(Element) + heapBytes_);
  }

  /// Moves the elements to the scratch file if `more` bytes cannot be had otherwise.
  [[gnu::noinline]] void spillIfShort(std::size_t more) {
    if (!useDisk(level_) || !mustSpill(memory_.bytes() + more, more)) return;
    if constexpr (travels<Element>) {
      if (!isUnwritable_) writeAll();
    }
  }

  void writeAll() {
    ObjectBlock<Element> objects(std::move(elements_));
    bool isNext = true;
    for (std::size_t position = 0; isNext;) {
      ShuffleFrame piece;
      if (!serializes([&] { isNext = objects.writePiece(position, piece); })) {
        isUnwritable_ = true;
        wire_.finish();
        elements_ = objects.takeElements();
        return;
      }
      if (isNext) wire_.add(std::move(piece));
    }
    isWire_ = true;
    heapBytes_ = 0;
    memory_.record(0);
  }

  [[gnu::noinline]] void write(std::span<T> batch) {
    for (std::size_t next = 0; next < batch.size();) {
      std::size_t bytes = piece_.data.size();  // of whole elements
      const auto fill = [&] {
        WireWriter writer(piece_.data);
        for (; next < batch.size() && bytes < shuffleFrameBytes; ++next, ++piece_.records) {
          writer << batch[next];
          bytes = piece_.data.size();
        }
      };
      if (!deserialized(level_)) {
        fill();
      } else if (!serializes(fill)) {
        piece_.data.resize(bytes);
        readAll();
        add(batch.subspan(next));
        return;
      }
      if (bytes >= shuffleFrameBytes) closePiece();
    }
  }

  void closePiece() {
    if (piece_.records > 0) wire_.add(std::exchange(piece_, {}));
  }

  /// Makes objects of all elements again, to stay.
  void readAll() {
    closePiece();
    isWire_ = false;
    isUnwritable_ = true;
    const auto block = wire_.finish();
    for (const WirePiece& piece : block->pieces()) {
      const SegmentData data = piece.data();
      WireReader reader(data.bytes());
      for (std::size_t i = 0; i < piece.records(); ++i) elements_.push_back(reader.read<Element>());
    }
    memory_.record(elements_.capacity() * sizeof(Element));
  }

  MemoryReservation memory_;  // for the objects
  StorageLevel level_;
  bool isWire_;                // no objects
  bool isUnwritable_ = false;  // objects for good
  std::vector<Element> elements_;
  std::size_t expected_;
  std::size_t heapBytes_ = 0;  // of these, estimated from one in each batch
  ShuffleFrame piece_;         // the open one
  WireBlockBuilder wire_;
};

// what cached RDDs have most: compiled once, with the library
extern template class CollectedPartition<std::pair<std::int64_t, std::int64_t>>;
extern template class CollectedPartition<std::pair<std::string, std::int64_t>>;

}  // namespace seltzer::detail
