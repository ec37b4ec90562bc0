#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace seltzer::detail {

/// What a rank uses memory for.
enum class MemoryUse : std::uint8_t {
  shuffleWrite,   ///< map output that the exchange has not taken yet
  shuffleBlocks,  ///< data received for the partitions of shuffled RDDs
  aggregation,    ///< hash tables of combiners
  group,          ///< values grouped by key, build sides of joins
  sort,           ///< elements being sorted
  cache,          ///< persisted partitions, and those scattered by the driver
};

inline constexpr std::size_t memoryUses = static_cast<std::size_t>(MemoryUse::cache) + 1;

inline constexpr std::array<std::string_view, memoryUses> memoryUseNames = {
    "shuffle write", "shuffle blocks", "aggregation", "group", "sort", "cache",
};

/// The bytes that this rank holds in shuffles, aggregations, groups, sorts and the cache, and their peaks. Each of
/// these reports its memory here, through a MemoryReservation. Only counts; refuses nothing.
class MemoryAccount {
 public:
  void add(MemoryUse use, std::size_t bytes) {
    Balance& balance = balances_[static_cast<std::size_t>(use)];
    balance.held += bytes;
    balance.peak = std::max(balance.peak, balance.held);
    total_.held += bytes;
    total_.peak = std::max(total_.peak, total_.held);
  }
  void subtract(MemoryUse use, std::size_t bytes) {
    balances_[static_cast<std::size_t>(use)].held -= bytes;
    total_.held -= bytes;
  }

  std::size_t held() const { return total_.held; }
  std::size_t held(MemoryUse use) const { return balances_[static_cast<std::size_t>(use)].held; }

  /// The most bytes held at once.
  std::size_t peak() const { return total_.peak; }
  std::size_t peak(MemoryUse use) const { return balances_[static_cast<std::size_t>(use)].peak; }

 private:
  struct Balance {
    std::size_t held = 0;
    std::size_t peak = 0;
  };
  std::array<Balance, memoryUses> balances_;
  Balance total_;
};

/// The account of this rank.
inline MemoryAccount& memoryAccount() {
  static MemoryAccount account;
  return account;
}

/// The bytes of one owner in the rank's account; subtracted when it is destroyed.
class MemoryReservation {
 public:
  explicit MemoryReservation(MemoryUse use, std::size_t bytes = 0) : use_(use) { resize(bytes); }
  MemoryReservation(MemoryReservation&& other) noexcept : use_(other.use_), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryReservation& operator=(MemoryReservation&& other) noexcept {
    std::swap(use_, other.use_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MemoryReservation() { resize(0); }

  std::size_t bytes() const { return bytes_; }

  /// Sets the number of bytes.
  void resize(std::size_t bytes) {
    if (bytes > bytes_) memoryAccount().add(use_, bytes - bytes_);
    if (bytes < bytes_) memoryAccount().subtract(use_, bytes_ - bytes);
    bytes_ = bytes;
  }

 private:
  MemoryUse use_;
  std::size_t bytes_ = 0;
};

}  // namespace seltzer::detail
