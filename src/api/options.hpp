#pragma once

#include <optional>
#include <string>
#include <vector>

#include <seltzer/config.hpp>

namespace seltzer::detail {

/// The engine's options, from the command line and the environment.
struct Options {
  Config config;
  std::vector<std::string> warnings;  ///< to print
  std::optional<std::string> help;    ///< to print, then exit
  std::optional<std::string> error;   ///< to print, then exit with exitUsage
};

/// Removes `--seltzer-*` options from `argv` and reads `SELTZER_*` variables, which they override. Unknown variables
/// are ignored, with a warning if they look misspelled.
Options parseOptions(int& argc, char** argv);

}  // namespace seltzer::detail
