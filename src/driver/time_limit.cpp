#include "driver/time_limit.hpp"

#include <atomic>
#include <csignal>

namespace seltzer::detail {
namespace {

std::atomic<bool> signalled{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void seltzerTimeLimitHandler(int) {
  signalled.store(true, std::memory_order_relaxed);
}

}  // namespace

void rememberTimeLimitSignal() {
  struct sigaction now {};
  if (::sigaction(SIGUSR1, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) return;
  now.sa_handler = &seltzerTimeLimitHandler;
  now.sa_flags = SA_RESTART;
  ::sigaction(SIGUSR1, &now, nullptr);
}

bool takeTimeLimitSignal() {
  return signalled.load(std::memory_order_relaxed) && signalled.exchange(false, std::memory_order_relaxed);
}

}  // namespace seltzer::detail
