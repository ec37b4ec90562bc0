#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// A record of a WireRow: the prefix of its sort key, and its place.
struct WireEntry {
  std::uint64_t prefix;
  std::uint64_t place;
};

/// Records in wire form, to be sorted without moving them. Elements with memory of their own are sorted this way: they
/// are written as they arrive, and copied once more, in the order of their entries, as they are sent.
class WireRow {
 public:
  explicit WireRow(MemoryUse use);
  WireRow(WireRow&&) noexcept;
  WireRow& operator=(WireRow&&) noexcept;
  ~WireRow();

  std::size_t size() const { return entries_.size(); }

  /// What is reserved of the memory account.
  std::size_t bytes() const { return entries_.bytes() + memory_.bytes(); }

  /// Appends a record, written by `write(writer)`. If that throws, the row can only be destroyed.
  template <class Write>
  void add(std::uint64_t prefix, Write&& write) {
    if (begin_ >= chunkBytes) addChunk();
    Bytes& chunk = chunks_.back();
    WireWriter writer(chunk);
    const std::uint32_t unknown = 0;
    writer.writeElements(&unknown, 1);
    write(writer);
    entries_.push_back({prefix, (chunks_.size() - 1) * chunkBytes + begin_});
    endRecord();
  }

  /// The records in the order of the row.
  ChunkedVector<WireEntry>& entries() { return entries_; }
  const ChunkedVector<WireEntry>& entries() const { return entries_; }

  /// A record in wire form.
  ByteView at(std::uint64_t place) const {
    const Bytes& chunk = chunks_[place / chunkBytes];
    const std::byte* const begin = chunk.data() + place % chunkBytes;
    std::uint32_t size = 0;
    std::memcpy(&size, begin, sizeof size);
    if (size != upToEnd) [[likely]]
      return {begin + sizeof size, size};
    return {begin + sizeof size, chunk.data() + chunk.size()};
  }

  /// Fetches a record into the cache.
  void prefetch(std::uint64_t place) const {
    const std::byte* const begin = chunks_[place / chunkBytes].data() + place % chunkBytes;
    __builtin_prefetch(begin);
    __builtin_prefetch(begin + 64);
  }

  /// Appends records from index `begin` on, up to `end` or until the frame is full; returns the index after the last.
  std::size_t writeFrame(std::size_t begin, std::size_t end, Bytes& frame) const;

  /// Frees the entries before index `n`, as far as they fill chunks; all memory when `n` is the size.
  void releaseFront(std::size_t n);

 private:
  /// A chunk takes records until it has so many bytes; the last one may be longer.
  static constexpr std::size_t chunkBytes = std::size_t{1} << 20;

  /// The size of a record that is larger than this number: it is the last of its chunk.
  static constexpr std::uint32_t upToEnd = ~std::uint32_t{0};

  void addChunk();
  void endRecord();

  ChunkedVector<WireEntry> entries_;
  std::vector<Bytes> chunks_;
  std::size_t begin_ = chunkBytes;  // of the next record, in the last chunk
  bool lastIsCounted_ = false;      // whether `memory_` has the last chunk, as it has all others
  MemoryReservation memory_;        // of the chunks
};

}  // namespace seltzer::detail
