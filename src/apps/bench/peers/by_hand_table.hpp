/// The hash table of the loops by hand.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench_keys.hpp"

namespace peers {

struct HashNumber {
  std::uint64_t operator()(std::int64_t number) const { return bench::mixed(static_cast<std::uint64_t>(number)); }
};

/// Open addressing, at most half full for `keys` keys, key and value side by side. Keys come in blocks, whose slots are
/// prefetched.
template <class Key, class Value, class Hash = HashNumber>
class HandTable {
 public:
  explicit HandTable(std::int64_t keys)
      : slots_(std::bit_ceil(2 * static_cast<std::size_t>(keys))), mask_(slots_.size() - 1) {}

  /// Calls `use(i, value)` for the keys `keyAt(i)` with i in [begin, end); a new key has the value `Value()`.
  template <class KeyAt, class Use>
  void visit(std::int64_t begin, std::int64_t end, KeyAt keyAt, Use use) {
    std::array<Key, block> keys;
    std::array<std::size_t, block> slots;
    for (; begin < end; begin += block) {
      const std::int64_t count = std::min(block, end - begin);
      for (std::int64_t i = 0; i < count; ++i) {
        keys[i] = keyAt(begin + i);
        slots[i] = Hash()(keys[i]) & mask_;
        __builtin_prefetch(&slots_[slots[i]], 1);
      }
      for (std::int64_t i = 0; i < count; ++i) use(begin + i, slotOf(keys[i], slots[i]).value);
    }
  }

  /// Calls `use(key, value)` for all keys, in any order.
  template <class Use>
  void forEach(Use use) const {
    for (const Slot& slot : slots_) {
      if (slot.used) use(slot.key, slot.value);
    }
  }

 private:
  static constexpr std::int64_t block = 64;
  struct Slot {
    Key key{};
    Value value{};
    bool used = false;
  };

  Slot& slotOf(const Key& key, std::size_t at) {
    while (slots_[at].used && !(slots_[at].key == key)) at = (at + 1) & mask_;
    slots_[at].used = true;
    slots_[at].key = key;
    return slots_[at];
  }

  std::vector<Slot> slots_;
  std::size_t mask_;
};

/// Numbers keys from 0, in the order in which they are first seen.
template <class Key, class Hash = HashNumber>
class KeyNumbers {
 public:
  explicit KeyNumbers(std::int64_t keys) : table_(keys) {}

  /// Calls `use(i, number)` for the keys `keyAt(i)` with i in [begin, end).
  template <class KeyAt, class Use>
  void visit(std::int64_t begin, std::int64_t end, KeyAt keyAt, Use use) {
    table_.visit(begin, end, keyAt, [&](std::int64_t i, std::uint32_t& number) {
      if (number == 0) number = ++size_;
      use(i, number - 1);
    });
  }

  std::size_t size() const { return size_; }

 private:
  HandTable<Key, std::uint32_t, Hash> table_;  // numbers from 1; 0: new
  std::uint32_t size_ = 0;
};

/// Values by the number of their key: those of key k are values[starts[k]] up to values[starts[k + 1]].
struct HandGroups {
  std::vector<std::uint32_t> starts;
  std::vector<std::int64_t> values;

  /// Value i is `valueAt(i)`, and `numbers[i]` is the number of its key.
  template <class ValueAt>
  HandGroups(const std::vector<std::uint32_t>& numbers, std::size_t keys, ValueAt valueAt)
      : starts(keys + 2), values(numbers.size()) {
    for (const std::uint32_t number : numbers) ++starts[number + 2];
    for (std::size_t k = 2; k < starts.size(); ++k) starts[k] += starts[k - 1];
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      values[starts[numbers[i] + 1]++] = valueAt(static_cast<std::int64_t>(i));
    }
    starts.pop_back();
  }

  std::int64_t size(std::size_t key) const { return starts[key + 1] - starts[key]; }
  std::int64_t sum(std::size_t key) const {
    std::int64_t sum = 0;
    for (std::uint32_t at = starts[key]; at < starts[key + 1]; ++at) sum += values[at];
    return sum;
  }
};

}  // namespace peers
