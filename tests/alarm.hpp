#pragma once

#include <unistd.h>

namespace seltzer::test {

/// Kills the program by SIGALRM unless this object is destroyed before: a reader that opens a pipe without a writer
/// would block forever, and the test with it.
class Alarm {
 public:
  explicit Alarm(unsigned seconds) { ::alarm(seconds); }
  ~Alarm() { ::alarm(0); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
};

}  // namespace seltzer::test
