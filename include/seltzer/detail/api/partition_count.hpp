#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <seltzer/call_site.hpp>
#include <seltzer/partitioner.hpp>

namespace seltzer {

class Context;

namespace detail {

/// Each partition costs every rank some bytes and the driver some more: a greater number must be a mistake.
inline constexpr std::size_t mostPartitions = 10'000'000;

/// The limit of histogram buckets and of elements drawn with replacement, as in Spark: 2^31 - 1.
inline constexpr std::int64_t mostCounted = 2'147'483'647;

/// `count`, or `otherwise` if that is empty. Throws std::invalid_argument for less than 1 and for more than
/// `mostPartitions`.
std::size_t requirePartitions(PartitionCount count, std::size_t otherwise, std::string_view operation,
                              const CallSite& where);

/// As above, with `context.defaultParallelism()` for `otherwise`. Throws NestedJobError in a task.
std::size_t requirePartitions(PartitionCount count, Context& context, std::string_view operation,
                              const CallSite& where);

}  // namespace detail
}  // namespace seltzer
