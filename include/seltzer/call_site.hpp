#pragma once

#include <cstdint>
#include <string>

namespace seltzer {

/// Where the user's program called an operation; the default argument of every one. What `std::source_location` is,
/// which clang before 16 does not offer with libstdc++.
class CallSite {
 public:
  /// No place.
  constexpr CallSite() = default;

  /// The place where this stands as a default argument is called from.
  static constexpr CallSite current(const char* file = __builtin_FILE(), std::uint32_t line = __builtin_LINE()) {
    CallSite site;
    site.file_ = file;
    site.line_ = line;
    return site;
  }

  /// The file as the compiler was given it; empty for no place.
  constexpr const char* fileName() const { return file_; }

  /// The line, counted from 1; 0 for no place.
  constexpr std::uint32_t line() const { return line_; }

 private:
  const char* file_ = "";
  std::uint32_t line_ = 0;
};

/// "pi.cpp:42": the file without its folders, and the line.
std::string toString(const CallSite& where);

}  // namespace seltzer
