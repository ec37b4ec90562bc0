#include "api/options.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <numeric>
#include <string_view>
#include <type_traits>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/detail/api/partition_count.hpp>
#include <seltzer/detail/net/communicator.hpp>

#include "files/zstd_decompressor.hpp"
#include "metrics/memory_limit.hpp"

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

/// Removes the engine's options, with their values, from argv and returns them.
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

/// The least number of letters to insert, remove, change or exchange with their neighbour (optimal string alignment).
std::size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(beforeLast, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], beforeLast[j - 2] + 1);
    }
  }
  return row[b.size()];
}

/// Which of the `known` names `name` resembles, unless it is one of them. All begin with `prefixed` letters that do not
/// count.
std::optional<std::string> misspelled(const std::vector<std::string>& known, const std::string& name,
                                      std::size_t prefixed) {
  constexpr std::size_t mostEdits = 2;
  std::optional<std::string> nearest;
  std::size_t least = mostEdits + 1;
  for (const std::string& candidate : known) {
    if (candidate == name) return std::nullopt;
    const std::size_t edits = editDistance(candidate, name);
    // In a short name two letters are too many.
    if (edits < least && 4 * edits <= candidate.size() - prefixed) {
      least = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/// What `name(option)` is for each option that has one.
template <class Name>
std::vector<std::string> namesOf(const CLI::App& app, Name name) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    if (std::string known = name(*option); !known.empty()) names.push_back(std::move(known));
  }
  return names;
}

/// An error for the first argument that looks like an option of the engine and is none.
std::optional<std::string> unknownOption(const CLI::App& app, const std::vector<std::string>& arguments) {
  const auto known = namesOf(app, [](const CLI::Option& option) { return option.get_name(); });
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (!name.starts_with(prefix) || std::ranges::find(known, name) != known.end()) continue;
    const auto meant = misspelled(known, name, prefix.size());
    return fmt::format("unknown option {}{}; {} lists the options", name, meant ? ": did you mean " + *meant + "?" : "",
                       helpOption);
  }
  return std::nullopt;
}

/// Warns only of misspelled variables: others, such as SELTZER_ROOT and SELTZER_VERSION, belong to module files and
/// scripts.
std::vector<std::string> warningsOfVariables(const CLI::App& app) {
  const auto known = namesOf(app, [](const CLI::Option& option) { return option.get_envname(); });
  std::vector<std::string> warnings;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with(variablePrefix)) continue;
    const std::string name(text.substr(0, text.find('=')));
    if (const auto meant = misspelled(known, name, variablePrefix.size())) {
      warnings.push_back(fmt::format("the environment variable {} is ignored: did you mean {}?", name, *meant));
    }
  }
  return warnings;
}

/// Rewrites `1e9` and `2.5e3`, with or without a unit, as digits; leaves anything but a whole number unchanged.
std::string writeOut(std::string& text) {
  const std::size_t digits = text.find_last_of("0123456789") + 1;
  const char* const end = text.data() + digits;
  double number = 0;
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  const bool whole =
      error == std::errc() && stopped == end && number >= 0 && number < 0x1p63 && std::floor(number) == number;
  const bool plain = text.find_first_not_of("0123456789") >= digits;
  if (whole && !plain) text = std::to_string(static_cast<std::uint64_t>(number)) + text.substr(digits);
  return {};
}

/// " (SELTZER_STATS=..)" for an error about a value from the environment.
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

/// Adds options that take a value.
class OptionAdder {
 public:
  explicit OptionAdder(CLI::App& app) : app_(app) {}

  template <class Value>
  CLI::Option* text(const std::string& name, Value& value, const std::string& description) const {
    return app_.add_option(name, value, description)->envname(variableOf(name))->capture_default_str();
  }

  /// A whole number: 1000, 1e3.
  template <std::integral Number>
  void number(const std::string& name, Number& value, std::type_identity_t<Number> least,
              std::type_identity_t<Number> most, const std::string& description) const {
    text(name, value, description)->type_name("N")->transform(wholeNumber())->check(within(least, most));
  }

  /// As `number`, with a unit or none.
  CLI::Option* bytes(const std::string& name, std::size_t& value, std::size_t least, std::size_t most,
                     const std::string& description) const {
    // the transform added last sees the text first
    return text(name, value, description)
        ->type_name("BYTES")
        ->transform(withUnit())
        ->transform(wholeNumber())
        ->check(within(least, most));
  }

 private:
  static CLI::Validator wholeNumber() { return CLI::Validator(writeOut, "", "whole number"); }

  /// "64MiB" to its number.
  static CLI::Validator withUnit() {
    return CLI::Validator(
        [units = CLI::AsSizeValue(false)](std::string& text) -> std::string {
          std::string bytes = text;
          try {
            if (units(bytes).empty()) {
              text = bytes;
              return {};
            }
          } catch (const CLI::ParseError&) {  // as any other text that is no size
          }
          return fmt::format("{} is not a number of bytes, such as 1000000 or 64MiB", text);
        },
        "", "bytes");
  }

