#include <algorithm>
#include <cmath>

#include <seltzer/detail/files/input_splits.hpp>

#include "files/file_content.hpp"

namespace seltzer::detail {
namespace {

/// A file of up to this many times the target size is not split.
constexpr double slop = 1.1;

/// Opening a file takes about as long as reading this many bytes.
constexpr std::uint64_t bytesPerOpening = 4096;

/// How many ranges a file of `units` units is split into, with a target of `aim` units per range.
std::uint64_t rangesOf(std::uint64_t units, double aim, double tolerance) {
  if (units == 0) return 0;
  const double ranges = std::ceil(static_cast<double>(units) / aim - (tolerance - 1.0));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(ranges, 1.0)), 1, units);
}

/// floor(i * size / parts) without overflow, for parts < 2^32.
std::uint64_t cutAt(std::uint64_t i, std::uint64_t size, std::uint64_t parts) {
  return i * (size / parts) + i * (size % parts) / parts;
}

}  // namespace

InputSplits splitByRanges(std::vector<InputFile> files, std::size_t atLeast, std::uint64_t unit,
                          bool wholeIfCompressed) {
  std::vector<bool> whole;
  std::uint64_t total = 0;
  std::uint64_t divisible = 0;
  std::uint64_t wholes = 0;
  for (const InputFile& file : files) {
    whole.push_back(wholeIfCompressed && codecOf(file.path) != Codec::none);
    total += file.size / unit;
    if (whole.back()) ++wholes;
    if (!whole.back()) divisible += file.size / unit;
  }
  const auto cut = [&](double aim, double tolerance) {
    std::vector<FileSplit> splits;
    for (std::size_t f = 0; f < files.size(); ++f) {
      const std::uint64_t units = files[f].size / unit;
      const std::uint64_t ranges = whole[f] ? 1 : rangesOf(units, aim, tolerance);
      for (std::uint64_t i = 0; i < ranges; ++i) {
        const std::uint64_t end = i + 1 == ranges ? files[f].size : cutAt(i + 1, units, ranges) * unit;
        splits.push_back({f, cutAt(i, units, ranges) * unit, end});
      }
    }
    return splits;
  };
  auto splits = cut(static_cast<double>(total) / static_cast<double>(atLeast), slop);
  if (splits.size() < atLeast && divisible > 0) {
    const std::uint64_t missing = atLeast > wholes ? atLeast - wholes : 1;
    splits = cut(static_cast<double>(divisible) / static_cast<double>(missing), 1.0);
  }
  return {std::move(files), std::move(splits)};
}

std::vector<std::uint64_t> packWhole(const std::vector<InputFile>& files, std::size_t parts) {
  parts = std::min(parts, files.size());
  std::uint64_t left = 0;
  for (const InputFile& file : files) left += file.size + bytesPerOpening;
  std::vector<std::uint64_t> ends;
  std::size_t next = 0;
  for (; parts > 0; --parts) {
    const std::uint64_t aim = left / parts;
    const std::size_t most = files.size() - (parts - 1);  // one file for each part that follows
    std::uint64_t packed = 0;
    do {
      packed += files[next++].size + bytesPerOpening;
    } while (next < most && (parts == 1 || packed + (files[next].size + bytesPerOpening) / 2 <= aim));
    left -= packed;
    ends.push_back(next);
  }
  return ends;
}

}  // namespace seltzer::detail
