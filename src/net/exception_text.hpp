#pragma once

#include <exception>
#include <string>

namespace seltzer::detail {

/// The text of an exception. A user's `what()` may return null.
inline const char* textOf(const std::exception& error) {
  const char* text = error.what();
  return text != nullptr ? text : "an exception whose what() is null";
}

/// The same with the exception's type first, as in "std::out_of_range: map::at", unless the type adds nothing: that of
/// a general exception, of a system error or of this library, or one that the text itself starts with.
std::string typedTextOf(const std::exception& error);

/// Inside a catch block: the text of what was thrown if it has no `what()`, "an exception of type int that is not
/// derived from std::exception".
std::string textOfOtherException();

}  // namespace seltzer::detail
