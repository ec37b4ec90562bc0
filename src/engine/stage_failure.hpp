#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <seltzer/detail/engine/stage_failure.hpp>
#include <seltzer/detail/net/communicator.hpp>

#include "engine/stage_report.hpp"

namespace seltzer::detail {

/// Inside a catch block: describes the current exception in `failure`. Rethrows std::bad_alloc and errors of the
/// communicator, which are not the fault of a user's function.
void describeException(FailureRecord& failure);

/// Ends all ranks because memory ran out while working on a partition.
[[noreturn]] void abortOutOfMemory(Communicator& communicator, std::string_view operation, std::size_t partition);

/// A user's function (a `serialize`, a comparison, a constructor) threw outside the tasks of a stage.
class StageFailure : public std::runtime_error {
 public:
  explicit StageFailure(FailureRecord record) : std::runtime_error(record.what), record_(std::move(record)) {}
  const FailureRecord& record() const { return record_; }

 private:
  FailureRecord record_;
};

}  // namespace seltzer::detail
