#pragma once

#include <string_view>

namespace seltzer::detail {

/// Prints one line on stderr, with the prefix "seltzer: ".
void printDiagnostic(std::string_view message);

}  // namespace seltzer::detail
