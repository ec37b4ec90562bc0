#pragma once

namespace seltzer::detail {

/// 128 bits, for products of 64-bit numbers.
__extension__ using WideUnsigned = unsigned __int128;

}  // namespace seltzer::detail
