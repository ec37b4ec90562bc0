#include "api/diagnostic.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace seltzer::detail {

void printDiagnostic(std::string_view message) {
  fmt::print(stderr, "seltzer: {}\n", message);
}

}  // namespace seltzer::detail
