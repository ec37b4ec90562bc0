#pragma once

#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// The parameters from which operators and actions are built on each rank: values, and functions, marked by `Function`,
/// which travel as their captures.
template <class... Values>
struct Parameters {
  /// Throws CaptureError.
  static void write([[maybe_unused]] WireWriter& writer, const Values&... values) {
    (writeParameter(writer, values), ...);
  }

  /// As above, and calls `before(value)` before it writes each.
  template <class Before>
  static void write(WireWriter& writer, const Values&... values, const Before& before) {
    ((before(values), writeParameter(writer, values)), ...);
  }

  /// As `write`, into new bytes.
  static Bytes encode(const Values&... values) {
    Bytes bytes;
    WireWriter writer(bytes);
    write(writer, values...);
    return bytes;
  }

  /// A new `Made(before..., values...)` from encoded values.
  template <class Base, class Made, class... Before>
  static UniquePointer<Base> make([[maybe_unused]] WireReader& encoded, const Before&... before) {
    return UniquePointer<Base>(new Made{before..., readParameter<Values>(encoded)...});  // braces: read in order
  }
};

}  // namespace seltzer::detail
