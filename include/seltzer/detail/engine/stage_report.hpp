#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <seltzer/detail/data/block/block_store.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Where the result of one task, or its value for one accumulator, stands in a report.
struct ReportEntry {
  std::uint64_t position = 0;  ///< of the partition among the stage's
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t accumulator = 0;  ///< accumulator values only
};

/// A task that failed for good, as its rank knows it.
struct FailureRecord {
  std::uint64_t partition = 0;
  RDDId operation = 0;  ///< or `ofAction`
  std::uint64_t attempts = 0;
  bool nestedJob = false;  ///< the task tried to use the driver's interface: it is not tried again
  bool diskFull = false;
  std::string what;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& partition& operation& attempts& nestedJob& diskFull& what;
  }
};

/// What the tasks of one rank leave for the driver. The results stand in `data` as the tasks wrote them; on the wire
/// the rest follows behind them, so that they are not copied once more.
struct StageReport {
  Bytes data;
  std::vector<ReportEntry> results;
  std::vector<ReportEntry> accumulators;
  std::vector<BlockId> stored;
  std::vector<FailureRecord> failures;

  bool empty() const { return results.empty() && accumulators.empty() && stored.empty() && failures.empty(); }
  ByteView view(const ReportEntry& entry) const { return ByteView(data).subspan(entry.begin, entry.end - entry.begin); }

  /// Forgets results and accumulator values.
  void dropData();

  /// As one message. The report is empty afterwards.
  Bytes toMessage() &&;

  /// Throws WireError for a damaged message.
  static StageReport fromMessage(Bytes message);
};

}  // namespace seltzer::detail
