#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <seltzer/statistics.hpp>

#include "metrics/cgroup_limits.hpp"

namespace seltzer::detail {

/// Where the limits of this host are looked up. Tests have others than those of the process.
struct MemoryLimitSources {
  std::string root;                                          ///< folder of the file system, "" for /
  std::function<const char*(const char* name)> environment;  ///< as std::getenv
  std::uint64_t machine = 0;                                 ///< bytes of the machine's memory; 0 if unknown

  static MemoryLimitSources ofThisProcess();
};

/// The memory that one of the `ranks` ranks of this host may use: an equal share of the least of
///   - the limits of the process's cgroups, up to the root,
///   - SLURM_MEM_PER_NODE, and SLURM_MEM_PER_CPU times SLURM_CPUS_ON_NODE,
///   - the machine's memory,
/// or `option`, if that is less and not 0. What is missing or no number sets no limit; of equal limits the first is the
/// origin. Reads a few small files.
OriginatedLimit memoryLimitOfRank(const MemoryLimitSources& sources, int ranks, std::uint64_t option);

/// What the engine's own data may take of a limit: the rest is for user code, for buffers, and for what the allocator
/// cannot reuse.
constexpr std::uint64_t shareOfData(std::uint64_t limit) {
  return limit / 10 * 6;
}

/// The least memory of a rank that the engine works with: an eighth of its share of data, which is the budget of an
/// exchange and of a sort's runs, is then more than a frame of 64 KiB, the unit in which data is written, sent and
/// read.
inline constexpr std::uint64_t leastMemory = std::uint64_t{1} << 20;

/// The first of the least limits, of those of all ranks, by rank. Ranks without a limit do not count.
MemoryLimit leastLimit(const std::vector<OriginatedLimit>& byRank);

}  // namespace seltzer::detail
