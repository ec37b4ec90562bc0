#include <algorithm>

#include <seltzer/detail/operators/narrow/union_rdd.hpp>

namespace seltzer::detail {
namespace {

/// The number of unions on this rank that are persisted or checkpointed.
std::size_t persistedUnions = 0;

}  // namespace

UnionOfPartitions::UnionOfPartitions(const OperatorBase& rdd, const std::vector<OperatorBase*>& parents,
                                     const std::vector<std::uint64_t>& partitions)
    : rdd_(rdd), parents_(parents) {
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    setJump(dynamic_cast<const UnionOfPartitions*>(parents_.at(i)), end);
    ends_.push_back(end += partitions[i]);
  }
}

UnionOfPartitions::~UnionOfPartitions() {
  countPersisted(true);
}

void UnionOfPartitions::countPersisted(bool isPlain) {
  persistedUnions -= rdd_.isPlain() ? 0 : 1;
  persistedUnions += isPlain ? 0 : 1;
}

bool UnionOfPartitions::Ancestor::has(std::size_t partition) const {
  return rdd != nullptr && partition >= begin && partition - begin < rdd->partitions();
}

/// Sets the jump pointer, if `parent` is the first parent that is a union: past its own jump and the next one if these
/// are equally long, otherwise to `parent`.
void UnionOfPartitions::setJump(const UnionOfPartitions* parent, std::uint64_t begin) {
  if (parent == nullptr || jump_.rdd != nullptr) return;
  depth_ = parent->depth_ + 1;
  jump_ = {parent, begin};
  if (persistedUnions > 0) return;  // one may have been checkpointed: what it jumped to is gone
  const Ancestor& first = parent->jump_;
  if (first.rdd == nullptr || first.rdd->jump_.rdd == nullptr) return;
  const Ancestor& second = first.rdd->jump_;
  if (parent->depth_ - first.rdd->depth_ != first.rdd->depth_ - second.rdd->depth_) return;
  jump_ = {second.rdd, begin + first.begin + second.begin};
}

std::pair<OperatorBase*, std::size_t> UnionOfPartitions::find(std::size_t partition) const {
  for (const UnionOfPartitions* at = this;;) {
    if (persistedUnions == 0 && at->jump_.has(partition)) {
      partition -= at->jump_.begin;
      at = at->jump_.rdd;
      continue;
    }
    const auto parent = static_cast<std::size_t>(std::ranges::upper_bound(at->ends_, partition) - at->ends_.begin());
    partition -= parent == 0 ? 0 : at->ends_[parent - 1];
    OperatorBase* const below = at->parents_[parent];
    at = below->isPlain() ? dynamic_cast<const UnionOfPartitions*>(below) : nullptr;
    if (at == nullptr) return {below, partition};
  }
}

}  // namespace seltzer::detail
