#pragma once

#include <exception>
#include <utility>

#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/detail/net/communicator_error.hpp>

namespace seltzer::detail {

/// **Collective.** Runs `work`, which must not communicate, on every rank. If it throws on any, this throws on all: its
/// exception on those ranks, a RemoteError on the others. One all-reduce of 4 bytes.
template <class Work>
void allOrNone(Communicator& communicator, Work&& work) {
  std::exception_ptr failure;
  try {
    std::forward<Work>(work)();
  } catch (...) {
    failure = std::current_exception();
  }
  const bool ok = communicator.agree(!failure);
  if (failure) std::rethrow_exception(failure);
  if (!ok) throw RemoteError("another rank failed");
}

}  // namespace seltzer::detail
