#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/context.hpp>
#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/api/partition_count.hpp>

#include "driver/scheduler.hpp"

namespace seltzer::detail {

std::size_t requirePartitions(PartitionCount count, std::size_t otherwise, std::string_view operation,
                              const CallSite& where) {
  if (!count) return otherwise;
  const bool tooMany = *count > static_cast<std::int64_t>(mostPartitions);
  if (*count < 1 || tooMany) {
    throw std::invalid_argument(fmt::format("{}the number of partitions must be at least 1{}, and is {}",
                                            messagePrefix(operation, where),
                                            tooMany ? fmt::format(" and at most {}", mostPartitions) : "", *count));
  }
  return static_cast<std::size_t>(*count);
}

std::size_t requirePartitions(PartitionCount count, Context& context, std::string_view operation,
                              const CallSite& where) {
  context.scheduler().requireIdle(operation, where);
  return requirePartitions(count, context.scheduler().executor().defaultParallelism(), operation, where);
}

std::size_t requirePartitionerSize(std::int64_t partitions) {
  const bool tooMany = partitions > static_cast<std::int64_t>(mostPartitions);
  if (partitions < 1 || tooMany) {
    throw std::invalid_argument(fmt::format("the number of partitions of a partitioner must be at least 1{}, not {}",
                                            tooMany ? fmt::format(" and at most {}", mostPartitions) : "", partitions));
  }
  return static_cast<std::size_t>(partitions);
}

}  // namespace seltzer::detail
