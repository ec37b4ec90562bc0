#include <cstdint>
#include <string_view>
#include <utility>

#include <seltzer/detail/operators/shuffle/combined_rdd.hpp>

namespace seltzer::detail {

template class CombinedRDD<std::pair<std::int64_t, Nothing>, PresenceAggregator<Nothing>>;
template class CombinedRDD<std::pair<std::string_view, Nothing>, PresenceAggregator<Nothing>>;

}  // namespace seltzer::detail
