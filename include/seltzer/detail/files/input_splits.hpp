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

/// Files and how they are split into partitions; travels to the ranks.
struct InputSplits {
  std::vector<InputFile> files;
  std::vector<FileSplit> splits;  ///< by partition

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& files& splits;
  }
};

/// Splits files, in order, into ranges at multiples of `unit` bytes; if `wholeIfCompressed`, compressed files stay
/// whole. Requires sizes that are multiples of `unit`, and that `atLeast` is not 0.
///
/// As in Spark, the target size of a range is total size / atLeast bytes, a file of up to 1.1 times that is not split,
/// no range spans files, and empty files have none (so empty input has no ranges). Ranges of a file differ by at most
/// one unit. There are at least `atLeast` ranges if the files that may be split have that many units.
InputSplits splitByRanges(std::vector<InputFile> files, std::size_t atLeast, std::uint64_t unit,
                          bool wholeIfCompressed);

/// Packs whole files, in their order, into min(parts, files) parts of about equal size, none of them empty. Element i
/// is the index after the last file of part i. Requires that `parts` is not 0.
std::vector<std::uint64_t> packWhole(const std::vector<InputFile>& files, std::size_t parts);

}  // namespace seltzer::detail
