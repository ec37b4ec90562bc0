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

}  // namespace seltzer::detail
