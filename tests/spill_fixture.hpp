#pragma once

#include <cstddef>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <seltzer/detail/data/block/memory_account.hpp>

#include "data/scratch_file.hpp"
#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {

/// The bytes that the allocator has handed out; 0 where it cannot tell.
inline std::size_t allocatedBytes() {
#if defined(__GLIBC__)
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

/// Tests of what goes to the scratch file, which is in a folder of the test. Each sets the memory account's limit.
class SpillTest : public testing::Test {
 protected:
  static constexpr std::size_t noLimit = std::numeric_limits<std::size_t>::max();

  SpillTest() { detail::setScratchFolder(folder_ / ""); }
  ~SpillTest() override {
    detail::memoryAccount().setLimit(noLimit);
    detail::memoryAccount().spillEvery(0);
    detail::setScratchFolder("/tmp");
    detail::setScratchWarning({});
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }

  const ScratchFolder folder_;
  std::mt19937_64 random_{seed()};
};

}  // namespace seltzer::test
