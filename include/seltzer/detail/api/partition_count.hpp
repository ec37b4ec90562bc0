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

/// Each costs every rank some bytes and the driver some more: what is greater was not meant.
inline constexpr std::size_t mostPartitions = 10'000'000;

/// Of buckets, and of elements that are drawn one by one: as many as Spark can count.
inline constexpr std::int64_t mostCounted = 2'147'483'647;

/// `count`, or `otherwise` where there is none. Throws std::invalid_argument for less than 1 and for more than
/// `mostPartitions`.
std::size_t requirePartitions(PartitionCount count, std::size_t otherwise, std::string_view operation,
                              const CallSite& where);

/// As above; where none is given, `context.defaultParallelism()`. Throws NestedJobError in a task.
std::size_t requirePartitions(PartitionCount count, Context& context, std::string_view operation,
                              const CallSite& where);

}  // namespace detail
}  // namespace seltzer
