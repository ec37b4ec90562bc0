#pragma once

#include <string>
#include <vector>

#include <mpi.h>

namespace seltzer::detail {

/// A communicator for a user's own MPI calls. The first error of a call with it is noted, besides being returned: the
/// error handlers of the program's other communicators are not touched.
class UserCommunicator {
 public:
  /// **Collective** over `ranks` of `all`, which get ranks in that order.
  UserCommunicator(MPI_Comm all, const std::vector<int>& ranks);
  /// Does not free the communicator.
  ~UserCommunicator();
  UserCommunicator(const UserCommunicator&) = delete;
  UserCommunicator& operator=(const UserCommunicator&) = delete;

  MPI_Comm get() const { return comm_; }

  /// MPI's text; empty if there was no error.
  const std::string& error() const { return error_; }

  /// **Collective.** All operations on it must be complete.
  void free();

 private:
  MPI_Comm comm_ = MPI_COMM_NULL;
  std::string error_;
};

}  // namespace seltzer::detail
