// refused: sortBy: a comparator must not capture anything; sort by a key, key(const element&), which may
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(const seltzer::RDD<std::int64_t>& numbers, std::int64_t modulus) {
  numbers.sortBy([modulus](std::int64_t a, std::int64_t b) { return a % modulus < b % modulus; });  // refused here
}
