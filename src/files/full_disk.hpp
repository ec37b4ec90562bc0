#pragma once

#include <cerrno>
#include <system_error>

namespace seltzer::detail {

/// Whether the error is a full disk or an exceeded quota.
inline bool meansFullDisk(const std::error_code& error) {
  return error == std::errc::no_space_on_device || error == std::error_code(EDQUOT, std::generic_category());
}

}  // namespace seltzer::detail
