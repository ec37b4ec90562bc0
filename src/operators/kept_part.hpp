#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/data/spill/found_values.hpp>
#include <seltzer/detail/data/spill/waiting_records.hpp>
#include <seltzer/detail/data/spill/wire_keys.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// Calls `visit(position, record)` for the `count` records of a frame; `position` is that of the record before, and
/// then that of the last.
template <class Visit>
void forRecords(ByteView frame, std::size_t count, std::uint64_t& position, Visit visit) {
  WireReader reader(frame);
  for (std::size_t left = count; left > 0; --left) {
    position += readCompact(reader);
    visit(position, reader.readBytes(readCompact(reader)));
  }
}

/// The records of the kept side of a join that wait in one part, in a hash table of their keys, with rings of records
/// that have the same key.
class KeptPart {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  /// Reads the records of `part`.
  KeptPart(const WireKeys& keys, WaitingRecords& records, std::size_t part);

  /// The memory that the table of a part takes.
  static std::size_t bytesFor(const WaitingRecords& records, std::size_t part);

  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[slotOf(hash)]); }

  /// The first record of the key, or `none`.
  std::uint32_t find(std::uint64_t hash, ByteView key) const;

  /// Adds to `found`, for `number`, the values of the key whose first record is `first`.
  void answer(std::uint32_t first, std::uint64_t number, FoundValues& found) { answer(first, number, {}, found); }

  /// Adds the keys that had no answer, with their values, for `unwanted` plus the position of the first.
  void addUnwanted(std::uint64_t unwanted, FoundValues& found);

 private:
  struct Entry {
    const std::byte* record;  // the key, then the value
    std::uint32_t keySize;
    std::uint32_t valueSize;
    std::uint32_t next;  // of the same key, after the last the first; what follows is of the first
    bool isFirst;
    bool isWanted = false;
    bool isLong = false;  // its values are in `long_`

    ByteView key() const { return {record, keySize}; }
    ByteView value() const { return {record + keySize, valueSize}; }
  };
  struct Slot {
    std::uint32_t last = none;  // record of the key
    std::uint32_t hash = 0;     // bits of it
  };

  static std::size_t slotsFor(std::size_t records) { return std::bit_ceil(records + records / 4 + 1); }
  std::size_t slotOf(std::uint64_t hash) const { return mixBits(hash) & (slots_.size() - 1); }
  std::size_t slotWith(std::uint64_t hash, ByteView key) const;
  void add(std::uint64_t position, ByteView record);
  void answer(std::uint32_t first, std::uint64_t number, ByteView key, FoundValues& found);
  template <class Visit>
  void forRing(std::uint32_t first, Visit visit) const;
  SpilledValues& longList(std::uint32_t first);

  const WireKeys& keys_;
  std::vector<Bytes> frames_;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> positions_;
  std::vector<Slot> slots_;
  std::unordered_map<std::uint32_t, SpilledValues> long_;  // by first record
  MemoryReservation memory_;
};

}  // namespace seltzer::detail
