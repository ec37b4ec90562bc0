#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/sort/stable_sort_radix.hpp>
#include <seltzer/detail/data/spill/ordered_runs.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Sorts records, which are bytes, by numbers, stably, in a small part of the memory: sorted runs go to the scratch
/// file and are merged from there.
class RecordSorter {
 public:
  explicit RecordSorter(MemoryUse use);
  ~RecordSorter();
  RecordSorter(const RecordSorter&) = delete;
  RecordSorter& operator=(const RecordSorter&) = delete;

  /// Begins a record, to be written to what this returns; at least one byte.
  WireWriter begin();

  /// Adds the record that was begun.
  void end(std::uint64_t number);

  /// Call it after the last record.
  void finish();

  /// The next record in ascending order of numbers; equal ones in the order in which they were added. False at the end.
  /// The record is valid until the next call.
  bool next(std::uint64_t& number, ByteView& record);

 private:
  /// A record follows its size: one byte or, for a record of this size or more, this number and then eight.
  static constexpr std::size_t longRecord = 255;

  static constexpr std::size_t bytesPerEntry = 2 * sizeof(SortEntry);  // sorting takes as much again

  void widenSize(std::size_t begin, std::size_t size);
  ByteView recordAt(std::size_t begin) const;
  void sortEntries();
  void prefetch(std::size_t entry) const;
  void spillRun();

  std::size_t runBytes_;
  Bytes records_;
  std::size_t begin_ = 0;           // of the last record
  std::vector<SortEntry> entries_;  // number and place, in the order of `records_` until they are sorted
  OrderedRuns runs_;
  bool isMerged_ = false;  // what follows comes from the runs
  std::size_t next_ = 0;   // without runs: the next of the sorted entries
  MemoryReservation memory_;
};

}  // namespace seltzer::detail
