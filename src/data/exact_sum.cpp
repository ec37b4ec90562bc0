#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/data/aggregation/exact_sum.hpp>

namespace seltzer::detail {

void throwSumOverflow(bool isSigned, std::size_t bits) {
  throw std::overflow_error(fmt::format(
      "the sum does not fit into {} {}-bit integer; map the elements to a wider type or to double before summing",
      isSigned ? "a signed" : "an unsigned", bits));
}

}  // namespace seltzer::detail
