#include <utility>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

namespace seltzer {

TaskError::TaskError(TaskFailure failure)
    : std::runtime_error(fmt::format("{} at {}: partition {} failed {} times on rank {} ({}), last with: {}",
                                     failure.operation, failure.callSite, failure.partition, failure.attempts,
                                     failure.rank, failure.host, failure.what)),
      failure_(std::move(failure)) {}

}  // namespace seltzer
