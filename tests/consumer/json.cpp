// Reads what it has saved: consumer_of_json FOLDER
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    if (argc != 2) throw seltzer::UsageError("usage: consumer_of_json FOLDER");
    const auto squares = sc.range(100).map([](std::int64_t i) { return std::pair(std::to_string(i), i * i); });
    squares.saveAsJsonFile(argv[1], {"name", "square"});
    using Row = std::pair<std::string, std::int64_t>;
    if (sc.jsonFile<Row>(argv[1], {"name", "square"}).collect() != squares.collect()) {
      throw seltzer::UsageError("other rows were read");
    }
  });
}
