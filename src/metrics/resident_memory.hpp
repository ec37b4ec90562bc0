#pragma once

#include <cstdint>

namespace seltzer::detail {

/// The most memory that this process had resident since it started, in bytes; 0 where /proc does not tell.
std::uint64_t peakResidentBytes();

}  // namespace seltzer::detail
