#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

// file_formats_program save FOLDER: saves a table as CSV and as JSON lines, which file_formats.py compares.
// file_formats_program read FORMAT FILE: reads what another system has saved of it, and compares.

namespace {

struct Row {
  std::int64_t id = 0;
  std::string name;
  double value = 0;
  std::optional<std::int64_t> maybe;
  bool flag = false;
  bool operator==(const Row&) const = default;
};

const std::vector<std::string> names = {"id", "name", "value", "maybe", "flag"};

Row rowOf(std::int64_t i) {
  static const std::vector<std::string> texts = {
      "plain", "a,b", "say \"no\"", "two\nlines", "\xC3\xA4\xF0\x9F\x98\x80", " spaced "};
  return {i, texts[static_cast<std::size_t>(i) % texts.size()] + std::to_string(i), static_cast<double>(i) * 0.1 - 100,
          i % 3 == 0 ? std::nullopt : std::optional(i * i), i % 2 == 0};
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto rows = sc.generate(
        5000, [](std::int64_t i) { return rowOf(i); }, 4);
    if (arguments.size() == 2 && arguments[0] == "save") {
      rows.saveAsCsvFile(arguments[1] + "/csv", {.names = names});
      rows.saveAsJsonFile(arguments[1] + "/json", names);
      return;
    }
    if (arguments.size() != 3 || arguments[0] != "read") throw seltzer::UsageError("wrong arguments");
    const std::string& path = arguments[2];
    const auto read = arguments[1] == "csv" ? sc.csvFile<Row>(path, {.names = names, .multiline = true})
                                            : sc.jsonFile<Row>(path, names, 4);
    if (read.collect() != rows.collect()) throw seltzer::UsageError(path + " has other rows");
    fmt::print("{} is equal\n", path);
  });
}
