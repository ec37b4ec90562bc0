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

/// The whole of a program. **Collective.** Starts MPI, calls `driver(context)` on rank 0 while all ranks serve it, ends
/// MPI, and returns the exit code on every rank: what the driver returns, or 0 where it returns nothing; see ExitCode
/// and UsageError for errors, which are printed once. Works under `mpirun`, `srun` and without a launcher, as one rank.
///
/// Takes the engine's options, `--seltzer-...`, out of `argv`, before anything reads it, and their values from the
/// variables `SELTZER_...` of the environment: `--seltzer-help` lists them. An unknown one, or a bad value, ends the
/// program with exit code 2. May be called once.
///
/// Where the program has started MPI itself, with MPI_THREAD_FUNNELED or more, `run` leaves it running at the end. In
/// the driver function and in tasks MPI_Finalize ends all ranks with a message. A child that they fork is no rank: it
/// may end as it likes, and must not return from a task.
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
