#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace seltzer {

/// What the user of a program has to mend, not its author: an input that is missing, an output that exists. Where it
/// leaves the driver function, `run` prints it and returns exitUsage; programs may throw it for their own arguments.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// An output folder cannot be made, as in a folder that is read-only; `code` is the system's reason. Where it leaves
/// the driver function, `run` returns exitMemory for a full disk and exitUsage for all else.
class OutputError : public std::system_error {
 public:
  /// `what` gets the reason.
  OutputError(const std::error_code& error, const std::string& doing)
      : std::system_error(error, doing), doing_(doing) {}

  /// What failed, without the reason.
  const std::string& doing() const { return doing_; }

 private:
  std::string doing_;
};

namespace detail {

/// Whether the system's reason is that a disk, or a share of it, is full.
inline bool meansFullDisk(const std::error_code& error) {
  return error == std::errc::no_space_on_device || error == std::error_code(EDQUOT, std::generic_category());
}

}  // namespace detail
}  // namespace seltzer
