#pragma once

#include <cstddef>

namespace seltzer::detail {

/// The stack that a chain of operators may take: each pushes into the next, so a chain of n is n calls deep.
inline constexpr std::size_t pipelineStackBytes = std::size_t{64} << 20;

/// The most operators in one chain.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t deepestPipeline = pipelineStackBytes / 4096;
#else
inline constexpr std::size_t deepestPipeline = pipelineStackBytes / 640;
#endif

/// Lets the stack of the main thread grow to what `deepestPipeline` needs, where the hard limit allows. Linux keeps 128
/// MB of address space free below it for that, whatever the limit was at the start.
void raiseStackLimit();

}  // namespace seltzer::detail
