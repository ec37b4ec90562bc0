#pragma once

#include <cstddef>

#include "data/sanitizer.hpp"

namespace seltzer::detail {

/// The stack that a chain of operators may take: each pushes into the next, so a chain of n is n calls deep.
inline constexpr std::size_t pipelineStackBytes = std::size_t{64} << 20;

/// What two frames of an operator, to compute and to push, take at most.
#if defined(__OPTIMIZE__)
inline constexpr std::size_t operatorStackBytes = underAddressSanitizer ? 4096 : 640;
#else
inline constexpr std::size_t operatorStackBytes = underAddressSanitizer ? 8192 : 1024;
#endif

/// The most operators in one chain.
inline constexpr std::size_t deepestPipeline = pipelineStackBytes / operatorStackBytes;

/// Lets the stack of the main thread grow to what `deepestPipeline` needs, where the hard limit allows. Linux keeps 128
/// MB of address space free below it for that, whatever the limit was at the start.
void raiseStackLimit();

}  // namespace seltzer::detail
