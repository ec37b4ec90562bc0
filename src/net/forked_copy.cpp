#include "net/forked_copy.hpp"

#include <pthread.h>

namespace seltzer::detail {

void noticeForks() {
  static const int registered = ::pthread_atfork(nullptr, nullptr, [] { forkedCopy = true; });
  static_cast<void>(registered);
}

}  // namespace seltzer::detail
