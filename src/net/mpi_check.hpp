#pragma once

#include <string>

#include <mpi.h>

namespace seltzer::detail {

/// MPI's text for the code of a failed call.
std::string mpiErrorText(int code);

/// Throws the `CommunicatorError` for a failed call: its name, this rank, and MPI's text.
[[noreturn]] void throwMpiError(int code, const char* call);

/// The one place where an MPI return code becomes an exception.
inline void check(int code, const char* call) {
  if (code != MPI_SUCCESS) [[unlikely]] {
    throwMpiError(code, call);
  }
}

/// Whether MPI is initialized and not finalized.
bool mpiIsRunning();

}  // namespace seltzer::detail
