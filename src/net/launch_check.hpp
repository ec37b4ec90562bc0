#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <seltzer/detail/net/communicator.hpp>

#include "net/launch_error.hpp"

namespace seltzer::detail {

/// The value of an environment variable, or null: `std::getenv`, or a table in a test.
using EnvironmentLookup = std::function<const char*(const char* name)>;

/// What the environment says of the launcher.
struct Launcher {
  std::string name;      ///< `Slurm`, `mpirun` or `PMI`
  std::string variable;  ///< the variable with the number of processes
  long processes = 1;    ///< how many it started
  long rank = 0;         ///< of this process
};

/// The launcher that started this process, if any; Slurm's variables count only inside a step, not in the shell of an
/// allocation.
std::optional<Launcher> findLauncher(const EnvironmentLookup& lookup);

/// Advice to the user if `worldSize` is 1 although the launcher started more processes; nothing otherwise.
std::optional<std::string> loneRankAdvice(int worldSize, const std::optional<Launcher>& launcher,
                                          std::string_view mpiLibrary);

/// Before MPI starts: throws `LaunchError` with advice if a Slurm step of several processes offers no process manager,
/// so that each would be alone, and the library is Open MPI, which would end the process with a message of its own.
/// Only the first process prints.
void checkProcessManager(const EnvironmentLookup& lookup);

/// Throws `LaunchError` with advice if this rank is alone in MPI although a launcher started several. Does not
/// communicate, since no other rank would answer. Only the launcher's first process prints.
void checkNotAlone(const Communicator& communicator);

}  // namespace seltzer::detail
