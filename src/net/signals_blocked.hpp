#pragma once

#include <csignal>

#include <pthread.h>

namespace seltzer::detail {

/// Blocks all signals on the calling thread during its lifetime. A thread created meanwhile inherits the mask, and so
/// leaves signals to other threads for good.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace seltzer::detail
