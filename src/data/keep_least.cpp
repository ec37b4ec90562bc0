#include <numeric>

#include <seltzer/detail/data/sort/keep_least.hpp>

namespace seltzer::detail {

std::vector<std::size_t> stableOrder(std::size_t count, PositionLess less, const void* elements) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [less, elements](std::size_t a, std::size_t b) { return less(elements, a, b); });
  return order;
}

}  // namespace seltzer::detail
