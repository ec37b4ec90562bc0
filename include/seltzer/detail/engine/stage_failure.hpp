#pragma once

#include <cstddef>
#include <utility>

#include <seltzer/detail/data/block/block_id.hpp>

namespace seltzer::detail {

/// Inside a catch block: rethrows the current exception as a StageFailure of `operation`; ends all ranks if memory ran
/// out.
[[noreturn]] void throwStageFailure(RDDId operation, std::size_t partition);

/// Runs `work`, which calls user functions for a partition outside its task. What they throw becomes a StageFailure,
/// which the driver handles like a failed task.
template <class Work>
decltype(auto) asPartOfStage(RDDId operation, std::size_t partition, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (...) {
    throwStageFailure(operation, partition);
  }
}

}  // namespace seltzer::detail
