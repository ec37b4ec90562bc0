/// Counts the vertices at each distance from vertex 0 of a graph, and goes on after an interruption where it was.
/// Usage: distances FILE CHECKPOINTS, with one edge "a b" per line and a folder.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/seltzer.hpp>

namespace {

using Vertex = std::int64_t;
using Edge = std::pair<Vertex, Vertex>;
using Distance = std::pair<Vertex, std::int64_t>;

constexpr int partitions = 8;

Edge parse(std::string_view line) {
  char* rest = nullptr;
  const std::string text(line);
  const Vertex from = std::strtoll(text.c_str(), &rest, 10);
  return {from, std::strtoll(rest, nullptr, 10)};
}

std::int64_t lesser(std::int64_t a, std::int64_t b) {
  return std::min(a, b);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    if (argc != 3) throw seltzer::UsageError("usage: distances FILE CHECKPOINTS");
    const auto lines = sc.textFile(argv[1]);
    const auto edges = lines.map([](std::string_view line) { return parse(line); }).partitionBy(partitions).cache();
    const auto least = [](std::int64_t a, std::int64_t b) { return lesser(a, b); };

    std::int64_t round = 0;
    sc.setCheckpointDir(argv[2]);
    sc.remember("round", round);
    auto known = sc.checkpointed(
        "distances", [&] { return sc.parallelize(std::vector{Distance(0, 0)}).partitionBy(edges.partitioner()); });
    for (std::int64_t before = 0, reached = known.count(); reached > before;) {
      const auto next = edges.join(known).values().mapValues([](std::int64_t distance) { return distance + 1; });
      known = known.union_(next).reduceByKey(least, edges.partitioner()).cache();
      if (++round % 10 == 0) known = sc.checkpointed("distances", [&] { return known; });
      before = std::exchange(reached, known.count());
    }

    const auto counts = known.map([](const Distance& vertex) { return Distance(vertex.second, 1); })
                            .reduceByKey([](std::int64_t a, std::int64_t b) { return a + b; })
                            .sortByKey();
    for (const auto& [distance, vertices] : counts.collect()) std::cout << distance << ": " << vertices << '\n';
  });
}
