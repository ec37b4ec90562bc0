#include "net/environment.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include <boost/mpi/environment.hpp>
#include <unistd.h>

#include <seltzer/errors.hpp>

#include "net/abort_message.hpp"
#include "net/deadline.hpp"
#include "net/file_identity.hpp"
#include "net/host_name.hpp"
#include "net/launch_check.hpp"
#include "net/launch_error.hpp"
#include "net/mpi_check.hpp"
#include "net/stop_event.hpp"

namespace seltzer::detail {
namespace {

int worldRank() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

/// Throws a LaunchError that one rank prints.
[[noreturn]] void refuse(const std::string& why) {
  const auto launcher = findLauncher([](const char* name) { return std::getenv(name); });
  throw LaunchError(why, mpiIsRunning() ? worldRank() == 0 : !launcher || launcher->rank == 0);
}

void refuseSecondStart() {
  int ended = 0;
  MPI_Finalized(&ended);
  if (ended != 0) {
    refuse(
        "MPI has ended before seltzer::run (MPI_Finalize), and starts only once in a process: let run() start and "
        "end it, or call MPI_Finalize after run()");
  }
}

void checkThreads(bool startedBefore) {
  const auto level = boost::mpi::environment::thread_level();
  if (level < boost::mpi::threading::funneled) {
    if (!startedBefore) {
      refuse("this MPI library cannot be used by programs with threads (MPI_THREAD_FUNNELED): " +
             Environment::library());
    }
    refuse(
        "the program started MPI before seltzer::run with MPI_Init, which allows no threads: let run() start MPI, "
        "or call MPI_Init_thread with MPI_THREAD_FUNNELED or more");
  }
  if (level < boost::mpi::threading::serialized && !boost::mpi::environment::is_main_thread()) {
    refuse("seltzer::run must be called by the thread that started MPI (MPI_Init_thread)");
  }
}

/// What the end of MPI needs; global, since `finalize` has no `Environment`.
struct Ending {
  std::chrono::seconds longest{0};
  int sentinel = -1;                     ///< a descriptor of ours; closed: MPI's were probably closed too
  std::optional<FileIdentity> identity;  ///< of the sentinel
  int attribute = MPI_KEYVAL_INVALID;    ///< of MPI_COMM_SELF
  bool allowed = true;                   ///< false: an MPI_Finalize now is not ours
};

Ending ending;

/// MPI_Finalize calls this before anything else.
int onAttributeDeleted(MPI_Comm, int, void*, void*) {
  if (ending.allowed) return MPI_SUCCESS;
  abortAll(
      worldRank(), hostName(), exitTask,
      "MPI_Finalize was called before the program's end: remove the call, since seltzer::run ends MPI itself; a program "
      "that starts MPI before run() may end it after run()");
}

void guardEnd(int sentinel, std::chrono::seconds longest) {
  ending.longest = longest;
  ending.sentinel = sentinel;
  ending.identity.emplace(sentinel);
  check(MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, onAttributeDeleted, &ending.attribute, nullptr),
        "MPI_Comm_create_keyval");
  check(MPI_Comm_set_attr(MPI_COMM_SELF, ending.attribute, nullptr), "MPI_Comm_set_attr");
  ending.allowed = false;
}

void allowEnd() {
  if (ending.identity && FileIdentity(ending.sentinel) != *ending.identity) {
    // MPI_Abort would wait on a closed connection; the launcher notices a rank that exits.
    printAbortMessage(worldRank(), hostName(), closedDescriptors);
    std::fflush(stdout);
    ::_exit(exitTask);
  }
  ending.allowed = true;
  if (ending.attribute == MPI_KEYVAL_INVALID) return;
  MPI_Comm_delete_attr(MPI_COMM_SELF, ending.attribute);
  MPI_Comm_free_keyval(&ending.attribute);
}

Deadline deadlineOfEnd() {
  return Deadline(ending.longest, "the end of MPI (MPI_Finalize)", "--seltzer-rank-timeout and 10 s");
}

/// Without a launcher, Open MPI 4 would start a helper process, which takes longer than the rest of MPI_Init, and
/// create session folders, which programs that start at the same time would delete for each other if there were no
/// helper. Only MPI_Comm_spawn and other ranks need either. If the user has set one of the variables, none is changed.
class WithoutHelper {
 public:
  WithoutHelper() {
    const auto value = [](const char* name) { return std::getenv(name); };
    if (mpiIsRunning() || findLauncher(value)) return;
    if (std::ranges::any_of(variables, [&](const auto& variable) { return value(variable.first) != nullptr; })) return;
    for (const auto& [name, wanted] : variables) ::setenv(name, wanted, 0);
    isSet_ = true;
  }
  ~WithoutHelper() {
    if (!isSet_) return;
    for (const auto& [name, wanted] : variables) ::unsetenv(name);  // not for processes that the program starts
  }
  WithoutHelper(const WithoutHelper&) = delete;
  WithoutHelper& operator=(const WithoutHelper&) = delete;

 private:
  static constexpr std::array<std::pair<const char*, const char*>, 2> variables = {
      {{"OMPI_MCA_ess_singleton_isolated", "1"}, {"OMPI_MCA_orte_create_session_dirs", "0"}}};
  bool isSet_ = false;
};

}  // namespace

struct Environment::State {
  State(int& argc, char**& argv) : mpi(argc, argv, boost::mpi::threading::funneled, false) {}

  StopEvent sentinel;
  boost::mpi::environment mpi;
};

Environment::Environment(int& argc, char**& argv, std::chrono::seconds longestEnd) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  refuseSecondStart();
  const bool startedBefore = mpiIsRunning();
  {
    const WithoutHelper scope;
    state_ = std::make_unique<State>(argc, argv);
  }
  checkThreads(startedBefore);
  guardEnd(state_->sentinel.descriptor(), longestEnd);
}

Environment::~Environment() {
  if (!state_ || !mpiIsRunning()) return;
  allowEnd();
  const Deadline deadline = deadlineOfEnd();
  state_.reset();
}

void Environment::finalize() {
  if (!mpiIsRunning()) return;
  allowEnd();
  const Deadline deadline = deadlineOfEnd();
  check(MPI_Finalize(), "MPI_Finalize");
}

std::string Environment::library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
  const std::string all(text, static_cast<std::size_t>(length));
  return all.substr(0, all.find_first_of(",\n"));
}

}  // namespace seltzer::detail
