#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// The elements of a `parallelize` in wire form. The driver keeps them, so that it can scatter them again.
struct SourceData {
  Bytes bytes;
  std::vector<std::size_t> offsets;  ///< partition i is [offsets[i], offsets[i + 1])
  std::vector<std::size_t> records;  ///< number of elements, by partition

  /// Up to this many bytes, with what describes the partitions, go to all ranks together with the RDD: any of them can
  /// run its tasks then. Of more, a rank gets the partitions of its tasks.
  static constexpr std::size_t mostForAllRanks = std::size_t{64} << 10;
  bool goesToAllRanks() const { return bytes.size() + 2 * sizeof(std::size_t) * records.size() <= mostForAllRanks; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& bytes& offsets& records;
  }
};

/// The elements of a partition, in the memory of `source`.
std::shared_ptr<const Block> blockOf(const std::shared_ptr<const SourceData>& source, std::size_t partition);

}  // namespace seltzer::detail
