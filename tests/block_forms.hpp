#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>

namespace seltzer::detail {

inline std::shared_ptr<const WireBlock> inWireForm(const Block& block) {
  WireBlockBuilder builder;
  std::size_t position = 0;
  for (ShuffleFrame piece; block.writePiece(position, piece);) builder.add(std::move(piece));
  return builder.finish();
}

inline Bytes wireFormOf(const Block& block) {
  Bytes bytes;
  std::size_t position = 0;
  for (ShuffleFrame piece; block.writePiece(position, piece);) {
    bytes.insert(bytes.end(), piece.data.begin(), piece.data.end());
  }
  return bytes;
}

/// A block of `count` numbers from `first` on.
inline std::shared_ptr<const Block> objects(std::size_t count, std::int64_t first) {
  std::vector<std::int64_t> elements(count);
  std::iota(elements.begin(), elements.end(), first);
  return std::make_shared<const ObjectBlock<std::int64_t>>(std::move(elements));
}

}  // namespace seltzer::detail
