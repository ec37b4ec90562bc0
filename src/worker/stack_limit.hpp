#pragma once

#include <cstddef>

#include "data/sanitizer.hpp"

namespace seltzer::detail {

/// The stack for a chain of operators: each pushes into the next, so a chain of n is n calls deep.
inline constexpr std::size_t pipelineStackBytes = std::size_t{64} << 20;

/// The most that an operator's two frames, compute and push, take together.
#if defined(__OPTIMIZE__)
inline constexpr std::size_t operatorStackBytes = underAddressSanitizer ? 4096 : 640;
#else
inline constexpr std::size_t operatorStackBytes = underAddressSanitizer ? 8192 : 1024;
#endif

/// The most operators in one chain.
inline constexpr std::size_t deepestPipeline = pipelineStackBytes / operatorStackBytes;

/// Lets the main thread's stack grow to what `deepestPipeline` needs, as far as the hard limit allows. Linux keeps 128
/// MB of address space free below it, whatever the limit was at the start.
void raiseStackLimit();

}  // namespace seltzer::detail
