#pragma once

#include <stdexcept>
#include <string>

namespace seltzer::detail {

/// An MPI call failed, or a collective operation failed on another rank. The message has the call, the rank and MPI's
/// own text. After an MPI error the communicator is unusable, except for `Communicator::abort`.
class CommunicatorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A collective operation failed on another rank, and was abandoned by all. The communicator stays usable.
class RemoteError : public CommunicatorError {
 public:
  using CommunicatorError::CommunicatorError;
};

/// The result of `Communicator::agreeOnFailure`: the lowest rank that failed, and why.
struct RemoteFailure {
  int rank = 0;
  std::string host;
  std::string message;

  /// `[rank 3, node7] message`.
  std::string describe() const { return "[rank " + std::to_string(rank) + ", " + host + "] " + message; }
};

}  // namespace seltzer::detail