  template <std::integral Number>
  static CLI::Validator within(Number least, Number most) {
    return CLI::Validator(
        [least, most](const std::string& text) -> std::string {
          Number number = 0;
          const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
          if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
            return fmt::format("{} is not a whole number", text);
          }
          if (error != std::errc() || number < least || number > most) {
            return fmt::format("{} is not in the range from {} to {}", text, least, most);
          }
          return {};
        },
        "", "range");
  }

  CLI::App& app_;
};

CLI::Validator enoughMemory() {
  const auto check = [](const std::string& bytes) {
    const std::uint64_t memory = std::strtoull(bytes.c_str(), nullptr, 10);
    return memory == 0 || memory >= leastMemory
               ? std::string()
               : fmt::format("{} bytes are too few for a rank: it needs at least {}", bytes, leastMemory);
  };
  return {check, "", "enough memory"};
}

/// Options whose value is one of several words.
struct WordOptions {
  std::string progress = "auto";
  std::string taskMoves = "auto";

  void apply(Config& config) const {
    config.progress = progress == "off" ? Progress::off : Progress::automatic;
    static const std::map<std::string, TaskMoves> moves = {{"auto", TaskMoves::whenIdle},
                                                           {"off", TaskMoves::never},
                                                           {"random", TaskMoves::atRandom},
                                                           {"messages", TaskMoves::byMessage}};
    config.taskMoves = moves.at(taskMoves);
  }
};

void addOptions(CLI::App& app, Config& config, WordOptions& words) {
  constexpr std::size_t anySize = std::size_t{1} << 50;
  const OptionAdder add(app);
  add.bytes("--seltzer-message-limit", config.messageLimit, Communicator::smallestMessageLimit,
            Communicator::defaultMessageLimit, "Longest MPI message in bytes; longer ones travel in pieces");
  add.bytes("--seltzer-exchange-budget", config.exchangeBudget, 1, anySize,
            "Bytes in a rank's send buffers per round of an exchange, of which 2 MiB may go to the same rank");
  add.number("--seltzer-max-task-failures", config.maxTaskFailures, 1, 1000, "Attempts of a task, including the first");
  add.bytes("--seltzer-max-result-size", config.maxResultSize, 0, anySize,
            "Bytes that a job may return to the driver; 0: no limit");
  add.number("--seltzer-default-parallelism", config.defaultParallelism, 0, mostPartitions,
             "Default number of partitions; 0: the number of ranks");
  add.number("--seltzer-rank-timeout", config.rankTimeout, 0, 1'000'000,
             "Seconds of silence after which a rank counts as lost and the job ends; 0: never");
  add.number("--seltzer-zstd-window-log", config.zstdWindowLog, smallestZstdWindowLog, largestZstdWindowLog,
             "Read .zst files with windows of up to 2 to the power of this many bytes, as zstd --long=N writes them");
  add.bytes(
         "--seltzer-memory", config.memory, 0, anySize,
         "Bytes that a rank may take, its data at most 60 % of them; what is more goes to the scratch folder; 0: its "
         "share of what cgroups, Slurm and the machine allow")
      ->check(enoughMemory());
  add.text("--seltzer-scratch", config.scratchFolder,
           "Folder for data that memory has no room for; if none is given $SLURM_TMPDIR, $TMPDIR or /tmp")
      ->check(CLI::ExistingDirectory);
  add.number("--seltzer-spill-every", config.spillEvery, 0, 1'000'000,
             "For tests: every n-th request for memory moves all data to the scratch folder; 0: none does");
  add.text(
         "--seltzer-move-tasks", words.taskMoves,
         "Whether a rank that has no task left takes those that others have not begun; random and messages: for tests")
      ->check(CLI::IsMember({"auto", "off", "random", "messages"}));
  add.text("--seltzer-progress", words.progress, "Progress of long jobs on stderr")
      ->check(CLI::IsMember({"auto", "off"}));
  add.text("--seltzer-stats", config.statsFile, "File to write statistics to, as JSON");
}

}  // namespace

Options parseOptions(int& argc, char** argv) {
  Options options;
  CLI::App app("Options of the engine; each may also be set by an environment variable");
  const std::string program = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "";
  app.name(program.empty() ? "program" : program);
  app.set_help_flag(std::string(helpOption), "Print these options and exit");
  WordOptions words;
  addOptions(app, options.config, words);

  const std::vector<std::string> arguments = takeArguments(argc, argv);
  options.error = unknownOption(app, arguments);
  if (options.error) return options;
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
    words.apply(options.config);
    options.warnings = warningsOfVariables(app);
  } catch (const CLI::CallForHelp&) {
    options.help = app.help();
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view what = error.what();
    options.error = fmt::format("{} needs a value; --seltzer-help lists the options", what.substr(0, what.find(':')));
  } catch (const CLI::ParseError& error) {
    options.error =
        fmt::format("{}{}; --seltzer-help lists the options", error.what(), originOf(error.what(), app, arguments));
  }
  return options;
}

}  // namespace seltzer::detail
