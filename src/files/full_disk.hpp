#pragma once

#include <cerrno>
#include <system_error>

namespace seltzer::detail {

/// Whether the error is a full disk, or an exceeded quota or limit of file sizes.
inline bool meansFullDisk(const std::error_code& error) {
  return error == std::errc::no_space_on_device || error == std::errc::file_too_large ||
         error == std::error_code(EDQUOT, std::generic_category());
}

}  // namespace seltzer::detail
