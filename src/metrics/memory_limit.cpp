#include "metrics/memory_limit.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <optional>

#include <unistd.h>

namespace seltzer::detail {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

std::optional<std::uint64_t> numberIn(const MemoryLimitSources& sources, const char* variable) {
  const char* const text = sources.environment(variable);
  return text != nullptr ? limitNumber(text) : std::nullopt;
}

/// Appends the limit of a job of Slurm, whose variables are in MiB. A product that is too large is none.
void addSlurmLimits(const MemoryLimitSources& sources, std::vector<OriginatedLimit>& limits) {
  const auto add = [&limits](std::uint64_t mebibytes, std::uint64_t times, const char* origin) {
    const std::uint64_t most = std::numeric_limits<std::uint64_t>::max() / mebibyte / times;
    if (mebibytes <= most) limits.push_back({mebibytes * times * mebibyte, origin});
  };
  const auto ofNode = numberIn(sources, "SLURM_MEM_PER_NODE");
  const auto ofCpu = numberIn(sources, "SLURM_MEM_PER_CPU");
  const auto cpus = numberIn(sources, "SLURM_CPUS_ON_NODE");
  if (ofNode) add(*ofNode, 1, "SLURM_MEM_PER_NODE");
  if (ofCpu && cpus) add(*ofCpu, *cpus, "SLURM_MEM_PER_CPU");
}

std::uint64_t machineMemory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long bytes = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && bytes > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(bytes) : 0;
}

}  // namespace

MemoryLimitSources MemoryLimitSources::ofThisProcess() {
  return {"", [](const char* name) -> const char* { return std::getenv(name); }, machineMemory()};
}

OriginatedLimit memoryLimitOfRank(const MemoryLimitSources& sources, int ranks, std::uint64_t option) {
  std::vector<OriginatedLimit> limits = cgroupLimits(sources.root);
  addSlurmLimits(sources, limits);
  if (sources.machine > 0) limits.push_back({sources.machine, "the machine's memory"});
  for (OriginatedLimit& limit : limits) limit.bytes /= static_cast<std::uint64_t>(ranks);
  if (option > 0) limits.push_back({option, "--seltzer-memory"});
  return limits.empty() ? OriginatedLimit() : *std::ranges::min_element(limits, {}, &OriginatedLimit::bytes);
}

MemoryLimit leastLimit(const std::vector<OriginatedLimit>& byRank) {
  MemoryLimit least;
  for (std::size_t rank = 0; rank < byRank.size(); ++rank) {
    const auto& [bytes, origin] = byRank[rank];
    const bool isLess = bytes > 0 && (least.bytes == 0 || bytes < least.bytes);
    if (isLess) least = {bytes, static_cast<int>(rank), origin, shareOfData(bytes)};
  }
  return least;
}

}  // namespace seltzer::detail
