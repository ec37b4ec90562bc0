#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace seltzer::detail {

/// Initializes and finalizes MPI, for the thread that constructs it. Construct it first in the program and destroy it
/// last.
///
/// Works with and without a launcher (then as a single rank). Also ignores SIGPIPE and SIGXFSZ: a peer's death must be
/// an MPI error and a file that is too large an error of its writer, and not kill the process. The destructor finalizes
/// MPI, also when the stack unwinds, and waits for all ranks to do so: a failure that not all ranks know of must go to
/// `Communicator::abort` instead. A `LaunchError` is known to all.
///
/// A program that initialized MPI itself finalizes it itself, after this object is gone. An earlier MPI_Finalize ends
/// all ranks with a message, and so does the destructor if something else closed MPI's descriptors.
class Environment {
 public:
  /// Initializes MPI, which removes its own arguments. Throws `LaunchError` if MPI does not offer
  /// `MPI_THREAD_FUNNELED`, if the program initialized MPI without it, or if MPI is already finalized. MPI_Finalize may
  /// take `longestEnd`; 0: no limit.
  Environment(int& argc, char**& argv, std::chrono::seconds longestEnd = std::chrono::seconds(0));
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  /// **Collective.** Finalizes MPI before the destructor, whoever initialized it: for a process that leaves by
  /// `std::exit` and so destroys no local object.
  static void finalize();

  /// The MPI library's name and version, one line.
  static std::string library();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace seltzer::detail
