#pragma once

#include <cstdint>
#include <string>

namespace seltzer {

/// Where the user's program called an operation; the last parameter of each, by default. Stands in for
/// `std::source_location`, which clang before 16 lacks with libstdc++.
class CallSite {
 public:
  /// No location.
  constexpr CallSite() = default;

  /// As a default argument, the location of the call.
  static constexpr CallSite current(const char* file = __builtin_FILE(), std::uint32_t line = __builtin_LINE()) {
    CallSite site;
    site.file_ = file;
    site.line_ = line;
    return site;
  }

  /// The file, as it was passed to the compiler; empty for no location.
  constexpr const char* fileName() const { return file_; }

  /// The line, counted from 1; 0 for no location.
  constexpr std::uint32_t line() const { return line_; }

 private:
  const char* file_ = "";
  std::uint32_t line_ = 0;
};

/// "pi.cpp:42": the file without its folders, and the line.
std::string toString(const CallSite& where);

}  // namespace seltzer
