#pragma once

#include <string>

#include <unistd.h>

namespace seltzer::detail {

/// The name of this host, or "?".
inline std::string hostName() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "?";
}

}  // namespace seltzer::detail
