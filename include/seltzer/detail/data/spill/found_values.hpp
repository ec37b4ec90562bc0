#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/data/spill/ordered_runs.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// Values in wire form, contiguous. Few are in memory, many in the scratch file, in pieces.
class SpilledValues {
 public:
  struct Piece {
    SpilledBytes bytes;
    std::uint64_t count = 0;
    Bytes loaded{};  // a copy in memory, if there is one
  };

  SpilledValues();
  SpilledValues(SpilledValues&&) noexcept;
  SpilledValues& operator=(SpilledValues&&) noexcept;
  ~SpilledValues();

  void add(ByteView value);

 private:
  friend class FoundValues;
  void flush();

  std::vector<Piece> pieces_;
  Bytes open_;  // what follows them
  std::uint64_t openCount_ = 0;
  std::size_t place_ = 0;  // of the pieces that were shared
};

/// Lists of values, each found for one or more numbers, which are read back in ascending order of the numbers. A short
/// list is stored with each of its numbers; a long one once, in the scratch file, and read in pieces.
class FoundValues {
 public:
  /// A list of more bytes is long: more than what a record of the product takes anyway.
  static constexpr std::size_t mostShortBytes = 4096;

  explicit FoundValues(MemoryUse use);
  ~FoundValues();

  /// What is added is in runs, in each of which numbers ascend. No number is added twice.
  void startRun();

  /// Likewise of a run whose numbers come in any order; it ends with `endUnsortedRun`.
  void startUnsortedRun();
  void endUnsortedRun();

  /// `values` are for `number`; `key` is stored with it. Nothing is added to `values` later.
  void add(std::uint64_t number, ByteView key, SpilledValues& values);

  /// Likewise a short list of `count` values, which `write(WireWriter&)` writes.
  template <class Write>
  void addShort(std::uint64_t number, ByteView key, std::uint64_t count, Write&& write) {
    WireWriter writer = begin(key, 0);
    writeCompact(writer, count);
    write(writer);
    end(number);
  }

  /// Call it after the last `add`, and before what follows.
  void finish();

  /// Moves on to the first number that is not less than `number`. Whether there is one.
  bool seek(std::uint64_t number);
  bool find(std::uint64_t number) { return seek(number) && number_ == number; }

  /// What was found for the number that was sought.
  std::uint64_t number() const { return number_; }
  ByteView key() const { return key_; }

  /// Calls `visit(bytes, count, isLast)` for its values in pieces, in order, until that returns false.
  template <class Visit>
  void forPieces(Visit&& visit) {
    if (!isLong_) {
      visit(bytes_, count_, true);
      return;
    }
    const std::size_t pieces = pieceCount();
    for (std::size_t i = 0; i < pieces; ++i) {
      std::uint64_t count = 0;
      const ByteView bytes = load(i, count);
      if (!visit(bytes, count, i + 1 == pieces)) return;
    }
  }

 private:
  struct LongList {
    std::vector<SpilledValues::Piece> pieces;
    std::size_t users = 0;
  };

  WireWriter begin(ByteView key, std::size_t place);
  void end(std::uint64_t number);
  void advance();
  void release(std::size_t place);
  std::size_t pieceCount() const;
  ByteView load(std::size_t piece, std::uint64_t& count);
  void forgetLoaded();

  MemoryUse use_;
  OrderedRuns records_;
  UniquePointer<RecordSorter> unsorted_;  // the records of a run whose numbers do not ascend
  std::vector<LongList> long_;

  bool atEnd_ = false;
  std::uint64_t number_ = 0;
  ByteView key_;
  bool isLong_ = false;
  std::size_t place_ = 0;    // of the long list
  ByteView bytes_;           // of the short list
  std::uint64_t count_ = 0;  // likewise

  std::vector<std::pair<std::size_t, std::size_t>> loaded_;  // the pieces in memory: the list's place, and which
  MemoryReservation loadedBytes_;
};

}  // namespace seltzer::detail
