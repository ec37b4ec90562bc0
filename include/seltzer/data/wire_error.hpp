#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <typeinfo>

#include <boost/core/demangle.hpp>

namespace seltzer {

/// Bytes that were to be read as values are not what a writer of these values can have written: cut short, damaged, or
/// written as another type. The message says what was being read and, where bytes are missing, how many were wanted and
/// left.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void throwWireError(const std::type_info& type, const std::string& what) {
  throw WireError("damaged data: reading " + boost::core::demangle(type.name()) + ": " + what);
}

[[noreturn, gnu::cold, gnu::noinline]] inline void throwWireTooShort(const std::type_info& type, std::size_t wanted,
                                                                     std::size_t left) {
  throwWireError(type, std::to_string(wanted) + " bytes wanted, " + std::to_string(left) + " left");
}

}  // namespace detail
}  // namespace seltzer
