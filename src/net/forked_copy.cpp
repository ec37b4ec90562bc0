#include "net/forked_copy.hpp"

#include <utility>

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <seltzer/errors.hpp>

#include "net/abort_message.hpp"

namespace seltzer::detail {
namespace {

struct Identity {
  int rank = 0;
  std::string host;
};

Identity& identity() {
  static Identity mine;
  return mine;
}

}  // namespace

void noticeForks(int rank, std::string host) {
  identity() = {rank, std::move(host)};
  static const int registered = ::pthread_atfork(nullptr, nullptr, [] { forkedCopy = true; });
  static_cast<void>(registered);
}

void endForkedCopy() {
  printAbortMessage(identity().rank, identity().host,
                    fmt::format("process {}, which a user's function has forked, came back from that function: only "
                                "the rank itself may; let it end with _exit, or exec",
                                ::getpid()));
  ::_exit(exitTask);
}

}  // namespace seltzer::detail
