#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

using Vertex = std::int64_t;
using Edge = std::pair<Vertex, Vertex>;  ///< from, to

/// The help text for the files that `readEdges` reads.
inline constexpr const char* edgeFiles =
    "text files with one edge 'from to' per line, as integers; lines that start with # are comments. A file, a folder, "
    "a pattern, or a comma-separated list; .gz, .bz2, .xz and .zst are decompressed";

/// The edge in a line `from to`, two integers separated by blanks or tabs; none for a blank line and for a comment,
/// which starts with `#`. Throws std::invalid_argument, with the line, for anything else.
inline std::optional<Edge> edgeOfLine(std::string_view line) {
  constexpr std::string_view blanks = " \t";
  const auto skipBlanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size())); };
  const std::string_view whole = line;
  skipBlanks();
  if (line.empty() || line.front() == '#') return std::nullopt;
  const auto malformed = [whole] {
    return std::invalid_argument(fmt::format("an edge is two whole numbers 'from to', not '{:.200}'", whole));
  };
  const auto readVertex = [&] {
    Vertex vertex = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), vertex);
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    if (error != std::errc() || (!line.empty() && blanks.find(line.front()) == blanks.npos)) throw malformed();
    skipBlanks();
    return vertex;
  };
  const Vertex from = readVertex();
  const Vertex to = readVertex();
  if (!line.empty()) throw malformed();
  return Edge(from, to);
}

/// The edges in text files, which are found and split as by `Context::textFile`.
inline seltzer::RDD<Edge> readEdges(seltzer::Context& sc, const std::string& path,
                                    seltzer::PartitionCount minPartitions) {
  return sc.textFile(path, minPartitions).collect([](std::string_view line) { return edgeOfLine(line); });
}
