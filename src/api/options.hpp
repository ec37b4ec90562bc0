#pragma once

#include <optional>
#include <string>
#include <vector>

#include <seltzer/config.hpp>

namespace seltzer::detail {

/// What the command line and the environment say.
struct Options {
  Config config;
  std::vector<std::string> warnings;  ///< to be printed
  std::optional<std::string> help;    ///< to be printed, and the program ends
  std::optional<std::string> error;   ///< to be printed, and the program ends with exitUsage
};

/// Takes `--seltzer-*` options out of `argv` and reads `SELTZER_*` from the environment, which they override. Other
/// names that begin so are not ours, unless they look like one of them: of these it warns.
Options parseOptions(int& argc, char** argv);

}  // namespace seltzer::detail
