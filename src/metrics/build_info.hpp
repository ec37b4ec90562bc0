#pragma once

#include <string_view>

namespace seltzer {

/// How the library was built; the same on every rank that runs the same executable.
struct BuildInfo {
  std::string_view version;    ///< of the library, `major.minor.patch`
  std::string_view commit;     ///< 12 digits, with `-dirty` if the checkout had changes; `unknown` outside a checkout
  std::string_view compiler;   ///< name and version, `GNU 12.2.0`
  std::string_view flags;      ///< the library's compiler flags, without warnings
  std::string_view buildType;  ///< CMake's, `Release`
};

/// O(1), never fails.
const BuildInfo& buildInfo() noexcept;

}  // namespace seltzer
