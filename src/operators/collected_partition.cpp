#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/detail/operators/collected_partition.hpp>

namespace seltzer::detail {

template class CollectedPartition<std::pair<std::int64_t, std::int64_t>>;
template class CollectedPartition<std::pair<std::string, std::int64_t>>;

}  // namespace seltzer::detail
