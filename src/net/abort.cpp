#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>

#include <pthread.h>
#include <unistd.h>

#include <seltzer/errors.hpp>

#include "net/abort_message.hpp"
#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

void printAbortMessage(int rank, std::string_view host, std::string_view what) {
  char line[4096];
  const int shown = static_cast<int>(std::min(what.size(), sizeof line - 256));
  const int shownHost = static_cast<int>(std::min(host.size(), std::size_t{128}));
  const int length =
      std::snprintf(line, sizeof line, "[rank %d, %.*s] %.*s\n", rank, shownHost, host.data(), shown, what.data());
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line, static_cast<std::size_t>(length));
}

void endWithin(unsigned seconds, int code) {
  static std::atomic<int> last{-1};
  int none = -1;
  if (!last.compare_exchange_strong(none, code)) return;
  std::signal(SIGALRM, [](int) { ::_exit(last.load()); });
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  ::alarm(seconds);
}

void abortAll(int rank, std::string_view host, int code, std::string_view what) {
  static std::atomic<bool> aborting{false};
  endWithin(10, code);
  printAbortMessage(rank, host, what);
  if (!isForkedCopy()) {
    std::fflush(stdout);  // may block on a thread that is writing
    std::fflush(stderr);
    if (!aborting.exchange(true) && mpiIsRunning()) MPI_Abort(MPI_COMM_WORLD, code);
  }
  ::_exit(code);
}

void abortAll(const CommunicatorState& state, int code, std::string_view what) {
  const auto rank = static_cast<std::size_t>(state.rank);
  abortAll(state.rank, rank < state.hosts.size() ? std::string_view(state.hosts[rank]) : "?", code, what);
}

void Communicator::abort(int code, std::string_view what) {
  abortAll(*state_, code, what);
}

void allocateForReceive(const CommunicatorState& state, Bytes& buffer, std::size_t size, const char* what) {
  try {
    buffer.clear();
    buffer.resize(size);
  } catch (const std::exception&) {
    char text[512];
    const std::string_view activity = state.activity.empty() ? what : state.activity.substr(0, 256);
    std::snprintf(text, sizeof text, "%.*s: %s: out of memory, %zu bytes were to be received",
                  static_cast<int>(activity.size()), activity.data(), what, size);
    abortAll(state, exitMemory, text);
  }
}

}  // namespace seltzer::detail
