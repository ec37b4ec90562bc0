#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/files/input_files.hpp>

namespace seltzer::detail {

/// A range of bytes of one file, which one partition reads.
struct FileSplit {
  std::uint64_t file = 0;  ///< index among the files
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool operator==(const FileSplit&) const = default;
};

/// Files and how they are cut into partitions: what travels to the ranks.
struct InputSplits {
  std::vector<InputFile> files;
  std::vector<FileSplit> splits;  ///< by partition

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& files& splits;
  }
};

/// Cuts files into ranges, in their order, at multiples of `unit` bytes; compressed files, if `wholeIfCompressed`, stay
/// whole. Requires sizes that are multiples of `unit`, and that `atLeast` is not 0.
///
/// As in Spark a range aims at total size / atLeast bytes, a file of up to 1.1 times that is not cut, no range spans
/// files, and empty files give none (so that empty input gives no ranges). Ranges of one file are equal to one unit.
/// There are at least `atLeast` ranges if there are that many units in files that may be cut.
InputSplits splitByRanges(std::vector<InputFile> files, std::size_t atLeast, std::uint64_t unit,
                          bool wholeIfCompressed);

/// Packs whole files, in their order, into min(parts, files) parts of about equal size, none of them empty. Element i
/// is the index after the last file of part i. Requires that `parts` is not 0.
std::vector<std::uint64_t> packWhole(const std::vector<InputFile>& files, std::size_t parts);

}  // namespace seltzer::detail
