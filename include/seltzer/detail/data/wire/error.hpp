#pragma once

#include <cstddef>
#include <string>
#include <typeinfo>

#include <seltzer/errors.hpp>

namespace seltzer::detail {

/// Throws a WireError that says what was wrong with the bytes of a value of `type`.
[[noreturn, gnu::cold]] void throwWireError(const std::type_info& type, const std::string& what);

[[noreturn, gnu::cold]] void throwWireTooShort(const std::type_info& type, std::size_t wanted, std::size_t left);

/// After a value that needed only some of `size` bytes.
[[noreturn, gnu::cold]] void throwWireTooLong(const std::type_info& type, std::size_t left, std::size_t size);

/// An object to read is nested deeper than `most` levels.
[[noreturn, gnu::cold]] void throwWireTooDeep(std::size_t most);

/// Throws std::length_error: an object to write is nested deeper than `most` levels.
[[noreturn, gnu::cold]] void throwTooDeepToWrite(std::size_t most);

}  // namespace seltzer::detail
