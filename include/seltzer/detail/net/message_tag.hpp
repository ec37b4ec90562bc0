#pragma once

namespace seltzer::detail {

/// The tag of a point-to-point message. Messages of one sender with one tag arrive in the order in which they were
/// sent; a receive with one tag does not see messages with others.
enum class MessageTag : int {
  control,      ///< commands from the driver to the ranks
  data,         ///< partitions and other bulk data
  result,       ///< partial results
  progress,     ///< small updates to rank 0 while a stage runs
  taskRequest,  ///< an idle rank asks another host for tasks
  taskAnswer,   ///< their positions in the stage, or none
  barrier,      ///< the tasks of a barrier stage to each other
};

inline constexpr int messageTagCount = 7;

}  // namespace seltzer::detail
