#include <csignal>

#include <boost/mpi/environment.hpp>

#include <seltzer/net/environment.hpp>
#include <seltzer/net/launch_error.hpp>

#include "mpi_check.hpp"

namespace seltzer::detail {

struct Environment::State {
  State(int& argc, char**& argv) : mpi(argc, argv, boost::mpi::threading::funneled, false) {}

  boost::mpi::environment mpi;
};

Environment::Environment(int& argc, char**& argv) {
  std::signal(SIGPIPE, SIG_IGN);
  state_ = std::make_unique<State>(argc, argv);
  if (boost::mpi::environment::thread_level() < boost::mpi::threading::funneled) {
    throw LaunchError("this MPI library cannot be used by programs with threads (MPI_THREAD_FUNNELED): " + library(),
                      true);
  }
}

Environment::~Environment() = default;

void Environment::finalize() {
  int started = 0;
  int ended = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&ended);
  if (started != 0 && ended == 0) check(MPI_Finalize(), "MPI_Finalize");
}

std::string Environment::library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
  const std::string all(text, static_cast<std::size_t>(length));
  return all.substr(0, all.find_first_of(",\n"));
}

}  // namespace seltzer::detail
