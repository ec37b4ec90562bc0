#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <mpi.h>

#include <seltzer/seltzer.hpp>

namespace bench {

/// Calls `body()` on all ranks at once and returns rank 0's result. `body` may call collectives on MPI_COMM_WORLD: if
/// it throws on a rank, for which the others would wait, all end.
template <class Body>
auto onAllRanks(seltzer::Context& sc, Body body) {
  const auto ranks = static_cast<std::int64_t>(sc.ranks());
  const auto orEnd = [body](std::size_t, auto&) {
    try {
      return body();
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      MPI_Abort(MPI_COMM_WORLD, seltzer::exitTask);
      throw;
    }
  };
  return sc.runJob(sc.range(0, ranks, 1, ranks), orEnd).front();
}

}  // namespace bench
