#pragma once

#include <cstdint>

namespace seltzer::detail {

/// The peak resident set size of this process, in bytes; 0 if /proc does not report it.
std::uint64_t peakResidentBytes();

}  // namespace seltzer::detail
