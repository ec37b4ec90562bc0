#pragma once

#include <stdexcept>
#include <string>

#include <seltzer/net/bytes.hpp>

namespace seltzer {

/// A function captured an address (by reference, a pointer, `this`), which means nothing on another rank.
class CaptureError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

namespace detail {

/// Throws CaptureError if an aligned word of a closure's bytes points into memory that this process has mapped.
/// Cost: nothing for words that cannot be addresses; otherwise the process's memory map is read (about 100 us).
void refuseAddresses(ByteView closure);

}  // namespace detail
}  // namespace seltzer
