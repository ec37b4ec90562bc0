#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include <seltzer/context.hpp>
#include <seltzer/errors.hpp>

namespace seltzer {

namespace detail {

int runProgram(int& argc, char**& argv, const std::function<int(Context&)>& driver);

}  // namespace detail

/// Runs a program. **Collective.** Initializes MPI, calls `driver(context)` on rank 0 while all ranks execute its jobs,
/// finalizes MPI, and returns the exit code on every rank: what the driver returns, or 0 if it returns void. An
/// exception that leaves the driver is printed once and becomes an exit code; see ExitCode and UsageError. Works under
/// `mpirun` and `srun`, and without a launcher, as one rank.
///
/// First removes the engine's options, `--seltzer-...`, from `argv`; the environment variables `SELTZER_...` set them
/// too, and `--seltzer-help` lists them. An unknown option or a bad value ends the program with exit code 2. May be
/// called once.
///
/// If the program has initialized MPI itself, with at least MPI_THREAD_FUNNELED, `run` does not finalize it. Calling
/// MPI_Finalize in the driver function or in a task ends all ranks with a message. A child process that these fork is
/// not a rank: it may exit in any way, but must not return from a task.
template <class Driver>
int run(int& argc, char**& argv, Driver&& driver) {
  return detail::runProgram(argc, argv, [&driver](Context& context) -> int {
    if constexpr (std::is_void_v<std::invoke_result_t<Driver&, Context&>>) {
      std::invoke(driver, context);
      return exitDone;
    } else {
      return std::invoke(driver, context);
    }
  });
}

}  // namespace seltzer
