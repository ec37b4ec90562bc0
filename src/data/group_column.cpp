#include <seltzer/detail/data/aggregation/group_column.hpp>

namespace seltzer::detail {

GroupBounds::GroupBounds() = default;
GroupBounds::~GroupBounds() = default;

void GroupBounds::count(const ChunkedVector<std::uint32_t>& numbers, std::size_t groups) {
  reserveLarge(next_, groups);
  next_.assign(groups, 0);
  for (std::size_t i = 0; i < numbers.size();) {
    const std::span<const std::uint32_t> chunk = numbers.chunkFrom(i);
    for (const std::uint32_t number : chunk) ++next_[number];
    i += chunk.size();
  }
  std::size_t before = 0;
  for (std::size_t& next : next_) before += std::exchange(next, before);
}

void GroupBounds::clear() {
  next_ = {};
}

}  // namespace seltzer::detail
