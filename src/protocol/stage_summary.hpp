#pragma once

#include <cstdint>

#include <seltzer/detail/engine/exact_value.hpp>

namespace seltzer::detail {

/// The outcome of a stage over all ranks, by one MPI_Reduce.
struct StageSummary {
  std::uint64_t failedRanks = 0;
  std::uint64_t reporters = 0;      ///< ranks that send the driver a report
  std::uint64_t resultBytes = 0;    ///< of all ranks' results and accumulator values
  std::uint64_t progressPosts = 0;  ///< progress messages sent, which the driver may not have received yet
  ExactValue exact;
};

inline void mergeSummary(StageSummary& into, const StageSummary& from) {
  into.failedRanks += from.failedRanks;
  into.reporters += from.reporters;
  into.resultBytes += from.resultBytes;
  into.progressPosts += from.progressPosts;
  into.exact.combine(from.exact);
}

}  // namespace seltzer::detail
