#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::detail {

/// The most elements of a chunk of `T`: a power of two, about 256 KiB, at least 1.
template <class T>
inline constexpr std::size_t chunkCapacity = std::bit_floor(std::max<std::size_t>(262144 / sizeof(T), 1));

/// Free full-sized chunks, kept for reuse: while elements move from one ChunkedVector to others, the chunks that they
/// leave are filled again, so that no new pages are touched.
template <class T>
class ChunkPool {
 public:
  explicit ChunkPool(MemoryUse use) : reservation_(use) {}
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;
  ~ChunkPool() {
    for (T* chunk : chunks_) std::allocator<T>().deallocate(chunk, chunkCapacity<T>);
  }

  /// Uninitialized memory for chunkCapacity<T> elements.
  T* take() {
    if (chunks_.empty()) return std::allocator<T>().allocate(chunkCapacity<T>);
    T* chunk = chunks_.back();
    chunks_.pop_back();
    report();
    return chunk;
  }
  void give(T* chunk) {
    chunks_.push_back(chunk);
    report();
  }

 private:
  void report() { reservation_.record(chunks_.size() * chunkCapacity<T> * sizeof(T)); }

  std::vector<T*> chunks_;
  MemoryReservation reservation_;
};

/// A sequence that grows at its end and is released from its front, in chunks that never move: it takes at most one
/// chunk more memory than its elements, also while it grows. Only the first chunk grows as a vector does, so that few
/// elements take little. Elements need only a move constructor. Reports its memory.
template <class T>
class ChunkedVector {
 public:
  explicit ChunkedVector(MemoryUse use = MemoryUse::sort) : use_(use), reservation_(use) {}
  ChunkedVector(ChunkedVector&& other) noexcept : use_(other.use_), reservation_(other.use_) { swap(other); }
  ChunkedVector& operator=(ChunkedVector&& other) noexcept {
    swap(other);
    return *this;
  }
  ~ChunkedVector() {
    while (released_ < chunks_.size()) releaseChunk();
  }

  /// The index after the last element; released elements count.
  std::size_t size() const { return room_ - static_cast<std::size_t>(end_ - next_); }
  bool empty() const { return size() == 0; }

  /// The index of the first element that has not been released; size() if there is none.
  std::size_t firstKept() const { return std::min(released_ * chunkCapacity<T>, size()); }

  /// Element `i`. Requires firstKept() <= i < size().
  T& operator[](std::size_t i) { return chunks_[i / chunkCapacity<T>][i % chunkCapacity<T>]; }
  const T& operator[](std::size_t i) const { return chunks_[i / chunkCapacity<T>][i % chunkCapacity<T>]; }

  /// The elements from `i` to the end of its chunk; empty if `i` is size(). For loops over contiguous memory.
  std::span<T> chunkFrom(std::size_t i) {
    return i == size() ? std::span<T>() : std::span<T>(&(*this)[i], elementsInChunkFrom(i));
  }
  std::span<const T> chunkFrom(std::size_t i) const {
    return i == size() ? std::span<const T>() : std::span<const T>(&(*this)[i], elementsInChunkFrom(i));
  }

  void push_back(const T& element) { emplace_back(element); }
  void push_back(T&& element) { emplace_back(std::move(element)); }

