#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>

namespace {

using seltzer::detail::chunkCapacity;
using seltzer::detail::ChunkedVector;
using seltzer::detail::ChunkPool;
using seltzer::detail::memoryAccount;
using seltzer::detail::MemoryUse;

/// Counts its live instances.
struct Counted {
  static inline std::ptrdiff_t alive = 0;

  std::size_t value;
  std::unique_ptr<int> moveOnly;

  explicit Counted(std::size_t v) : value(v) { ++alive; }
  Counted(Counted&& other) noexcept : value(other.value), moveOnly(std::move(other.moveOnly)) { ++alive; }
  Counted& operator=(Counted&&) = delete;
  ~Counted() { --alive; }
};

TEST(ChunkedVector, KeepsWhatIsAppended) {
  ChunkedVector<std::string> strings;
  EXPECT_TRUE(strings.empty());
  const std::size_t count = 2 * chunkCapacity<std::string> + 17;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 2) {
      strings.push_back(std::to_string(i));
    } else {
      EXPECT_EQ(strings.emplace_back(3, 'x'), "xxx");
    }
    ASSERT_EQ(strings.size(), i + 1);
  }
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(strings[i], i % 2 ? std::to_string(i) : "xxx") << i;
}

TEST(ChunkedVector, AppendMovesSpansAcrossChunks) {
  ChunkedVector<std::string> strings;
  std::size_t total = 0;
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, std::size_t{1000}, 2 * chunkCapacity<std::string>, std::size_t{5}}) {
    std::vector<std::string> added(count, std::string(40, static_cast<char>('a' + total % 26)));
    const std::vector<std::string> expected = added;
    strings.append(std::span<std::string>(added));
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(strings[total + i], expected[i]);
      ASSERT_TRUE(added[i].empty()) << "was copied";
    }
    total += count;
    EXPECT_EQ(strings.size(), total);
  }
}

TEST(ChunkedVector, ChunkFromCoversTheElements) {
  ChunkedVector<std::uint32_t> numbers;
  const std::size_t count = 3 * chunkCapacity<std::uint32_t> + 100;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<std::uint32_t>(i));
  std::size_t i = 7;
  while (i < count) {
    const std::span<std::uint32_t> chunk = numbers.chunkFrom(i);
    ASSERT_FALSE(chunk.empty());
    for (const std::uint32_t number : chunk) ASSERT_EQ(number, i++);
  }
  EXPECT_EQ(i, count);
  EXPECT_TRUE(numbers.chunkFrom(count).empty());
  EXPECT_TRUE(ChunkedVector<int>().chunkFrom(0).empty());
}

TEST(ChunkedVector, ReleaseFrontDestroysWholeChunksOnly) {
  const std::size_t capacity = chunkCapacity<Counted>;
  ChunkedVector<Counted> elements;
  const std::size_t count = 3 * capacity + 10;
  for (std::size_t i = 0; i < count; ++i) elements.emplace_back(i);
  ASSERT_EQ(Counted::alive, static_cast<std::ptrdiff_t>(count));
  const std::size_t chunkBytes = capacity * sizeof(Counted);
  EXPECT_EQ(elements.bytes(), 4 * chunkBytes);

  elements.releaseFront(capacity - 1);
  EXPECT_EQ(elements.firstKept(), 0U);
  elements.releaseFront(2 * capacity + 5);
  EXPECT_EQ(elements.firstKept(), 2 * capacity);
  EXPECT_EQ(elements.size(), count);
  EXPECT_EQ(elements.bytes(), 2 * chunkBytes);
  EXPECT_EQ(Counted::alive, static_cast<std::ptrdiff_t>(count - 2 * capacity));
  for (std::size_t i = elements.firstKept(); i < count; ++i) ASSERT_EQ(elements[i].value, i);

  elements.emplace_back(count);
  EXPECT_EQ(elements[count].value, count);
  elements.releaseFront(elements.size() - 1);
  EXPECT_EQ(elements.firstKept(), 3 * capacity);
  elements.releaseFront(elements.size());
  EXPECT_EQ(elements.bytes(), 0U);
  EXPECT_EQ(elements.firstKept(), elements.size());
  EXPECT_EQ(Counted::alive, 0);
}

