#include "steps.hpp"

seltzer::RDD<std::int64_t> scaled(const seltzer::RDD<std::int64_t>& numbers, std::int64_t factor) {
  return numbers.map([factor](std::int64_t x) { return factor * x; }).repartition(3);
}
