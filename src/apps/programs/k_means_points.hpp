#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

/// The coordinates of a point.
using Point = std::span<const double>;

/// Points of the same dimension, one after another in memory.
struct Points {
  std::size_t dimension = 0;
  std::vector<double> coordinates;

  std::size_t size() const { return dimension == 0 ? 0 : coordinates.size() / dimension; }
  Point operator[](std::size_t i) const { return Point(coordinates).subspan(i * dimension, dimension); }
  std::span<double> operator[](std::size_t i) { return std::span(coordinates).subspan(i * dimension, dimension); }
  void add(Point point) { coordinates.insert(coordinates.end(), point.begin(), point.end()); }
};

/// Appends the coordinates in a line, numbers separated by blanks, tabs or commas; none of a blank line and of a
/// comment, which starts with `#`. Throws std::invalid_argument, with the line, for anything else, and if there are
/// other than `dimension` coordinates, unless that is 0.
inline void appendPoint(std::size_t dimension, std::string_view line, std::vector<double>& coordinates) {
  const std::size_t before = coordinates.size();
  std::string_view rest = line;
  const auto skipBlanks = [&rest] { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); };
  skipBlanks();
  if (rest.empty() || rest.front() == '#') return;
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
    coordinates.push_back(coordinate);
    if (comma) rest.remove_prefix(1);
    skipBlanks();
    more = comma || !rest.empty();
  }
  const std::size_t found = coordinates.size() - before;
  if (dimension != 0 && found != dimension) {
    throw std::invalid_argument(
        fmt::format("the first point has {} coordinates, not {} as '{:.200}'", dimension, found, line));
  }
}

/// The points in text files, which are found and split as by `Context::textFile`, in blocks. All must have as many
/// coordinates as the first, which a job reads.
inline seltzer::RDD<Points> readPoints(seltzer::Context& sc, const std::string& path,
                                       seltzer::PartitionCount minPartitions) {
  const auto lines = sc.textFile(path, minPartitions);
  const auto sizes = lines.collect([](std::string_view line) -> std::optional<std::size_t> {
    std::vector<double> point;
    appendPoint(0, line, point);
    return point.empty() ? std::nullopt : std::optional(point.size());
  });
  const auto first = sizes.take(1);
  const std::size_t dimension = first.empty() ? 0 : first.front();
  return lines.mapPartitions<Points>([dimension](auto& part, auto& emit) {
    constexpr std::size_t blockBytes = std::size_t{256} << 10;
    Points block{dimension, {}};
    for (const std::string_view line : part) {
      appendPoint(dimension, line, block.coordinates);
      if (block.coordinates.size() * sizeof(double) < blockBytes) continue;
      emit(std::exchange(block, {dimension, {}}));
    }
    if (!block.coordinates.empty()) emit(std::move(block));
  });
}
