#include <utility>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

namespace seltzer {

TaskError::TaskError(TaskFailure failure)
    : std::runtime_error(
          fmt::format("{} at {}: partition {} failed {} on rank {} ({}){}: {}", failure.operation, failure.callSite,
                      failure.partition, failure.attempts == 1 ? "once" : fmt::format("{} times", failure.attempts),
                      failure.rank, failure.host, failure.attempts == 1 ? "" : ", last with", failure.what)),
      failure_(std::move(failure)) {}

}  // namespace seltzer
