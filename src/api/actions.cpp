#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include <seltzer/seltzer.hpp>

namespace seltzer::detail {

JobRequest requestOf(const LineagePointer& rdd, TypeId action, std::string_view operation, const CallSite& where,
                     ParameterSource parameters) {
  return JobRequest{rdd, action, encodeAt(operation, where, parameters), operation, where};
}

std::vector<std::size_t> partitionsFrom(std::size_t first, std::size_t count) {
  std::vector<std::size_t> partitions(count);
  std::iota(partitions.begin(), partitions.end(), first);
  return partitions;
}

std::size_t partitionsToTry(std::size_t visited, std::size_t taken, std::size_t wanted) {
  if (visited == 0) return 1;
  const auto most = static_cast<double>(4 * visited);
  if (taken == 0) return 4 * visited;
  const double each = static_cast<double>(taken) / static_cast<double>(visited);
  return static_cast<std::size_t>(std::clamp(std::ceil(1.5 * static_cast<double>(wanted - taken) / each), 1.0, most));
}

std::size_t requireNotNegative(std::int64_t n, std::string_view operation, const CallSite& where) {
  if (n < 0) throw std::invalid_argument(messagePrefix(operation, where) + "the number of elements is negative");
  return static_cast<std::size_t>(n);
}

void requireDepth(int depth, std::string_view operation, const CallSite& where) {
  if (depth < 1)
    throw std::invalid_argument(messagePrefix(operation, where) + "the depth of the tree must be at least 1");
}

}  // namespace seltzer::detail
