#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// The communicator of all tests in this program; every rank runs every test.
Communicator& world();

/// Sets the message limit for its lifetime.
class LimitScope {
 public:
  explicit LimitScope(std::size_t limit) : before_(world().messageLimit()) { world().setMessageLimit(limit); }
  ~LimitScope() { world().setMessageLimit(before_); }
  LimitScope(const LimitScope&) = delete;
  LimitScope& operator=(const LimitScope&) = delete;

 private:
  std::size_t before_;
};

/// `size` bytes that depend on position and seed, so that lost, swapped or mixed pieces show.
inline Bytes pattern(std::size_t size, std::uint64_t seed) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    std::uint64_t mixed = (i + 1) * 0x9E3779B97F4A7C15u + seed * 0xD1B54A32D192ED03u;
    mixed ^= mixed >> 29;
    bytes[i] = static_cast<std::byte>(mixed * 0xBF58476D1CE4E5B9u >> 56);
  }
  return bytes;
}

/// The smallest limit, two more, and that of the command line.
inline std::vector<std::size_t> limitsToTry() {
  return {Communicator::smallestMessageLimit, 300, 4096, world().messageLimit()};
}

/// Sizes around the current limit, if it is small, and around the thresholds for inline messages.
inline std::vector<std::size_t> sizesToTry() {
  std::vector<std::size_t> sizes{0, 1, 55, 56, 57, 119, 120, 121, 247, 248, 249, 1023, 1024, 1025, 100'003};
  const std::size_t limit = world().messageLimit();
  if (limit <= 65536)
    sizes.insert(sizes.end(), {limit - 9, limit - 8, limit - 7, limit - 1, limit, limit + 1, 3 * limit});
  return sizes;
}

}  // namespace seltzer::detail
