#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// The stored elements of one partition of an RDD.
class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  virtual ~Block();

  virtual std::size_t records() const = 0;
  /// The size of the elements in memory; an estimate if they own heap memory.
  virtual std::size_t bytes() const = 0;
  /// The memory for which the block's store accounts: what is not in the scratch file already, and what the block does
  /// not account for itself.
  virtual std::size_t memory() const { return bytes(); }
  /// Puts the next elements in wire form, about a frame of them, into `piece`; false if there are no more. `position`
  /// is 0 at first, and then what the last call made of it.
  virtual bool writePiece(std::size_t& position, ShuffleFrame& piece) const = 0;
};

/// The owner of a new block; all kinds share one type of control block.
std::shared_ptr<const Block> share(UniquePointer<const Block> block);

/// Elements as objects of an owned type.
template <class T>
class ObjectBlock final : public Block {
 public:
  /// `heapBytes`: what the elements hold outside themselves.
  explicit ObjectBlock(std::vector<T> elements, std::size_t heapBytes = 0)
      : elements_(std::move(elements)), heapBytes_(heapBytes) {}

  const std::vector<T>& elements() const { return elements_; }
  std::vector<T> takeElements() { return std::move(elements_); }
  std::size_t records() const override { return elements_.size(); }
  std::size_t bytes() const override { return elements_.capacity() * sizeof(T) + heapBytes_; }

  bool writePiece(std::size_t& position, ShuffleFrame& piece) const override {
    piece = {};
    const std::size_t begin = position;
    WireWriter writer(piece.data);
    if constexpr (isBitwise<T>) {
      const std::size_t most = std::max<std::size_t>(shuffleFrameBytes / sizeof(T), 1);
      const std::size_t count = std::min(elements_.size() - begin, most);
      writer.writeElements(elements_.data() + begin, count);
      position += count;
    } else {
      while (position < elements_.size() && piece.data.size() < shuffleFrameBytes) {
        const T& element = elements_[position++];
        writer << element;
      }
    }
    piece.records = position - begin;
    return piece.records > 0;
  }

 private:
  std::vector<T> elements_;
  std::size_t heapBytes_;
};

}  // namespace seltzer::detail
