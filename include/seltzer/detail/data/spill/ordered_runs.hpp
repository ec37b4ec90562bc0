#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// Records with numbers, in runs in the scratch file, each of which ascends; they are merged when they are read. A
/// record takes its own bytes and few more: a run holds the differences of its numbers.
class OrderedRuns {
 public:
  enum class Numbers : std::uint8_t {
    differ,  ///< and are dense, more or less
    any,
  };

  /// `memory` bytes may be used to read several runs at once.
  OrderedRuns(std::size_t memory, Numbers numbers);
  ~OrderedRuns();
  OrderedRuns(const OrderedRuns&) = delete;
  OrderedRuns& operator=(const OrderedRuns&) = delete;

  bool empty() const;

  /// Records that follow are of a new run.
  void startRun();

  /// Appends a record to the run; its number is not less than the one before.
  void add(std::uint64_t number, ByteView record);

  /// Likewise in two steps: begins a record, to be written to what this returns, and adds it.
  WireWriter begin();
  void end(std::uint64_t number);

  /// Call it after the last record.
  void finish();

  /// The next record in ascending order of numbers; equal ones in the order of runs, and within each in that in which
  /// they were added. False at the end. The record is valid until the next call.
  bool next(std::uint64_t& number, ByteView& record);

 private:
  class Run;
  class Cursor;
  class Merge;
  class TreeMerge;
  class WindowMerge;

  void completeRun();
  UniquePointer<Merge> mergeOf(std::vector<Run>&& runs) const;
  Run merge(std::vector<Run>&& runs) const;

  Numbers numbers_;
  std::size_t memory_;
  std::size_t frameBytes_;
  Bytes record_;  // that was begun
  std::vector<Run> runs_;
  UniquePointer<Merge> merge_;
};

}  // namespace seltzer::detail
