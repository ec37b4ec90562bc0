#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

using Point = std::vector<double>;

/// The point in a line, numbers separated by blanks, tabs or commas; none for a blank line and for a comment, which
/// starts with `#`. Throws std::invalid_argument, with the line, for anything else, and if the number of coordinates is
/// not `dimension`, unless that is 0.
inline std::optional<Point> pointOfLine(std::size_t dimension, std::string_view line) {
  std::string_view rest = line;
  const auto skipBlanks = [&rest] { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); };
  skipBlanks();
  if (rest.empty() || rest.front() == '#') return std::nullopt;
  Point point;
  for (bool more = true; more;) {
    double coordinate = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), coordinate);
    const std::string_view after(end, static_cast<std::size_t>(rest.data() + rest.size() - end));
    rest = after;
    skipBlanks();
    const bool comma = rest.starts_with(',');
    const bool separated = comma || rest.empty() || rest.size() < after.size();
    if (error != std::errc() || !separated || !std::isfinite(coordinate)) {
      throw std::invalid_argument(fmt::format("a point is numbers between blanks or commas, not '{:.200}'", line));
    }
    point.push_back(coordinate);
    if (comma) rest.remove_prefix(1);
    skipBlanks();
    more = comma || !rest.empty();
  }
  if (dimension != 0 && point.size() != dimension) {
    throw std::invalid_argument(
        fmt::format("the first point has {} coordinates, not {} as '{:.200}'", dimension, point.size(), line));
  }
  return point;
}

/// The points in text files, which are found and split as by `Context::textFile`. All must have as many coordinates as
/// the first, which a job reads.
inline seltzer::RDD<Point> readPoints(seltzer::Context& sc, const std::string& path,
                                      seltzer::PartitionCount minPartitions) {
  const auto lines = sc.textFile(path, minPartitions);
  const auto first = lines.collect([](std::string_view line) { return pointOfLine(0, line); }).take(1);
  const std::size_t dimension = first.empty() ? 0 : first.front().size();
  return lines.collect([dimension](std::string_view line) { return pointOfLine(dimension, line); });
}
