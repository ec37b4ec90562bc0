#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "bench_graph_rows.hpp"
#include "draw.hpp"
#include "row.hpp"
#include "tera_generate.hpp"
#include "text_generate.hpp"

namespace peers {
namespace {

/// 500 MB of words in one file, by Zipf's law.
void makeWords(seltzer::Context& sc, const Setup& setup) {
  const GenerateTextLines make{static_cast<std::uint64_t>(setup.of(1e6)), 42};
  const auto lines = static_cast<std::int64_t>(std::ceil(static_cast<double>(setup.of(5e8)) / make.meanLineBytes()));
  sc.range(0, lines, 1, 1).mapPartitions<std::string>(make).saveAsTextFile(setup / "words");
}

/// Edges `from to`.
void makeEdges(seltzer::Context& sc, const Setup& setup) {
  const bench::PowerLawEdge edge{static_cast<std::uint64_t>(setup.of(1e6))};
  sc.generate(
        setup.of(8e6),
        [edge](std::int64_t i) {
          const auto [from, to] = edge(i);
          return fmt::format("{} {}", from, to);
        },
        1)
      .saveAsTextFile(setup / "edges");
}

/// Points in the unit cube of four dimensions, with six digits.
void makePoints(seltzer::Context& sc, const Setup& setup) {
  sc.generate(
        setup.of(5e6),
        [](std::int64_t i) {
          const auto coordinate = [i](std::int64_t d) { return draw(4 * i + d) % 1'000'000; };
          return fmt::format("0.{:06} 0.{:06} 0.{:06} 0.{:06}", coordinate(0), coordinate(1), coordinate(2),
                             coordinate(3));
        },
        1)
      .saveAsTextFile(setup / "points");
}

}  // namespace

void makeData(seltzer::Context& sc, const Setup& setup) {
  const std::string folder = setup.data;
  if (std::filesystem::exists(folder)) throw seltzer::UsageError(folder + " exists; remove it or name another folder");
  Setup unfinished = setup;
  unfinished.data = folder + ".unfinished";
  std::filesystem::remove_all(unfinished.data);
  std::filesystem::create_directories(unfinished.data);
  makeWords(sc, unfinished);
  sc.textFile(unfinished / "words", 2).saveAsTextFile(unfinished / "gzip", seltzer::Codec::gzip);
  makeEdges(sc, unfinished);
  makePoints(sc, unfinished);
  sc.generate(setup.of(1e7), GenerateTeraRecord{42}, 2).saveAsBinaryRecords(unfinished / "tera");
  std::filesystem::rename(unfinished.data, folder);
}

}  // namespace peers
