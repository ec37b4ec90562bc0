#include <pthread.h>

#include <seltzer/net/forked_copy.hpp>

namespace seltzer::detail {

void noticeForks() {
  static const int registered = ::pthread_atfork(nullptr, nullptr, [] { forkedCopy = true; });
  static_cast<void>(registered);
}

}  // namespace seltzer::detail
