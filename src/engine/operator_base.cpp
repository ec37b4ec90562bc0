#include <seltzer/detail/engine/operator_base.hpp>

namespace seltzer::detail {

OperatorBase::~OperatorBase() = default;

std::optional<std::size_t> OperatorBase::knownSize(std::size_t partition) const {
  if (isPlain()) return sizeOf(partition);
  const auto block = blocks_->find({id_, partition});
  return block ? std::optional(block->records()) : std::nullopt;
}

}  // namespace seltzer::detail
