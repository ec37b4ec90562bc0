#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/api/pipe.hpp>

namespace seltzer::detail {

void requireCommand(const std::string& command, const std::map<std::string, std::string>& environment,
                    const CallSite& where) {
  const auto require = [&where](bool condition, std::string_view otherwise) {
    if (!condition) throw std::invalid_argument(fmt::format("{}{}", messagePrefix("pipe", where), otherwise));
  };
  require(command.find_first_not_of(" \t\n") != std::string::npos, "the command is empty");
  require(command.find('\0') == std::string::npos, "the command holds a null character");
  for (const auto& [name, value] : environment) {
    require(!name.empty() && name.find('=') == std::string::npos && (name + value).find('\0') == std::string::npos,
            fmt::format("\"{}\" is not a valid name of an environment variable, or its value holds a null character",
                        name));
  }
}

}  // namespace seltzer::detail
