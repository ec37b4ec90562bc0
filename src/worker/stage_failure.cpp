#include <exception>
#include <new>
#include <system_error>

#include <fmt/format.h>

#include <seltzer/detail/engine/stage_failure.hpp>
#include <seltzer/detail/net/communicator_error.hpp>
#include <seltzer/errors.hpp>

#include "files/full_disk.hpp"
#include "worker/exception_text.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

void describeException(FailureRecord& failure) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const CommunicatorError&) {
    throw;
  } catch (const NestedJobError& error) {
    failure.what = error.what();
    failure.nestedJob = true;
  } catch (const std::system_error& error) {
    failure.what = textOf(error);
    failure.diskFull = meansFullDisk(error.code());
  } catch (const std::exception& error) {
    failure.what = textOf(error);
  } catch (...) {
    failure.what = notAnException;
  }
}

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
