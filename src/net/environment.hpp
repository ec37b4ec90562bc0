#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace seltzer::detail {

/// MPI from its start to its end, for the thread that makes it. Make it first in the program and destroy it last.
///
/// Works under a launcher and without one (a single rank). Also ignores SIGPIPE, since a peer's death must be an error
/// of MPI and not of the process. Its destructor ends MPI, also when the stack unwinds, and waits for all ranks to do
/// so: a failure that not all ranks know of must go to `Communicator::abort` instead. A `LaunchError` is known to all.
///
/// Where the program has started MPI itself, it also ends it, after this object is gone. An MPI_Finalize before that
/// ends all ranks with a message, and so does the end where MPI's descriptors were closed by somebody else.
class Environment {
 public:
  /// Starts MPI, which takes its own arguments away. Throws `LaunchError` if MPI does not offer `MPI_THREAD_FUNNELED`,
  /// or the program's own start of MPI did not ask for it, or MPI has already ended. The end of MPI may take
  /// `longestEnd`; 0: as long as it likes.
  Environment(int& argc, char**& argv, std::chrono::seconds longestEnd = std::chrono::seconds(0));
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  /// **Collective.** Ends MPI ahead of the destructor, whoever started it, for a process that leaves by `std::exit` and
  /// destroys no local object.
  static void finalize();

  /// The MPI library's name and version, one line.
  static std::string library();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace seltzer::detail
