#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <seltzer/detail/net/communicator.hpp>

#include "net/launch_error.hpp"

namespace seltzer::detail {

/// What must be equal on all ranks, since a function is sent as a number.
struct ProgramIdentity {
  /// The linker's build id of the executable, else the xxHash of its bytes. Zero padded.
  std::array<std::uint8_t, 32> executable{};
  std::uint64_t registrySize = 0;
  std::uint64_t registryHash = 0;

  friend bool operator==(const ProgramIdentity&, const ProgramIdentity&) = default;
};

/// The identity of this process, with the caller's registry size and hash. Reads the build id from memory; only an
/// executable without one is read from `/proc/self/exe`.
ProgramIdentity programIdentity(std::uint64_t registrySize, std::uint64_t registryHash);

/// Nothing if all identities equal the first. Otherwise a message that says which ranks on which hosts differ from rank
/// 0, and how. Both spans are indexed by rank.
std::optional<std::string> describeDifferences(std::span<const ProgramIdentity> identities,
                                               std::span<const std::string> hosts);

/// **Collective.** Throws `LaunchError` on every rank unless all have the same identity; then it costs one all-reduce.
void checkSameProgram(Communicator& communicator, const ProgramIdentity& mine);

}  // namespace seltzer::detail
