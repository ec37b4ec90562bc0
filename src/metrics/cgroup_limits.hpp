#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seltzer::detail {

/// A memory limit and what sets it, such as "cgroup /system.slice/job_17".
struct OriginatedLimit {
  std::uint64_t bytes = 0;  ///< 0 if there is none
  std::string origin;
};

/// The memory limits of the control groups, of version 1 or 2, that this process belongs to: in each mounted hierarchy
/// the group of the mount's root first, then those on the path down to the process's own. `root` is the folder of the
/// file system, "" for /. A group whose limit is missing, unreadable or no number has none.
std::vector<OriginatedLimit> cgroupLimits(const std::string& root);

/// A whole text of decimal digits as a number; nothing if it is another text, 0, or so large that it means no limit.
std::optional<std::uint64_t> limitNumber(std::string_view text);

}  // namespace seltzer::detail
