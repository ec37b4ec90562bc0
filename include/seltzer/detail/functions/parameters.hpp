#pragma once

#include <memory>

#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// The parameters from which operators and actions are built on each rank: values, and functions, marked by `Function`,
/// which travel as their captures.
template <class... Values>
struct Parameters {
  /// Throws CaptureError.
  static Bytes encode([[maybe_unused]] const Values&... values) {
    Bytes bytes;
    [[maybe_unused]] WireWriter writer(bytes);
    (writeParameter(writer, values), ...);
    return bytes;
  }

  /// A new `Made(before..., values...)` from encoded values.
  template <class Base, class Made, class... Before>
  static std::unique_ptr<Base> make([[maybe_unused]] WireReader& encoded, const Before&... before) {
    return std::unique_ptr<Base>(new Made{before..., readParameter<Values>(encoded)...});  // braces: read in order
  }
};

}  // namespace seltzer::detail
