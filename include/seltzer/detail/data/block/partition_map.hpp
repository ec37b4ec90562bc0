#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// A map from partitions to values, created on first access: memory and time are proportional to the number of values,
/// not of partitions. Once an eighth of all partitions have one, it becomes an array indexed by partition. A `Value` is
/// default constructible, movable, and has `isEmpty()`.
template <class Value>
class PartitionMap {
 public:
  explicit PartitionMap(std::size_t partitions) : partitions_(partitions) {
    if (partitions <= alwaysArray) becomeArray();
  }

  /// O(1). Creating a value invalidates references to others.
  Value& operator[](std::size_t partition) { return isArray_ ? values_[partition] : valueOf(partition); }

  /// The values by partition if all are there, otherwise null: loops over records then compile nothing of the map.
  Value* array() { return isArray_ ? values_.data() : nullptr; }

  /// The first partition in [from, end) whose value is not empty; `end` if there is none. O(log n) for n values, plus a
  /// step for each one skipped. No values may be created after the first call.
  std::size_t next(std::size_t from, std::size_t end) {
    if (isArray_) {
      while (from < end && values_[from].isEmpty()) ++from;
      return from;
    }
    sortOnce();
    auto at = std::ranges::lower_bound(order_, from, {}, [this](std::uint32_t i) { return keys_[i]; });
    while (at != order_.end() && values_[*at].isEmpty()) ++at;
    return at == order_.end() ? end : std::min(keys_[*at], end);
  }

  /// Calls `visit(value)` for all values that were created, and for some empty ones.
  template <class Visit>
  void forValues(Visit visit) {
    for (Value& value : values_) visit(value);
  }
  template <class Visit>
  void forValues(Visit visit) const {
    for (const Value& value : values_) visit(value);
  }

  /// The number of values allocated.
  std::size_t size() const { return values_.size(); }

 private:
  static constexpr std::size_t alwaysArray = 64;
  static constexpr std::uint32_t free = ~std::uint32_t{0};

  Value& valueOf(std::size_t partition) {
    if (2 * (values_.size() + 1) > slots_.size()) grow();
    std::uint32_t& slot = slots_[slotOf(partition)];
    if (slot != free) return values_[slot];
    if (8 * (values_.size() + 1) >= partitions_) {
      becomeArray();
      return values_[partition];
    }
    slot = static_cast<std::uint32_t>(values_.size());
    keys_.push_back(partition);
    return values_.emplace_back();
  }

  /// The index in `slots_` of `partition`, or of the free slot for it.
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

  void becomeArray() {
    std::vector<Value> array(partitions_);
    for (std::size_t i = 0; i < keys_.size(); ++i) array[keys_[i]] = std::move(values_[i]);
    values_ = std::move(array);
    keys_ = std::vector<std::size_t>();  // `= {}` would keep the memory
    slots_ = std::vector<std::uint32_t>();
    isArray_ = true;
  }

  void sortOnce() {
    if (order_.size() == keys_.size()) return;
    for (std::size_t i = 0; i < keys_.size(); ++i) order_.push_back(static_cast<std::uint32_t>(i));
    std::ranges::sort(order_, {}, [this](std::uint32_t i) { return keys_[i]; });
  }

  std::size_t partitions_;
  bool isArray_ = false;
  std::vector<Value> values_;         // isArray_: indexed by partition; otherwise values_[i] is of partition keys_[i]
  std::vector<std::size_t> keys_;     // partitions, in the order of creation
  std::vector<std::uint32_t> slots_;  // a hash table of indices in `keys_`: a power of two, at most half full
  std::vector<std::uint32_t> order_;  // indices in `keys_`, by key
};

}  // namespace seltzer::detail
