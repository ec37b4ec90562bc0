#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>

namespace seltzer::detail {

std::shared_ptr<const ShuffleBlock> shuffleBlockOf(const BlockSource& blocks, BlockId id) {
  auto block = blocks.find(id);
  if (auto shuffled = std::dynamic_pointer_cast<const ShuffleBlock>(block)) return shuffled;
  const auto* wire = dynamic_cast<const WireBlock*>(block.get());
  if (wire == nullptr) {
    throw std::logic_error(
        fmt::format("the output of shuffle {} for partition {} is not on this rank", id.rdd, id.partition));
  }
  return ShuffleBlock::read(*wire);
}

}  // namespace seltzer::detail
