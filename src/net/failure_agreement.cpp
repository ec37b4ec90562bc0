#include <climits>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

namespace {

/// The lowest rank that failed, on every rank; INT_MAX if none did. **Collective.**
int lowestFailedRank(CommunicatorState& state, bool failed) {
  refuseForkedCopy();
  int lowest = failed ? state.rank : INT_MAX;
  if (state.size == 1) return lowest;
  check(MPI_Allreduce(MPI_IN_PLACE, &lowest, 1, MPI_INT, MPI_MIN, state.comm), "MPI_Allreduce");
  state.traffic.reduce.addSent(sizeof lowest);
  state.traffic.reduce.addReceived(sizeof lowest);
  return lowest;
}

}  // namespace

bool Communicator::agree(bool ok) {
  return lowestFailedRank(*state_, !ok) == INT_MAX;
}

std::optional<RemoteFailure> Communicator::agreeOnFailure(const std::optional<std::string>& mine) {
  CommunicatorState& s = *state_;
  // 1. Whether a rank failed, and which.
  const int failed = lowestFailedRank(s, mine.has_value());
  if (failed == INT_MAX) return std::nullopt;
  RemoteFailure failure{failed, hostOf(failed), failed == s.rank ? *mine : std::string()};
  if (s.size == 1) return failure;
  // 2. The length of its message. 3. The message.
  std::uint64_t length = failure.message.size();
  check(MPI_Bcast(&length, 1, MPI_UINT64_T, failed, s.comm), "MPI_Bcast");
  failure.message.resize(length);
  broadcastPieces(std::as_writable_bytes(std::span(failure.message)), failed, s.comm, s.messageLimit);
  return failure;
}

}  // namespace seltzer::detail
