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

/// How a launcher says that it started this process.
struct Launcher {
  std::string name;      ///< `Slurm`, `mpirun` or `PMI`
  std::string variable;  ///< the variable that says how many it started
  long processes = 1;    ///< how many it started
  long rank = 0;         ///< which of them this is
};

/// The launcher that started this process among others, if any; Slurm's variables count only inside a step, not in the
/// shell of an allocation.
std::optional<Launcher> findLauncher(const EnvironmentLookup& lookup);

/// What to tell the user if `worldSize` is 1 though the launcher started more; nothing otherwise.
std::optional<std::string> loneRankAdvice(int worldSize, const std::optional<Launcher>& launcher,
                                          std::string_view mpiLibrary);

/// Before MPI starts: throws `LaunchError` with advice if a Slurm step of several processes offers no process manager,
/// so that each would be alone, and the library is Open MPI, which ends such a process with words of its own. Speaks on
/// the first process.
void checkProcessManager(const EnvironmentLookup& lookup);

/// Throws `LaunchError` with advice if this rank is alone though a launcher started several. Does not communicate,
/// since nobody would answer. Speaks on the launcher's first process.
void checkNotAlone(const Communicator& communicator);

}  // namespace seltzer::detail
