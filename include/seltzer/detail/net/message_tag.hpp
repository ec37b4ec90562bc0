#pragma once

namespace seltzer::detail {

/// The channel of a point-to-point message. Messages of one sender on one tag arrive in the order in which they were
/// sent; a receive on one tag does not see messages on others.
enum class MessageTag : int {
  Control,   ///< commands from the driver to the ranks
  Data,      ///< partitions and other bulk data
  Result,    ///< partial results
  Progress,  ///< small updates to rank 0 while a stage runs
};

inline constexpr int channelCount = 4;

}  // namespace seltzer::detail