  /// Appends T(arguments...), which must not refer to elements of this sequence.
  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    if (next_ == end_) makeRoom();
    T* element = std::construct_at(next_, std::forward<Arguments>(arguments)...);
    ++next_;
    return *element;
  }

  /// Moves `elements` to the end.
  void append(std::span<T> elements) {
    while (!elements.empty()) {
      if (next_ == end_) makeRoom();
      const std::size_t count = std::min(elements.size(), static_cast<std::size_t>(end_ - next_));
      next_ = std::uninitialized_move_n(elements.begin(), count, next_).second;
      elements = elements.subspan(count);
    }
  }

  /// Moves all remaining elements of `other` to the end, and empties it.
  void append(ChunkedVector&& other) {
    for (std::size_t i = other.firstKept(); i < other.size();) {
      const std::span<T> chunk = other.chunkFrom(i);
      append(chunk);
      i += chunk.size();
      other.releaseFront(i);
    }
  }

  /// Destroys and frees every chunk whose elements are all below index `n`. Other elements keep their indices. After n
  /// = size() nothing is left and nothing may be appended.
  void releaseFront(std::size_t n) {
    while (released_ < chunks_.size() && std::min((released_ + 1) * chunkCapacity<T>, size()) <= n) releaseChunk();
  }

  /// The size of the chunks.
  std::size_t bytes() const { return reservation_.bytes(); }
  MemoryUse use() const { return use_; }

  /// From now on, takes full-sized chunks from `pool` and returns them there; nullptr: from and to the allocator.
  void usePool(ChunkPool<T>* pool) { pool_ = pool; }

  /// Swaps the pools, too.
  void swap(ChunkedVector& other) noexcept {
    std::swap(use_, other.use_);
    std::swap(pool_, other.pool_);
    std::swap(chunks_, other.chunks_);
    std::swap(released_, other.released_);
    std::swap(room_, other.room_);
    std::swap(next_, other.next_);
    std::swap(end_, other.end_);
    std::swap(reservation_, other.reservation_);
  }

 private:
  std::size_t elementsInChunkFrom(std::size_t i) const {
    return std::min(size(), (i / chunkCapacity<T> + 1) * chunkCapacity<T>) - i;
  }
  std::size_t capacityOf(std::size_t chunk) const {
    return std::min(room_ - chunk * chunkCapacity<T>, chunkCapacity<T>);
  }

  /// Makes room for another element if there is none.
  void makeRoom() {
    const bool first = chunks_.size() == 1 && released_ == 0 && room_ < chunkCapacity<T>;
    if (first) {
      growFirst(std::min(2 * room_, chunkCapacity<T>));
    } else {
      const bool small = chunks_.empty() && pool_ == nullptr;
      addChunk(small ? std::min<std::size_t>(std::max<std::size_t>(256 / sizeof(T), 4), chunkCapacity<T>)
                     : chunkCapacity<T>);
    }
  }

  void addChunk(std::size_t capacity) {
    chunks_.reserve(chunks_.size() == chunks_.capacity() ? 2 * chunks_.size() + 1 : chunks_.size());
    next_ = allocate(capacity);
    end_ = next_ + capacity;
    chunks_.push_back(next_);
    room_ += capacity;
    reservation_.resize(reservation_.bytes() + capacity * sizeof(T));
  }

  /// Moves the elements of the only chunk to a larger one.
  void growFirst(std::size_t capacity) {
    T* const old = chunks_[0];
    T* const grown = allocate(capacity);
    std::uninitialized_move_n(old, room_, grown);
    std::destroy_n(old, room_);
    deallocate(old, room_);
    chunks_[0] = grown;
    next_ = grown + room_;
    end_ = grown + capacity;
    room_ = capacity;
    reservation_.resize(capacity * sizeof(T));
  }

  void releaseChunk() {
    const std::size_t capacity = capacityOf(released_);
    const std::size_t begin = released_ * chunkCapacity<T>;
    std::destroy_n(chunks_[released_], std::min(capacity, size() - begin));
    reservation_.resize(reservation_.bytes() - capacity * sizeof(T));
    deallocate(std::exchange(chunks_[released_], nullptr), capacity);
    if (++released_ == chunks_.size()) forgetLastChunk();
  }

  /// Called after the last chunk was released; keeps the size.
  void forgetLastChunk() {
    room_ = size();
    next_ = end_ = nullptr;
  }

  T* allocate(std::size_t capacity) {
    return pool_ && capacity == chunkCapacity<T> ? pool_->take() : std::allocator<T>().allocate(capacity);
  }
  void deallocate(T* chunk, std::size_t capacity) {
    if (pool_ && capacity == chunkCapacity<T>) {
      pool_->give(chunk);
    } else {
      std::allocator<T>().deallocate(chunk, capacity);
    }
  }

  MemoryUse use_;
  ChunkPool<T>* pool_ = nullptr;
  std::vector<T*> chunks_;    // nullptr: released
  std::size_t released_ = 0;  // chunks
  std::size_t room_ = 0;      // the index after the last chunk's end
  T* next_ = nullptr;         // where the next element goes
  T* end_ = nullptr;          // the end of the last chunk
  MemoryReservation reservation_;
};

}  // namespace seltzer::detail
