#include <stdexcept>

#include <boost/core/demangle.hpp>
#include <fmt/format.h>

#include <seltzer/detail/data/wire/error.hpp>

namespace seltzer::detail {

void throwWireError(const std::type_info& type, const std::string& what) {
  throw WireError(fmt::format("damaged data: reading {}: {}", boost::core::demangle(type.name()), what));
}

void throwWireTooShort(const std::type_info& type, std::size_t wanted, std::size_t left) {
  throwWireError(type, fmt::format("{} bytes wanted, {} left", wanted, left));
}

void throwWireTooLong(const std::type_info& type, std::size_t left, std::size_t size) {
  throwWireError(type,
                 fmt::format("{} bytes left over of {}; does its `serialize` read all that it writes?", left, size));
}

void throwWireTooDeep(std::size_t most) {
  throw WireError(fmt::format("damaged data: objects nested deeper than {} levels", most));
}

void throwTooDeepToWrite(std::size_t most) {
  throw std::length_error(fmt::format("objects nested deeper than {} levels cannot travel", most));
}

}  // namespace seltzer::detail
