/// A specialised table of words and counts: the yardstick of the engine's aggregation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

__extension__ using Product = unsigned __int128;

/// The first 16 characters of a word, zeros after its end.
struct WordStart {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  /// `word` must be followed by 16 readable bytes.
  static WordStart of(const char* word, std::size_t length) {
    WordStart start;
    std::memcpy(&start.low, word, 8);
    std::memcpy(&start.high, word + 8, 8);
    const auto& mask = masks[length < 16 ? length : 16];
    start.low &= mask[0];
    start.high &= mask[1];
    return start;
  }

  /// Two multiplications to 128 bits, after wyhash (Wang Yi).
  std::uint64_t hash(std::size_t length) const {
    const auto product = static_cast<Product>(low ^ 0xa0761d6478bd642fu) * (high ^ 0xe7037ed1a0b428dbu);
    const std::uint64_t mixed = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    const auto again = static_cast<Product>(mixed ^ length) * 0x8ebc6af09c88c6e3u;
    return static_cast<std::uint64_t>(again) ^ static_cast<std::uint64_t>(again >> 64);
  }

 private:
  static constexpr auto makeMasks() {
    std::array<std::array<std::uint64_t, 2>, 17> result{};
    for (std::size_t length = 0; length <= 16; ++length) {
      for (std::size_t i = 0; i < length; ++i) result[length][i / 8] |= std::uint64_t{0xff} << (i % 8 * 8);
    }
    return result;
  }
  static const std::array<std::array<std::uint64_t, 2>, 17> masks;
};
inline constexpr std::array<std::array<std::uint64_t, 2>, 17> WordStart::masks = WordStart::makeMasks();

/// Words and their counts in slots of half a cache line, which hold words of up to 16 characters inline; the rest of
/// longer ones is in an arena. Open addressing with linear probing, at most half full; slots are prefetched for 64
/// words at a time. Words passed to `add` must be followed by 16 readable bytes, and stay valid until `flush`.
class WordTable {
 public:
  WordTable() : slots_(std::size_t{1} << 16) {}

  void add(std::string_view word, std::int64_t count) {
    Waiting& next = waiting_[waitingCount_];
    next.start = WordStart::of(word.data(), word.size());
    next.hash = next.start.hash(word.size());
    if (word.size() > 16) [[unlikely]]
      next.hash ^= std::hash<std::string_view>()(word.substr(16));
    next.word = word;
    next.count = count;
    __builtin_prefetch(&slots_[next.hash & (slots_.size() - 1)], 1);
    if (++waitingCount_ == waiting_.size()) flush();
  }

  void flush() {
    for (std::size_t i = 0; i < waitingCount_; ++i) insert(waiting_[i]);
    waitingCount_ = 0;
  }

  /// Calls `visit(hash, head, tail, count)` for each word; the word is head + tail.
  template <class Visit>
  void forEach(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.length == 0) continue;
      const std::string_view head(reinterpret_cast<const char*>(&slot.start), slot.length < 16 ? slot.length : 16);
      visit(hashOf(slot), head, tailOf(slot), slot.count);
    }
  }

 private:
  struct Slot {
    WordStart start;
    std::int64_t count = 0;
    std::uint32_t length = 0;  // 0: free
    std::uint32_t tail = 0;    // the index in the arena of the 17th character and what follows
  };
  struct Waiting {
    WordStart start;
    std::uint64_t hash;
    std::string_view word;
    std::int64_t count;
  };

  std::string_view tailOf(const Slot& slot) const {
    return slot.length <= 16 ? std::string_view() : std::string_view(arena_).substr(slot.tail, slot.length - 16);
  }

  std::uint64_t hashOf(const Slot& slot) const {
    const std::uint64_t hash = slot.start.hash(slot.length);
    return slot.length <= 16 ? hash : hash ^ std::hash<std::string_view>()(tailOf(slot));
  }

  bool holds(const Slot& slot, const Waiting& next) const {
    if (slot.length != next.word.size() || slot.start.low != next.start.low || slot.start.high != next.start.high)
      return false;
    return slot.length <= 16 || tailOf(slot) == next.word.substr(16);
  }

  void insert(const Waiting& next) {
    std::size_t at = next.hash & (slots_.size() - 1);
    while (slots_[at].length != 0) {
      if (holds(slots_[at], next)) {
        slots_[at].count += next.count;
        return;
      }
      at = (at + 1) & (slots_.size() - 1);
    }
    Slot& slot = slots_[at];
    slot.start = next.start;
    slot.count = next.count;
    slot.length = static_cast<std::uint32_t>(next.word.size());
    if (next.word.size() > 16) {
      if (arena_.size() + next.word.size() > 0xffffffffu) throw std::length_error("too many long words");
      slot.tail = static_cast<std::uint32_t>(arena_.size());
      arena_ += next.word.substr(16);
    }
    if (++size_ > slots_.size() / 2) grow();
  }

  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.length == 0) continue;
      std::size_t at = hashOf(slot) & (slots_.size() - 1);
      while (slots_[at].length != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::string arena_;
  std::size_t size_ = 0;
  std::array<Waiting, 64> waiting_;
  std::size_t waitingCount_ = 0;
};

}  // namespace bench
