#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::detail {

/// How many keys the tables of an operation had on this rank, so that the next one gets its memory at once: a table
/// that grows from nothing moves each key about twice.
class UsualSize {
 public:
  /// Makes an empty table as large as usual, if that takes a small part of the memory that is free: as the smaller one
  /// of the last two, so that one large table among small ones does not make them large.
  template <class Table>
  void reserve(Table& table) const {
    constexpr std::size_t bytesPerKey = 16 * sizeof(std::uint64_t);  // more than nearly all tables take
    const std::size_t keys = before_ == 0 ? last_ : std::min(last_, before_);
    const std::size_t limit = memoryAccount().limit();
    if (keys < limit / 16 / bytesPerKey && !memoryAccount().isOverLimit(limit / 4)) table.reserve(keys);
  }

  /// Remembers the size of a table that is filled.
  template <class Table>
  void remember(const Table& table) {
    if (table.size() > 0) before_ = std::exchange(last_, table.size());
  }

 private:
  std::size_t last_ = 0;
  std::size_t before_ = 0;
};

}  // namespace seltzer::detail
