#include "options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/net/communicator.hpp>

namespace seltzer::detail {
namespace {

constexpr std::string_view prefix = "--seltzer-";
constexpr std::string_view helpOption = "--seltzer-help";
constexpr std::string_view variablePrefix = "SELTZER_";

/// "--seltzer-message-limit" to "SELTZER_MESSAGE_LIMIT".
std::string variableOf(std::string_view option) {
  std::string name(option.substr(2));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

/// Moves the engine's arguments, with the values that follow them, out of argv.
std::vector<std::string> takeArguments(int& argc, char** argv) {
  std::vector<std::string> taken;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with(prefix)) {
      argv[kept++] = argv[i];
      continue;
    }
    taken.emplace_back(argument);
    const bool hasValue = argument.find('=') != std::string_view::npos;
    if (!hasValue && argument != helpOption && i + 1 < argc) taken.emplace_back(argv[++i]);
  }
  if (argc > 0) argv[argc = kept] = nullptr;
  return taken;
}

std::optional<std::string> unknownVariable(const CLI::App& app) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with(variablePrefix)) continue;
    const std::string name(text.substr(0, text.find('=')));
    const auto options = app.get_options();
    const bool known =
        std::ranges::any_of(options, [&](const CLI::Option* option) { return option->get_envname() == name; });
    if (!known) return name;
  }
  return std::nullopt;
}

/// " (SELTZER_STATS=..)" for an error about a value that no argument gave.
std::string originOf(std::string_view error, const CLI::App& app, const std::vector<std::string>& arguments) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    const bool given = std::ranges::any_of(arguments, [&](const auto& argument) { return argument.starts_with(name); });
    if (given || option->get_envname().empty() || error.find(name) == std::string_view::npos) continue;
    if (const char* value = std::getenv(option->get_envname().c_str())) {
      return fmt::format(" ({}={})", option->get_envname(), value);
    }
  }
  return {};
}

}  // namespace

Options parseOptions(int& argc, char** argv) {
  Options options;
  Config& config = options.config;
  CLI::App app("Options of the engine; each can also be set by an environment variable");
  app.set_help_flag(std::string(helpOption), "Print these options and exit");
  const auto add = [&app](const std::string& name, auto& value, const std::string& description) {
    return app.add_option(name, value, description)->envname(variableOf(name))->capture_default_str();
  };
  const auto bytes = CLI::AsSizeValue(false);
  add("--seltzer-message-limit", config.messageLimit,
      "Longest MPI message in bytes (kb, mb, gb); longer ones travel in pieces")
      ->transform(bytes)
      ->check(CLI::Range(Communicator::smallestMessageLimit, Communicator::defaultMessageLimit));
  add("--seltzer-exchange-budget", config.exchangeBudget,
      "Bytes that a rank's send buffers hold in a round of an exchange")
      ->transform(bytes)
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 40));
  add("--seltzer-max-task-failures", config.maxTaskFailures, "Attempts of a task, the first included")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}));
  add("--seltzer-max-result-size", config.maxResultSize,
      "Bytes that a job may bring to the driver (kb, mb, gb); 0: any")
      ->transform(bytes)
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 50));
  add("--seltzer-default-parallelism", config.defaultParallelism,
      "Partitions where none are given; 0: the number of ranks")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 32));
  add("--seltzer-rank-timeout", config.rankTimeout,
      "Seconds after which a rank that gives no sign of life ends the job; 0: never")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000}));
  const std::map<std::string, Progress> progress{{"auto", Progress::automatic}, {"off", Progress::off}};
  add("--seltzer-progress", config.progress, "Progress of long jobs on stderr")
      ->transform(CLI::CheckedTransformer(progress));
  add("--seltzer-stats", config.statsFile, "File for the statistics, in JSON");

  const std::vector<std::string> arguments = takeArguments(argc, argv);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
    if (const auto name = unknownVariable(app)) {
      options.error = fmt::format("unknown environment variable {}; --seltzer-help lists those there are", *name);
    }
  } catch (const CLI::CallForHelp&) {
    options.help = app.help();
  } catch (const CLI::ParseError& error) {
    options.error =
        fmt::format("{}{}; --seltzer-help lists the options", error.what(), originOf(error.what(), app, arguments));
  }
  return options;
}

}  // namespace seltzer::detail
