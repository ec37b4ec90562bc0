#pragma once

#include <string_view>

namespace seltzer::detail {

/// Ignores errors: no job ends because of a full disk behind stderr, or because its reader has gone.
void writeToStderr(std::string_view text);

/// Prints `seltzer: message` on stderr.
void printDiagnostic(std::string_view message);

}  // namespace seltzer::detail
