/// Counts the connected components of a graph by label propagation: an iteration over cached RDDs.
/// Usage: connected_components FILE, with one edge "a b" in each line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/seltzer.hpp>

namespace {

using Vertex = std::int64_t;
using Edge = std::pair<Vertex, Vertex>;

Edge parse(std::string_view line) {
  char* rest = nullptr;
  const std::string text(line);
  const Vertex from = std::strtoll(text.c_str(), &rest, 10);
  return {from, std::strtoll(rest, nullptr, 10)};
}

Vertex least(Vertex a, Vertex b) {
  return std::min(a, b);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    if (argc != 2) throw seltzer::UsageError("usage: connected_components FILE");
    const auto oneWay = sc.textFile(argv[1]).map([](std::string_view line) { return parse(line); });
    const auto otherWay = oneWay.map([](const Edge& edge) { return Edge(edge.second, edge.first); });
    const auto edges = oneWay.union_(otherWay).partitionBy(sc.ranks()).cache();

    // The label of a vertex is the least vertex that it has heard of. Each tells its neighbours, until nothing changes.
    const auto smaller = [](Vertex a, Vertex b) { return least(a, b); };
    auto labels = edges.reduceByKey(smaller).map([](const Edge& edge) { return Edge(edge.first, edge.first); });
    auto current = labels.partitionBy(edges.partitioner()).cache();
    for (;;) {
      const auto told = edges.join(current).values();  // (neighbour, label)
      const auto next = told.union_(current).reduceByKey(smaller, edges.partitioner()).cache();
      const auto changed =
          next.join(current).filter([](const auto& x) { return x.second.first != x.second.second; }).count();
      current.unpersist();
      current = next;
      if (changed == 0) break;
    }
    std::cout << current.values().distinct().count() << " components\n";
  });
}
