#pragma once

#include <exception>

namespace seltzer::detail {

/// What an exception says. A `what()` of a user's may be null.
inline const char* textOf(const std::exception& error) {
  const char* text = error.what();
  return text != nullptr ? text : "an exception whose what() is null";
}

}  // namespace seltzer::detail
