#pragma once

#include <stdexcept>
#include <string>

namespace seltzer::detail {

/// The program was started in a way in which it cannot run. Thrown on every rank.
class LaunchError : public std::runtime_error {
 public:
  LaunchError(const std::string& message, bool speaks) : std::runtime_error(message), speaks_(speaks) {}

  /// True on the one process that should print the message.
  bool speaks() const { return speaks_; }

 private:
  bool speaks_;
};

}  // namespace seltzer::detail
