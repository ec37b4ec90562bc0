#pragma once

#include <cerrno>
#include <system_error>

namespace seltzer::detail {

/// Whether the system's reason is that a disk, or a share of it, is full.
inline bool meansFullDisk(const std::error_code& error) {
  return error == std::errc::no_space_on_device || error == std::error_code(EDQUOT, std::generic_category());
}

}  // namespace seltzer::detail
