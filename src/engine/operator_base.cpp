#include <seltzer/detail/engine/operator_base.hpp>

namespace seltzer::detail {

OperatorBase::~OperatorBase() = default;

void OperatorBase::setStorage(StorageLevel level, RunStored function, std::string folder) {
  level_ = level;
  runStored_ = function;
  checkpointFolder_ = std::move(folder);
}

void OperatorBase::replaceBy(OperatorBase& other) {
  replacement_ = &other;
  setStorage(StorageLevel::NONE, other.runOfReplaced(), {});
}

OperatorBase::RunStored OperatorBase::runOfReplaced() const {
  return nullptr;
}

std::optional<std::size_t> OperatorBase::sizeOf(std::size_t /*partition*/) const {
  return std::nullopt;
}

std::optional<std::size_t> OperatorBase::knownSize(std::size_t partition) const {
  if (isPlain()) return sizeOf(partition);
  const auto block = blocks_->find({id_, partition});
  return block ? std::optional(block->records()) : std::nullopt;
}

}  // namespace seltzer::detail