TEST(ChunkedVector, FewElementsTakeLittleMemoryAndManyAtMostOneChunkMore) {
  const std::size_t before = memoryAccount().held(MemoryUse::group);
  {
    ChunkedVector<std::uint64_t> numbers(MemoryUse::group);
    EXPECT_EQ(numbers.bytes(), 0U);
    numbers.push_back(1);
    EXPECT_LE(numbers.bytes(), 256U);
    const std::size_t count = 10 * chunkCapacity<std::uint64_t>;
    while (numbers.size() < count) {
      numbers.push_back(numbers.size());
      ASSERT_LE(numbers.bytes(), numbers.size() * sizeof(std::uint64_t) +
                                     std::max<std::size_t>(std::min(numbers.size(), chunkCapacity<std::uint64_t>), 32) *
                                         sizeof(std::uint64_t));
      ASSERT_EQ(memoryAccount().held(MemoryUse::group), before + numbers.bytes());
    }
  }
  EXPECT_EQ(memoryAccount().held(MemoryUse::group), before);
}

TEST(ChunkedVector, MovesTakeEverything) {
  ChunkedVector<std::string> a(MemoryUse::group);
  for (int i = 0; i < 20000; ++i) a.push_back(std::to_string(i));
  const std::size_t bytes = a.bytes();
  ChunkedVector<std::string> b = std::move(a);
  EXPECT_EQ(b.size(), 20000U);
  EXPECT_EQ(b.bytes(), bytes);
  EXPECT_EQ(b.use(), MemoryUse::group);
  ChunkedVector<std::string> c;
  c.push_back("c");
  c.append(std::move(b));
  ASSERT_EQ(c.size(), 20001U);
  EXPECT_EQ(c[0], "c");
  for (std::size_t i = 1; i < c.size(); ++i) ASSERT_EQ(c[i], std::to_string(i - 1));
  EXPECT_EQ(b.bytes(), 0U);
}

TEST(ChunkedVector, AnElementThatThrowsIsNotAdded) {
  struct Thrower {
    explicit Thrower(bool fails) {
      if (fails) throw std::runtime_error("no");
    }
  };
  ChunkedVector<Thrower> elements;
  EXPECT_THROW(elements.emplace_back(true), std::runtime_error);
  EXPECT_EQ(elements.size(), 0U);
  elements.emplace_back(false);
  EXPECT_THROW(elements.emplace_back(true), std::runtime_error);
  EXPECT_EQ(elements.size(), 1U);
}

TEST(ChunkedVector, ElementsLargerThanAChunk) {
  struct Large {
    char bytes[300000];
  };
  ChunkedVector<Large> elements;
  for (int i = 0; i < 3; ++i) elements.emplace_back().bytes[299999] = static_cast<char>(i);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(elements[i].bytes[299999], static_cast<char>(i));
  elements.releaseFront(2);
  EXPECT_EQ(elements.bytes(), sizeof(Large));
}

TEST(ChunkPool, GivesBackTheChunksThatItGot) {
  const std::size_t before = memoryAccount().held(MemoryUse::shuffleBlocks);
  {
    ChunkPool<int> pool(MemoryUse::shuffleBlocks);
    ChunkedVector<int> a(MemoryUse::shuffleBlocks);
    a.usePool(&pool);
    for (std::size_t i = 0; i < 4 * chunkCapacity<int>; ++i) a.push_back(static_cast<int>(i));
    const std::size_t held = memoryAccount().held(MemoryUse::shuffleBlocks);
    ChunkedVector<int> b(MemoryUse::shuffleBlocks);
    b.usePool(&pool);
    b.append(std::move(a));
    EXPECT_LE(memoryAccount().peak(MemoryUse::shuffleBlocks), held + chunkCapacity<int> * sizeof(int));
    for (std::size_t i = 0; i < b.size(); ++i) ASSERT_EQ(b[i], static_cast<int>(i));
  }
  EXPECT_EQ(memoryAccount().held(MemoryUse::shuffleBlocks), before);
}

}  // namespace
