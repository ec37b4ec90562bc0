#pragma once

#include <stdexcept>
#include <string>

namespace seltzer::detail {

/// A call into MPI that failed, or a collective operation that another rank broke. The message names the call, the rank
/// and MPI's own text; after an error of MPI itself the communicator is not usable any more, except for
/// `Communicator::abort`.
class CommunicatorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A collective operation that another rank broke, and all ranks gave up. The communicator stays usable.
class RemoteError : public CommunicatorError {
 public:
  using CommunicatorError::CommunicatorError;
};

/// What `Communicator::agreeOnFailure` tells every rank: the lowest rank that failed, and why.
struct RemoteFailure {
  int rank = 0;
  std::string host;
  std::string message;

  /// `[rank 3, node7] message`.
  std::string describe() const { return "[rank " + std::to_string(rank) + ", " + host + "] " + message; }
};

}  // namespace seltzer::detail
