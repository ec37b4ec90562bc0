#pragma once

#include <memory>

#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// What operators and actions are made from on each rank: functions, marked as `Function`, which travel by their
/// captures, and values.
template <class... Values>
struct Parameters {
  /// Throws CaptureError.
  static Bytes encode([[maybe_unused]] const Values&... values) {
    Bytes bytes;
    [[maybe_unused]] WireWriter writer(bytes);
    (writeParameter(writer, values), ...);
    return bytes;
  }

  /// A new `Made(before..., values...)` of what was encoded.
  template <class Base, class Made, class... Before>
  static std::unique_ptr<Base> make([[maybe_unused]] WireReader& encoded, const Before&... before) {
    return std::unique_ptr<Base>(new Made{before..., readParameter<Values>(encoded)...});  // in their order
  }
};

}  // namespace seltzer::detail
