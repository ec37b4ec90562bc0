#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// A value for each of some partitions, made when it is first asked for: memory and time follow the values that there
/// are, and not the number of partitions. Where an eighth of all partitions have one, they stand in a row of their own.
/// A `Value` is default constructible, movable, and `isEmpty()` where there is nothing in it.
template <class Value>
class PartitionMap {
 public:
  explicit PartitionMap(std::size_t partitions) : partitions_(partitions) {
    if (partitions <= alwaysInARow) spread();
  }

  /// O(1). Values move when another is made.
  Value& operator[](std::size_t partition) { return inARow_ ? values_[partition] : valueOf(partition); }

  /// The first partition in [from, end) whose value is not empty; `end` if there is none. O(log n) of n values, or a
  /// step for each that is passed over. No values may be made after the first call.
  std::size_t next(std::size_t from, std::size_t end) {
    if (inARow_) {
      while (from < end && values_[from].isEmpty()) ++from;
      return from;
    }
    sortOnce();
    auto at = std::ranges::lower_bound(order_, from, {}, [this](std::uint32_t i) { return keys_[i]; });
    while (at != order_.end() && values_[*at].isEmpty()) ++at;
    return at == order_.end() ? end : std::min(keys_[*at], end);
  }

  /// Calls `visit(value)` for all that were made, and for some that are empty.
  template <class Visit>
  void forValues(Visit visit) {
    for (Value& value : values_) visit(value);
  }
  template <class Visit>
  void forValues(Visit visit) const {
    for (const Value& value : values_) visit(value);
  }

  /// How many values memory is held for.
  std::size_t size() const { return values_.size(); }

 private:
  static constexpr std::size_t alwaysInARow = 64;
  static constexpr std::uint32_t free = ~std::uint32_t{0};

  Value& valueOf(std::size_t partition) {
    if (2 * (values_.size() + 1) > slots_.size()) grow();
    std::uint32_t& slot = slots_[slotOf(partition)];
    if (slot != free) return values_[slot];
    if (8 * (values_.size() + 1) >= partitions_) {
      spread();
      return values_[partition];
    }
    slot = static_cast<std::uint32_t>(values_.size());
    keys_.push_back(partition);
    return values_.emplace_back();
  }

  /// Where `partition` stands in `slots_`, or may be put.
  std::size_t slotOf(std::size_t partition) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (partition * 0x9e3779b97f4a7c15u >> 32) & mask;
    while (slots_[at] != free && keys_[slots_[at]] != partition) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    slots_.assign(std::max<std::size_t>(8, 2 * slots_.size()), free);
    for (std::size_t i = 0; i < keys_.size(); ++i) slots_[slotOf(keys_[i])] = static_cast<std::uint32_t>(i);
  }

  void spread() {
    std::vector<Value> row(partitions_);
    for (std::size_t i = 0; i < keys_.size(); ++i) row[keys_[i]] = std::move(values_[i]);
    values_ = std::move(row);
    keys_ = {};
    slots_ = {};
    inARow_ = true;
  }

  void sortOnce() {
    if (order_.size() == keys_.size()) return;
    for (std::size_t i = 0; i < keys_.size(); ++i) order_.push_back(static_cast<std::uint32_t>(i));
    std::ranges::sort(order_, {}, [this](std::uint32_t i) { return keys_[i]; });
  }

  std::size_t partitions_;
  bool inARow_ = false;
  std::vector<Value> values_;         // of partition i at i where they stand in a row, of `keys_[i]` otherwise
  std::vector<std::size_t> keys_;     // in the order in which they were made
  std::vector<std::uint32_t> slots_;  // a hash table of indices in `keys_`: a power of two, at most half full
  std::vector<std::uint32_t> order_;  // indices in `keys_`, by key
};

}  // namespace seltzer::detail
