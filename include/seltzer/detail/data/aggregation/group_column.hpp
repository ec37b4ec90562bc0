#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/huge_pages.hpp>

namespace seltzer::detail {

/// Where the values of each group begin in a row that is ordered by group.
class GroupBounds {
 public:
  GroupBounds();
  GroupBounds(const GroupBounds&) = delete;
  GroupBounds& operator=(const GroupBounds&) = delete;
  ~GroupBounds();

  /// From the groups' numbers of all values; there are `groups`.
  void count(const ChunkedVector<std::uint32_t>& numbers, std::size_t groups);

  /// Where the next value of each group goes; once all values have their places, where the groups end.
  std::size_t* next() { return next_.data(); }

  std::size_t begin(std::size_t group) const { return group == 0 ? 0 : next_[group - 1]; }
  std::size_t end(std::size_t group) const { return next_[group]; }

  /// Frees the memory.
  void clear();

 private:
  std::vector<std::size_t> next_;
};

/// Values that arrive with the number of their group. They are first kept as they come and then moved, all at once, to
/// one row that is ordered by group: a counting sort, with two cache misses for a value, which overlap, and no
/// allocation for a group.
template <class V>
class GroupColumn {
 public:
  explicit GroupColumn(MemoryUse use) : values_(use), numbers_(use), rowBytes_(use) {}
  GroupColumn(const GroupColumn&) = delete;
  GroupColumn& operator=(const GroupColumn&) = delete;
  ~GroupColumn() { clear(); }

  std::size_t size() const { return numbers_.size(); }

  /// What is reserved of the memory account, without what values hold outside themselves.
  std::size_t bytes() const { return values_.bytes() + numbers_.bytes() + rowBytes_.bytes(); }

  /// What the values take, without what they hold outside themselves.
  std::size_t valueBytes() const { return size() * sizeof(V); }

  /// What `arrange` needs on top.
  std::size_t bytesToArrange(std::size_t groups) const { return valueBytes() + groups * sizeof(std::size_t); }

  /// Appends the values `valueAt(i)` of the groups `numbers[i]`.
  template <class ValueAt>
  void add(std::span<std::uint32_t> numbers, ValueAt&& valueAt) {
    for (std::size_t i = 0; i < numbers.size(); ++i) values_.emplace_back(valueAt(i));
    numbers_.append(numbers);
  }

  /// Appends a value.
  void add(std::uint32_t group, V&& value) {
    values_.emplace_back(std::move(value));
    numbers_.push_back(group);
  }

  /// Call it after the last `add`; all numbers are less than `groups`. Does nothing the second time.
  void arrange(std::size_t groups) {
    if (isArranged_) return;
    rowBytes_.resize(bytesToArrange(groups));
    bounds_.count(numbers_, groups);
    row_ = std::allocator<V>().allocate(size());
    useHugePages();
    capacity_ = size();
    for (std::size_t begin = 0; begin < size();) {
      std::span<V> values = values_.chunkFrom(begin);
      for (std::size_t i = 0; i < values.size(); i += blockSize) {
        place(values.subspan(i, std::min(blockSize, values.size() - i)), begin + i);
      }
      begin += values.size();
      values_.releaseFront(begin);
      numbers_.releaseFront(begin);
    }
    isArranged_ = true;
  }

  /// The values of a group in the order in which they came, once they are arranged; may be moved from.
  std::span<V> of(std::size_t group) { return {row_ + bounds_.begin(group), row_ + bounds_.end(group)}; }
  std::span<const V> of(std::size_t group) const { return {row_ + bounds_.begin(group), row_ + bounds_.end(group)}; }

  /// Removes all values and frees the memory.
  void clear() {
    if (isArranged_) std::destroy_n(row_, capacity_);
    if (row_ != nullptr) std::allocator<V>().deallocate(row_, capacity_);
    row_ = nullptr;
    isArranged_ = false;
    bounds_.clear();
    rowBytes_.record(0);
    values_ = ChunkedVector<V>(values_.use());
    numbers_ = ChunkedVector<std::uint32_t>(numbers_.use());
  }

 private:
  /// How many values are prefetched together.
  static constexpr std::size_t blockSize = 64;

  void place(std::span<V> values, std::size_t first) {
    std::size_t* const next = bounds_.next();
    std::array<std::uint32_t, blockSize> groups;
    for (std::size_t i = 0; i < values.size(); ++i) {
      groups[i] = numbers_[first + i];
      __builtin_prefetch(next + groups[i], 1);
    }
    for (std::size_t i = 0; i < values.size(); ++i) __builtin_prefetch(row_ + next[groups[i]], 1);
    for (std::size_t i = 0; i < values.size(); ++i) std::construct_at(row_ + next[groups[i]]++, std::move(values[i]));
  }

  ChunkedVector<V> values_;
  ChunkedVector<std::uint32_t> numbers_;
  GroupBounds bounds_;
  V* row_ = nullptr;
  std::size_t capacity_ = 0;  // of the row
  bool isArranged_ = false;   // the row is full
  MemoryReservation rowBytes_;
};

}  // namespace seltzer::detail
