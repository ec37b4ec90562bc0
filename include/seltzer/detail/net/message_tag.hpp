#pragma once

namespace seltzer::detail {

/// Which conversation a point-to-point message belongs to. Messages of one sender on one tag arrive in the order in
/// which they were sent; channels do not see each other's messages.
enum class MessageTag : int {
  Control,   ///< orders of the driver to the ranks
  Data,      ///< partitions and other bulk data
  Result,    ///< partial results
  Progress,  ///< small news to rank 0 while a stage runs
};

inline constexpr int channelCount = 4;

}  // namespace seltzer::detail
