#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

using Point = std::vector<double>;

/// The point that a line holds, numbers between blanks, tabs or commas; none for a blank line and for a comment, which
/// starts with `#`. Throws std::invalid_argument, with the line, for anything else, and for another number of
/// coordinates than `dimension`, if that is not 0.
inline std::optional<Point> pointOfLine(std::size_t dimension, std::string_view line) {
  constexpr std::string_view separators = " \t,";
  Point point;
  std::string_view rest = line;
  const auto skipSeparators = [&] { rest.remove_prefix(std::min(rest.find_first_not_of(separators), rest.size())); };
  skipSeparators();
  if (rest.starts_with('#') || line.find_first_not_of(" \t") == line.npos) return std::nullopt;
  while (!rest.empty()) {
    double coordinate = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), coordinate);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const bool ends = rest.empty() || separators.find(rest.front()) != separators.npos;
    if (error != std::errc() || !ends || !std::isfinite(coordinate)) {
      throw std::invalid_argument(fmt::format("a point is numbers between blanks or commas, not '{:.200}'", line));
    }
    point.push_back(coordinate);
    skipSeparators();
  }
  if (point.empty() || (dimension != 0 && point.size() != dimension)) {
    throw std::invalid_argument(
        fmt::format("the first point has {} coordinates, another one {}: '{:.200}'", dimension, point.size(), line));
  }
  return point;
}

/// The points in text files, as `Context::textFile` finds and cuts them; each has as many coordinates as the first,
/// which one job looks at.
inline seltzer::RDD<Point> readPoints(seltzer::Context& sc, const std::string& path,
                                      seltzer::PartitionCount minPartitions) {
  const auto lines = sc.textFile(path, minPartitions);
  const auto first = lines.collect([](std::string_view line) { return pointOfLine(0, line); }).take(1);
  const std::size_t dimension = first.empty() ? 0 : first.front().size();
  return lines.collect([dimension](std::string_view line) { return pointOfLine(dimension, line); });
}
