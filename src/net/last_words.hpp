#pragma once

#include <string_view>

namespace seltzer::detail {

/// Prints `[rank r, host] what` on stderr: one write of one line, without allocating, since memory may be what is
/// lacking.
void printLastWords(int rank, std::string_view host, std::string_view what);

}  // namespace seltzer::detail
