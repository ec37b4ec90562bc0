#pragma once

#include <concepts>
#include <memory>
#include <ostream>
#include <string>

namespace seltzer::detail {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  { out << value } -> std::convertible_to<std::ostream&>;
};

/// What `write(out, value)` writes.
std::string streamedText(void (*write)(std::ostream& out, const void* value), const void* value);

/// What a type's `operator<<` writes.
template <Streamable T>
std::string streamedText(const T& value) {
  return streamedText([](std::ostream& out, const void* given) { out << *static_cast<const T*>(given); },
                      std::addressof(value));
}

}  // namespace seltzer::detail
