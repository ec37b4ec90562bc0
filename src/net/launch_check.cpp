#include "net/launch_check.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "net/environment.hpp"

namespace seltzer::detail {

namespace {

/// The environment variables that identify a launcher; `step`, if not null, must be set too.
struct LauncherVariables {
  const char* name;
  const char* processes;
  const char* rank;
  const char* step;
};

/// By precedence: mpirun inside a Slurm allocation is itself started by a Slurm step.
constexpr std::array<LauncherVariables, 3> launchers{{
    {"mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", nullptr},
    {"PMI", "PMI_SIZE", "PMI_RANK", nullptr},
    {"Slurm", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_STEP_ID"},
}};

std::optional<long> numberIn(const EnvironmentLookup& lookup, const char* name) {
  const char* text = lookup(name);
  if (text == nullptr) return std::nullopt;
  long number = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), number);
  if (error != std::errc() || *end != '\0') return std::nullopt;
  return number;
}

}  // namespace

std::optional<Launcher> findLauncher(const EnvironmentLookup& lookup) {
  for (const LauncherVariables& variables : launchers) {
    if (variables.step != nullptr && lookup(variables.step) == nullptr) continue;
    const auto processes = numberIn(lookup, variables.processes);
    if (!processes) continue;
    return Launcher{variables.name, variables.processes, *processes, numberIn(lookup, variables.rank).value_or(0)};
  }
  return std::nullopt;
}

std::optional<std::string> loneRankAdvice(int worldSize, const std::optional<Launcher>& launcher,
                                          std::string_view mpiLibrary) {
  if (worldSize != 1 || !launcher || launcher->processes <= 1) return std::nullopt;
  std::string advice = launcher->name + " started " + std::to_string(launcher->processes) + " processes (" +
                       launcher->variable +
                       "), but each of them is alone in MPI: the launcher does not work with this " +
                       "program's MPI library, " + std::string(mpiLibrary) + ". ";
  if (launcher->name == "mpirun") {
    return advice + "Use the mpirun that belongs to this library, or build the program with the mpirun's own MPI.";
  }
  return advice +
         "Use `srun --mpi=pmix` (`srun --mpi=list` shows what this Slurm has), or the mpirun that belongs to " +
         "this library, inside the allocation.";
}

void checkProcessManager(const EnvironmentLookup& lookup) {
  const auto launcher = findLauncher(lookup);
  // Other libraries find their ranks in other ways; `checkNotAlone` reports if they do not.
  if (!launcher || launcher->name != "Slurm" || !Environment::library().starts_with("Open MPI")) return;
  for (const char* name : {"PMIX_NAMESPACE", "PMIX_RANK", "PMI_FD", "PMI_RANK", "PMI_JOBID"}) {
    if (lookup(name) != nullptr) return;
  }
  const auto advice = loneRankAdvice(1, launcher, Environment::library());
  if (advice) throw LaunchError(*advice, launcher->rank == 0);
}

void checkNotAlone(const Communicator& communicator) {
  const auto launcher = findLauncher([](const char* name) { return std::getenv(name); });
  const auto advice = loneRankAdvice(communicator.size(), launcher, Environment::library());
  if (advice) throw LaunchError(*advice, launcher->rank == 0);
}

}  // namespace seltzer::detail
