#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
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

/// The bytes that this rank holds in shuffles, aggregations, groups, sorts and the cache, their peaks, and the limit
/// above which data goes to the scratch file. Each of these reports its memory here, through a MemoryReservation. The
/// account only counts; it refuses nothing.
class MemoryAccount {
 public:
  void add(MemoryUse use, std::size_t bytes);
  void subtract(MemoryUse use, std::size_t bytes);

  /// The most bytes to hold, as long as there is data that can be spilled; at first there is no limit. When the process
  /// nears `resident` bytes in memory, what it freed goes back to the system.
  void setLimit(std::size_t bytes, std::size_t resident = none);
  std::size_t limit() const { return limit_; }

  /// By how many bytes what grows may be ahead of its reservation: a mebibyte or, if that is less, a part of the limit.
  std::size_t step() const {
    constexpr std::size_t most = std::size_t{1} << 20;
    const std::size_t part = limit_ / 16 + 1;
    return part < most ? part : most;
  }
  bool isOverLimit(std::size_t more = 0) const { return total_.held > limit_ || more > limit_ - total_.held; }

  /// More bytes than can ever be free.
  static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

  /// For tests: from now on every n-th request is one for everything, as if memory had run out; 0: none is.
  void spillEvery(std::size_t n) {
    spillEvery_ = n;
    requests_ = 0;
  }

  /// What a request for `more` bytes asks for: `more` unless `spillEvery` says otherwise.
  std::size_t request(std::size_t more) { return spillEvery_ == 0 ? more : requestOfTest(more); }

  std::size_t held() const { return total_.held; }
  std::size_t held(MemoryUse use) const { return balances_[static_cast<std::size_t>(use)].held; }

  /// The most bytes held at once.
  std::size_t peak() const { return total_.peak; }
  std::size_t peak(MemoryUse use) const { return balances_[static_cast<std::size_t>(use)].peak; }

 private:
  std::size_t requestOfTest(std::size_t more);

  struct Balance {
    std::size_t held = 0;
    std::size_t peak = 0;
  };
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t lookAfter = std::size_t{1} << 20;

  void look();

  std::array<Balance, memoryUses> balances_;
  Balance total_;
  std::size_t limit_ = none;
  std::size_t mostResident_ = none;
  std::size_t sinceLook_ = 0;  // bytes added since the last look at the heap
  std::size_t looks_ = 0;      // since the last one at the process's memory
  std::size_t spillEvery_ = 0;
  std::size_t requests_ = 0;  // counted only if `spillEvery_` is set
};

/// The account of this rank.
inline MemoryAccount& memoryAccount() {
  static MemoryAccount account;
  return account;
}

/// Moves data to the scratch file until the account is within its limit, with `more` bytes, or nothing is left that can
/// be moved. Throws std::system_error if the disk is full.
void makeRoom(std::size_t more = 0);

/// For an owner of `bytes` bytes that grows and would need `more` on top: makes room, and returns whether that was not
/// enough, so that its own data should go to the scratch file. Never for little data, unless it asks for everything.
bool mustSpill(std::size_t bytes, std::size_t more);

/// Throws MemoryError if an element of `bytes` bytes in wire form is larger than the limit, so that no spilling helps.
/// One of less than a mebibyte fits any limit.
void requireFits(std::size_t bytes);

/// The bytes of one owner in the rank's account; subtracted when it is destroyed.
class MemoryReservation {
 public:
  explicit MemoryReservation(MemoryUse use, std::size_t bytes = 0) : use_(use) {
    if (bytes > 0) resize(bytes);
  }
  MemoryReservation(MemoryReservation&& other) noexcept : use_(other.use_), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryReservation& operator=(MemoryReservation&& other) noexcept {
    std::swap(use_, other.use_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MemoryReservation() {
    if (bytes_ > 0) record(0);
  }

  std::size_t bytes() const { return bytes_; }

  /// As `resize`, without making room.
  void record(std::size_t bytes);

  /// Sets the number of bytes. Makes room if they grow beyond the limit, by whatever can spill, the owner itself
  /// included; if that throws, the number is set all the same.
  void resize(std::size_t bytes);

 private:
  MemoryUse use_;
  std::size_t bytes_ = 0;
};

}  // namespace seltzer::detail
