#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <seltzer/detail/data/block/block_id.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Where a report has the result of a task, or a task's value for an accumulator.
struct ReportEntry {
  std::uint64_t position = 0;  ///< index of the partition in the stage
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t accumulator = 0;  ///< for accumulator values only
};

/// A task that failed in every attempt, as recorded by its rank.
struct FailureRecord {
  std::uint64_t partition = 0;
  RDDId operation = 0;  ///< or `ofAction`
  std::uint64_t attempts = 0;
  bool nestedJob = false;  ///< the task used the driver's interface: it is not retried
  bool diskFull = false;
  bool noRoom = false;  ///< as that of a TaskFailure: the task is not retried
  std::string what;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& partition& operation& attempts& nestedJob& diskFull& noRoom& what;
  }
};

/// What the tasks of one rank report to the driver. `data` holds the results as the tasks wrote them; on the wire
/// everything else follows them, so that they need not be copied again.
struct StageReport {
  Bytes data;
  std::vector<ReportEntry> results;
  std::vector<ReportEntry> accumulators;
  std::vector<BlockId> stored;
  std::vector<BlockId> dropped;
  std::vector<FailureRecord> failures;

  bool empty() const {
    return results.empty() && accumulators.empty() && stored.empty() && dropped.empty() && failures.empty();
  }
  ByteView view(const ReportEntry& entry) const { return ByteView(data).subspan(entry.begin, entry.end - entry.begin); }

  /// Drops results and accumulator values.
  void dropData();

  /// As one message. The report is empty afterwards.
  Bytes toMessage() &&;

  /// Throws WireError for a damaged message.
  static StageReport fromMessage(Bytes message);
};

}  // namespace seltzer::detail
