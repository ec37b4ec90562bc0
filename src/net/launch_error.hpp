#pragma once

#include <stdexcept>
#include <string>

namespace seltzer::detail {

/// The program cannot run the way it was started. Thrown on every rank.
class LaunchError : public std::runtime_error {
 public:
  LaunchError(const std::string& message, bool shouldPrint) : std::runtime_error(message), shouldPrint_(shouldPrint) {}

  /// True on the one process that should print the message.
  bool shouldPrint() const { return shouldPrint_; }

 private:
  bool shouldPrint_;
};

}  // namespace seltzer::detail
