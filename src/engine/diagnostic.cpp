#include "engine/diagnostic.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace seltzer::detail {

void writeToStderr(std::string_view text) {
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
  std::fflush(stderr);
}

void printDiagnostic(std::string_view message) {
  writeToStderr(fmt::format("seltzer: {}\n", message));
}

}  // namespace seltzer::detail
