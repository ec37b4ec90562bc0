#pragma once

#include <cstddef>

#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::test {

/// Sets the memory limit of this rank, the driver's; the end of the scope restores the previous one.
class LimitedMemory {
 public:
  explicit LimitedMemory(std::size_t bytes) { detail::memoryAccount().setLimit(bytes); }
  ~LimitedMemory() { detail::memoryAccount().setLimit(before_); }
  LimitedMemory(const LimitedMemory&) = delete;
  LimitedMemory& operator=(const LimitedMemory&) = delete;

 private:
  std::size_t before_ = detail::memoryAccount().limit();
};

}  // namespace seltzer::test
