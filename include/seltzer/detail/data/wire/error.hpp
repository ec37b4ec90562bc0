#pragma once

#include <cstddef>
#include <string>
#include <typeinfo>

#include <seltzer/errors.hpp>

namespace seltzer::detail {

/// Throws a WireError that says what was wrong with the bytes of a value of `type`.
[[noreturn, gnu::cold]] void throwWireError(const std::type_info& type, const std::string& what);

[[noreturn, gnu::cold]] void throwWireTooShort(const std::type_info& type, std::size_t wanted, std::size_t left);

}  // namespace seltzer::detail
