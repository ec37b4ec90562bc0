#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace seltzer {

/// What an action would bring to the driver is larger than `--seltzer-max-result-size`; it was not sent. The context
/// stays usable.
class ResultSizeError : public std::runtime_error {
 public:
  ResultSizeError(const std::string& what, std::size_t bytes) : std::runtime_error(what), bytes_(bytes) {}

  /// How much the ranks had when they gave up; the whole result may be larger.
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
};

namespace detail {

/// The most bytes that a job may bring to the driver. Inside `run` only.
std::size_t resultLimit();

}  // namespace detail
}  // namespace seltzer
