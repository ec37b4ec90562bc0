#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

namespace seltzer::detail {

/// How many keys the tables of an operation had on this rank, so that the next one gets its memory at once: a table
/// that grows from nothing moves each key twice. The lesser of the last two, so that one large table among small ones
/// does not make them large.
class UsualSize {
 public:
  std::size_t keys() const { return std::min(last_, before_); }
  void add(std::size_t keys) { before_ = std::exchange(last_, keys); }

 private:
  std::size_t last_ = 0;
  std::size_t before_ = 0;
};

}  // namespace seltzer::detail
