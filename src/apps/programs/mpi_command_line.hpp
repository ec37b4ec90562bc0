/// The command line of programs in plain MPI, where every rank parses it.
#pragma once

#include <cstdio>
#include <optional>

#include <CLI/CLI.hpp>
#include <mpi.h>

namespace program {

/// Parses the command line by `app` for the program `name`. Returns the exit code if the program ends here: 0 after
/// `--help`, 2 after an error; rank 0 prints either.
inline std::optional<int> parseOnAllRanks(CLI::App& app, const char* name, int argc, char** argv) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    if (rank == 0) std::printf("%s", app.help().c_str());
    return 0;
  } catch (const CLI::Error& error) {
    if (rank == 0) std::fprintf(stderr, "%s: %s\nRun %s --help for the options.\n", name, error.what(), name);
    return 2;
  }
}

}  // namespace program
