#pragma once

#include <stdexcept>

namespace seltzer {

/// SIGUSR1 has reached rank 0, which batch systems send when the time limit is near: thrown by an action before its
/// next stage, once for each signal. The context stays usable: catch it to save what there is, and throw it on, so that
/// the program ends with exit code 85 and can be requeued.
class TimeLimitError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

/// From now on SIGUSR1 is remembered instead of ending the process, unless the program has a handler of its own.
void rememberTimeLimitSignal();

/// Whether the signal has come since the last call.
bool takeTimeLimitSignal();

}  // namespace detail
}  // namespace seltzer
