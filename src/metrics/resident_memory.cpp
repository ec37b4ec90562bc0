#include "metrics/resident_memory.hpp"

#include <fstream>
#include <string>

namespace seltzer::detail {

std::uint64_t peakResidentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string field; status >> field;) {
    std::uint64_t kibibytes = 0;
    if (field == "VmHWM:" && status >> kibibytes) return 1024 * kibibytes;
  }
  return 0;
}

}  // namespace seltzer::detail
