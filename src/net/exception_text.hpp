#pragma once

#include <exception>

namespace seltzer::detail {

/// The text of an exception. A user's `what()` may return null.
inline const char* textOf(const std::exception& error) {
  const char* text = error.what();
  return text != nullptr ? text : "an exception whose what() is null";
}

}  // namespace seltzer::detail
