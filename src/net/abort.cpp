#include <algorithm>
#include <atomic>
#include <cstdio>
#include <stdexcept>

#include <unistd.h>

#include <seltzer/net/exit_code.hpp>

#include "communicator_state.hpp"
#include "last_words.hpp"

namespace seltzer::detail {

void printLastWords(int rank, std::string_view host, std::string_view what) {
  char line[4096];
  const int shown = static_cast<int>(std::min(what.size(), sizeof line - 256));
  const int shownHost = static_cast<int>(std::min(host.size(), std::size_t{128}));
  const int length =
      std::snprintf(line, sizeof line, "[rank %d, %.*s] %.*s\n", rank, shownHost, host.data(), shown, what.data());
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line, static_cast<std::size_t>(length));
  std::fflush(stdout);  // may wait for a thread that is writing
  std::fflush(stderr);
}

void abortAll(const CommunicatorState& state, int code, std::string_view what) {
  static std::atomic<bool> aborting{false};
  const auto rank = static_cast<std::size_t>(state.rank);
  printLastWords(state.rank, rank < state.hosts.size() ? std::string_view(state.hosts[rank]) : "?", what);
  if (!aborting.exchange(true)) {
    int started = 0;
    int ended = 0;
    MPI_Initialized(&started);
    MPI_Finalized(&ended);
    if (started != 0 && ended == 0) MPI_Abort(MPI_COMM_WORLD, code);
  }
  ::_exit(code);
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
