#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "random_lineage_case.hpp"

// Compares random lineages with an oracle, and prints a line for each, which random_lineage.sh compares at several
// numbers of ranks. A lineage depends only on its seed.

namespace seltzer::test {
namespace {

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t count = 1;
  bool trace = false;
};

/// A source of random elements: parallelize, generate, a range or nothing at all.
template <class T>
void addSource(Case& lineage) {
  constexpr std::size_t sizes[] = {0, 1, 5, 20, 60, 120, 300, 2300};
  const std::size_t size = sizes[lineage.draw(std::size(sizes))];
  const std::int64_t partitions = lineage.partitionCount();
  if (lineage.chance(3)) {
    lineage.add("emptyRDD", lineage.sc.emptyRDD<T>(), {});
    return;
  }
  const auto f = maker<T>(lineage.recipe());
  std::vector<T> elements;
  for (std::size_t i = 0; i < size; ++i) elements.push_back(f(static_cast<std::int64_t>(i)));
  auto parts = slicesOf(elements, static_cast<std::size_t>(partitions));
  if (lineage.chance(50)) {
    lineage.add(fmt::format("parallelize({} elements, {})", size, partitions),
                lineage.sc.parallelize(elements, partitions), std::move(parts));
  } else {
    lineage.add(fmt::format("generate({}, {})", size, partitions),
                lineage.sc.generate(static_cast<std::int64_t>(size), f, partitions), std::move(parts));
  }
}

void addAnySource(Case& lineage) {
  switch (lineage.draw(6)) {
    case 0:
      return addSource<Integer>(lineage);
    case 1:
      return addSource<Number>(lineage);
    case 2:
      return addSource<Text>(lineage);
    case 3:
      return addSource<IntegerNumber>(lineage);
    case 4:
      return addSource<TextInteger>(lineage);
    default:
      return addSource<NumberText>(lineage);
  }
}

/// One operation on a random dataset, mostly on one of the last two so that lineages grow long.
void step(Case& lineage) {
  const std::size_t known = lineage.datasets.size();
  const std::size_t back = lineage.chance(70) ? lineage.draw(2) : lineage.draw(known);
  const AnyDataset chosen = lineage.datasets[known - 1 - std::min(back, known - 1)];
  const std::size_t kind = lineage.draw(100);
  const auto apply = [&]<class T>(const Dataset<T>& dataset) {
    if (kind < 40 || (kind < 80 && !Pair<T>)) return transform(lineage, dataset);
    if constexpr (Pair<T>) {
      if (kind < 80) return transformByKey(lineage, dataset);
    }
    if (kind < 96) {
      lineage.note(dataset.name + ": an action");
      return act(lineage, dataset);
    }
    lineage.note(dataset.name + ".unpersist");
    dataset.rdd.unpersist();
    return true;
  };
  while (!std::visit(apply, chosen)) {
  }
  if (lineage.datasets.size() > 6) {
    lineage.datasets.erase(lineage.datasets.begin() + static_cast<std::ptrdiff_t>(lineage.draw(6)));
  }
}

void runLineage(Case& lineage) {
  const std::size_t sources = 1 + lineage.draw(2);
  for (std::size_t i = 0; i < sources; ++i) addAnySource(lineage);
  const std::size_t operations = 5 + lineage.draw(11);
  for (std::size_t i = 0; i < operations; ++i) step(lineage);
  while (!lineage.datasets.empty()) {
    std::visit([&lineage](const auto& dataset) { lineage.check(dataset); }, lineage.datasets.back());
    lineage.datasets.pop_back();
  }
}

void print(std::uint64_t seed, const Case& lineage, const char* difference, bool trace) {
  if (difference != nullptr) fmt::print("DIFFERENCE seed {}: {}\n", seed, difference);
  if (difference != nullptr || trace) {
    for (const std::string& line : lineage.trace()) fmt::print("  {}\n", line);
  }
  if (difference == nullptr) fmt::print("seed {} digest {:016x}\n", seed, lineage.digest());
  std::fflush(stdout);
}

/// Returns whether all lineages agree with the oracle.
bool runLineages(Context& sc, const Options& options) {
  bool right = true;
  for (std::uint64_t seed = options.seed; seed < options.seed + options.count; ++seed) {
    Case lineage(sc, seed);
    try {
      runLineage(lineage);
      print(seed, lineage, nullptr, options.trace);
    } catch (const std::exception& error) {
      right = false;
      print(seed, lineage, error.what(), true);
    }
  }
  return right;
}

}  // namespace
}  // namespace seltzer::test

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    seltzer::test::Options options;
    CLI::App app("Compares random lineages with an oracle");
    app.add_option("--seed", options.seed, "The seed of the first lineage");
    app.add_option("--count", options.count, "How many lineages; each has the seed that follows");
    app.add_flag("--trace", options.trace, "Print the operations of all, not only of those that differ");
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? seltzer::exitDone : seltzer::exitUsage;
    }
    return seltzer::test::runLineages(sc, options) ? 0 : 1;
  });
}
