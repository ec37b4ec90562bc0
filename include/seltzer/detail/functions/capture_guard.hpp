#pragma once

#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Throws CaptureError if an aligned word of a closure's bytes points into memory that this process has mapped.
/// Cost: nothing for words that cannot be addresses; otherwise the process's memory map is read (about 100 us).
void refuseAddresses(ByteView closure);

}  // namespace seltzer::detail
