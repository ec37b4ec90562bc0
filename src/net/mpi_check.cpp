#include "net/mpi_check.hpp"

#include <string>

#include <seltzer/detail/net/communicator_error.hpp>

namespace seltzer::detail {

std::string mpiErrorText(int code) {
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) length = 0;
  return std::string(text, static_cast<std::size_t>(length));
}

void throwMpiError(int code, const char* call) {
  int rank = -1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  throw CommunicatorError(std::string(call) + " failed on rank " + std::to_string(rank) + ": " + mpiErrorText(code));
}

bool mpiIsRunning() {
  int started = 0;
  int ended = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&ended);
  return started != 0 && ended == 0;
}

}  // namespace seltzer::detail
