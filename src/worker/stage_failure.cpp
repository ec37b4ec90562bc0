#include "engine/stage_failure.hpp"

#include <new>
#include <utility>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

#include "worker/executor.hpp"

namespace seltzer::detail {

void abortOutOfMemory(Communicator& communicator, std::string_view operation, std::size_t partition) {
  communicator.abort(exitMemory,
                     fmt::format("{}, partition {}: out of memory; use more ranks or nodes, more and smaller "
                                 "partitions, or persist less",
                                 operation, partition));
}

void throwStageFailure(RDDId operation, std::size_t partition) {
  FailureRecord failure;
  failure.partition = partition;
  failure.operation = operation;
  failure.attempts = 1;
  try {
    describeException(failure);
  } catch (const std::bad_alloc&) {
    Executor& executor = *Executor::current();
    abortOutOfMemory(executor.communicator(), executor.operationOf(operation), partition);
  }
  throw StageFailure(std::move(failure));
}

}  // namespace seltzer::detail
