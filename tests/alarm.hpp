#pragma once

#include <unistd.h>

namespace seltzer::test {

/// Ends the program after this long: a reader that opened a pipe would block forever.
class Alarm {
 public:
  explicit Alarm(unsigned seconds) { ::alarm(seconds); }
  ~Alarm() { ::alarm(0); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
};

}  // namespace seltzer::test
