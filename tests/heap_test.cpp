#include "data/heap.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/aggregation/slot_array.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::detail {
namespace {

class Pages : public testing::Test {
 protected:
  ~Pages() override {
    memoryAccount().setLimit(std::numeric_limits<std::size_t>::max());
    returnFreedMemory();
  }
};

TEST_F(Pages, AreAlignedAndWritable) {
  for (const std::size_t bytes : {hugePageBytes, hugePageBytes + 1, 3 * hugePageBytes}) {
    void* const memory = allocatePages(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % hugePageBytes, 0U);
    std::memset(memory, 1, bytes);
    freePages(memory, bytes);
  }
}

TEST_F(Pages, AreUsedAgainForTheSameSize) {
  memoryAccount().setLimit(std::size_t{1} << 30);
  void* const first = allocatePages(4 * hugePageBytes);
  void* const second = allocatePages(4 * hugePageBytes);
  EXPECT_NE(first, second);
  freePages(first, 4 * hugePageBytes);
  EXPECT_EQ(allocatePages(4 * hugePageBytes - 5), first);
  freePages(first, 4 * hugePageBytes - 5);
  freePages(second, 4 * hugePageBytes);
}

TEST_F(Pages, AreKeptOnlyUpToAPartOfTheLimit) {
  memoryAccount().setLimit(std::size_t{1} << 30);
  returnFreedMemory();
  const std::size_t before = residentBytes();
  const auto touchAndFree = [](std::size_t count) {
    std::vector<void*> all(count);
    for (void*& memory : all) std::memset(memory = allocatePages(8 * hugePageBytes), 1, 8 * hugePageBytes);
    for (void* const memory : all) freePages(memory, 8 * hugePageBytes);
  };
  touchAndFree(20);
  if (before == 0) GTEST_SKIP() << "this system does not tell how much is in memory";
  EXPECT_LE(residentBytes(), before + (std::size_t{1} << 30) / 16 + 8 * hugePageBytes);
  returnFreedMemory();
  EXPECT_LE(residentBytes(), before + 2 * hugePageBytes);
}

TEST_F(Pages, ThatThereAreNotAreABadAlloc) {
  EXPECT_THROW(allocatePages(std::size_t{1} << 60), std::bad_alloc);
}

}  // namespace
}  // namespace seltzer::detail
