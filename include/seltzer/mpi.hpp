#pragma once

/// @file
/// For barrier stages whose functions call MPI: `BarrierTaskContext::communicator` and `wait`. Link `seltzer::mpi`,
/// which brings MPI's header and library. No other header of Seltzer includes `mpi.h`.

#include <memory>
#include <utility>

#include <mpi.h>

#include <seltzer/task_context.hpp>

namespace seltzer {

namespace detail {

struct MpiTypes {
  using Communicator = MPI_Comm;

  static MPI_Comm communicatorOf(BarrierTaskContext& task) {
    MPI_Comm communicator = MPI_COMM_NULL;
    task.copyCommunicator(&communicator);
    return communicator;
  }

  static void wait(BarrierTaskContext& task, MPI_Request& request, std::shared_ptr<const void> buffers) {
    task.waitFor(&request, std::move(buffers));
  }
};

}  // namespace detail

template <class Types>
typename Types::Communicator BarrierTaskContext::communicator() {
  return Types::communicatorOf(*this);
}

template <class Request>
void BarrierTaskContext::wait(Request& request, std::shared_ptr<const void> buffers) {
  detail::MpiTypes::wait(*this, request, std::move(buffers));
}

}  // namespace seltzer
