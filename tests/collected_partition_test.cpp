#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/operators/collected_partition.hpp>

#include "data/block_store.hpp"
#include "data/scratch_file.hpp"
#include "small_disk.hpp"
#include "spill_fixture.hpp"
#include "unwritable.hpp"

// Partitions that are kept: as objects as long as memory lasts, otherwise in the scratch file.

namespace seltzer::detail {
namespace {

using test::seed;
using test::Unwritable;
using CollectedPartitionTest = test::SpillTest;

StorageLevel levelOf(bool serialized) {
  return serialized ? StorageLevel::MEMORY_AND_DISK_SER : StorageLevel::MEMORY_AND_DISK;
}

/// The elements of a block, read piece by piece if it is in wire form.
template <class T>
std::vector<T> elementsOf(const Block& block) {
  if (const auto* objects = dynamic_cast<const ObjectBlock<T>*>(&block)) return objects->elements();
  std::vector<T> elements;
  for (const WirePiece& piece : dynamic_cast<const WireBlock&>(block).pieces()) {
    EXPECT_LE(piece.bytes(), 2 * shuffleFrameBytes);
    const SegmentData data = piece.data();
    WireReader reader(data.bytes());
    for (std::size_t i = 0; i < piece.records(); ++i) elements.push_back(reader.read<T>());
    EXPECT_TRUE(reader.atEnd());
  }
  EXPECT_EQ(elements.size(), block.records());
  return elements;
}

/// Pushes `elements`, as T, in batches.
template <class T>
void pushAll(CollectedPartition<T>& collected, const std::vector<Owned<T>>& elements) {
  for (std::size_t i = 0; i < elements.size();) {
    std::vector<T> batch;
    for (const std::size_t end = std::min(elements.size(), i + 700); i < end; ++i) batch.push_back(T(elements[i]));
    ASSERT_TRUE(collected.push(batch));
  }
}

class CollectedAtAnyLimit : public test::SpillTest {
 protected:
  template <class T>
  void expectTheSame(const std::vector<Owned<T>>& elements) {
    for (const std::size_t limit : {std::size_t{0}, std::size_t{30'000}, std::size_t{1'500'000}, noLimit}) {
      for (const bool serialized : {false, true}) {
        SCOPED_TRACE(testing::Message() << elements.size() << " elements, limit " << limit << ", serialized "
                                        << serialized << ", seed " << seed());
        memoryAccount().setLimit(limit);
        std::shared_ptr<const Block> block;
        {
          CollectedPartition<T> collected(MemoryUse::cache, levelOf(serialized));
          pushAll(collected, elements);
          block = collected.finish();
        }
        EXPECT_EQ(memoryAccount().held(), 0U) << "the block's store accounts for it";
        EXPECT_TRUE(elementsOf<Owned<T>>(*block) == elements);
        if (limit == noLimit) {
          EXPECT_EQ(scratchFile().held(), 0U);
        } else if (limit == 0 && elements.size() > 10'000) {
          EXPECT_GT(scratchFile().held(), 0U);
        }
        BlockStore store;
        store.put({1, 0}, block);
        block.reset();
        EXPECT_TRUE(elementsOf<Owned<T>>(*store.find({1, 0})) == elements);
        EXPECT_TRUE(elementsOf<Owned<T>>(*store.find({1, 0})) == elements);
      }
    }
    EXPECT_EQ(scratchFile().held(), 0U);
  }
};

TEST_F(CollectedAtAnyLimit, HoldsTheSame) {
  for (const std::size_t size : {0UL, 1UL, 900UL, 30'000UL}) {
    std::vector<std::int64_t> numbers(size);
    std::vector<std::string> texts(size);
    for (std::size_t i = 0; i < size; ++i) {
      numbers[i] = static_cast<std::int64_t>(random_());
      texts[i].assign(below(50), static_cast<char>('a' + i % 26));
    }
    expectTheSame<std::int64_t>(numbers);
    expectTheSame<std::string>(texts);
    expectTheSame<std::string_view>(texts);
  }
}

TEST_F(CollectedPartitionTest, StaysNearTheLimit) {
  constexpr std::size_t limit = 4'000'000;
  constexpr std::size_t size = 8 * limit / sizeof(std::int64_t);
  for (const bool serialized : {false, true}) {
    memoryAccount().setLimit(limit);
    const std::size_t before = test::allocatedBytes();
    std::size_t mostHeld = 0;
    std::size_t mostAllocated = 0;
    const auto look = [&] {
      mostHeld = std::max(mostHeld, memoryAccount().held());
      mostAllocated = std::max(mostAllocated, test::allocatedBytes());
    };
    BlockStore store;
    {
      CollectedPartition<std::int64_t> collected(MemoryUse::cache, levelOf(serialized));
      std::vector<std::int64_t> batch(1000);
      for (std::size_t i = 0; i < size; i += batch.size()) {
        for (std::size_t j = 0; j < batch.size(); ++j) batch[j] = static_cast<std::int64_t>(i + j);
        ASSERT_TRUE(collected.push(batch));
        look();
      }
      store.put({1, 0}, collected.finish());
    }
    for (int round = 0; round < 2; ++round) {
      const auto block = store.find({1, 0});
      std::size_t position = 0;
      std::int64_t expected = 0;
      for (ShuffleFrame piece; block->writePiece(position, piece); look()) {
        WireReader reader(piece.data);
        while (!reader.atEnd()) ASSERT_EQ(reader.read<std::int64_t>(), expected++);
      }
      EXPECT_EQ(expected, static_cast<std::int64_t>(size));
    }
    EXPECT_GE(scratchFile().held(), 7 * limit);
    EXPECT_LE(mostHeld, limit);
    EXPECT_LE(mostAllocated, before + 2 * limit + 2'000'000) << "and the scratch file's buffer";
  }
}

TEST_F(CollectedPartitionTest, WithoutADiskTakesWhatFits) {
  for (const StorageLevel level : {StorageLevel::MEMORY_ONLY, StorageLevel::MEMORY_ONLY_SER}) {
    for (const std::size_t limit : {std::size_t{2'000'000}, std::size_t{20'000'000}}) {
      SCOPED_TRACE(testing::Message() << limit << (deserialized(level) ? ", objects" : ", serialized"));
      memoryAccount().setLimit(limit);
      std::vector<std::string> taken;
      std::vector<std::string> batch(1000);
      CollectedPartition<std::string> collected(MemoryUse::cache, level);
      for (std::size_t i = 0; i < 100; ++i) {
        for (std::string& text : batch) text.assign(below(100), 'x');
        std::vector<std::string> copy = batch;  // what is kept may be moved out of it
        if (!collected.push(copy)) break;
        taken.insert(taken.end(), batch.begin(), batch.end());
      }
      EXPECT_EQ(taken.size() == 100'000, limit > 10'000'000);
      EXPECT_GT(taken.size(), 5000U);
      const auto block = collected.finish();
      EXPECT_TRUE(elementsOf<std::string>(*block) == taken);
      EXPECT_EQ(scratchFile().held(), 0U);
    }
  }
}

TEST_F(CollectedPartitionTest, OfAKnownSizeTakesThatAndNoMore) {
  memoryAccount().setLimit(noLimit);
  CollectedPartition<std::int64_t> collected(MemoryUse::cache, StorageLevel::MEMORY_ONLY, 100'000);
  std::vector<std::int64_t> all;
  for (int i = 0; i < 100; ++i) {
    std::vector<std::int64_t> batch(1000, i);
    ASSERT_TRUE(collected.push(batch));
    all.insert(all.end(), batch.begin(), batch.end());
    EXPECT_EQ(memoryAccount().held(MemoryUse::cache), 800'000U);
  }
  std::vector<std::int64_t> more(1000, 7);  // than expected
  ASSERT_TRUE(collected.push(more));
  all.insert(all.end(), more.begin(), more.end());
  EXPECT_TRUE(elementsOf<std::int64_t>(*collected.finish()) == all);
}

TEST_F(CollectedPartitionTest, OfMoreThanFitsIsOnDiskOrRefusedAtOnce) {
  memoryAccount().setLimit(100'000);
  std::vector<std::int64_t> batch(1000, 7);
  CollectedPartition<std::int64_t> onDisk(MemoryUse::cache, StorageLevel::MEMORY_AND_DISK, 1'000'000);
  ASSERT_TRUE(onDisk.push(batch));
  EXPECT_TRUE(onDisk.isWire());
  CollectedPartition<std::int64_t> refused(MemoryUse::cache, StorageLevel::MEMORY_ONLY, 1'000'000);
  EXPECT_FALSE(refused.push(batch));
  CollectedPartition<std::int64_t> endless(MemoryUse::cache, StorageLevel::MEMORY_AND_DISK, ~std::size_t{0});
  ASSERT_TRUE(endless.push(batch));
  EXPECT_TRUE(elementsOf<std::int64_t>(*endless.finish()) == batch);
}

TEST_F(CollectedPartitionTest, WithoutMemoryAllIsOnDisk) {
  const std::vector<std::int64_t> elements(100'000, 7);
  CollectedPartition<std::int64_t> collected(MemoryUse::cache, StorageLevel::DISK_ONLY);
  pushAll(collected, elements);
  const auto block = collected.finish();
  EXPECT_EQ(block->memory(), 0U);
  EXPECT_GE(scratchFile().held(), elements.size() * sizeof(std::int64_t));
  EXPECT_EQ(elementsOf<std::int64_t>(*block), elements);
}

TEST_F(CollectedPartitionTest, TextsCountWithWhatTheyHold) {
  constexpr std::size_t limit = 2'000'000;
  memoryAccount().setLimit(limit);
  CollectedPartition<std::string> collected(MemoryUse::cache);
  pushAll(collected, std::vector<std::string>(40'000, std::string(200, 'x')));
  EXPECT_TRUE(collected.isWire());
  EXPECT_GE(scratchFile().held(), 6'000'000U);
}

TEST_F(CollectedPartitionTest, WhatCannotBeWrittenStays) {
  for (const std::int64_t bad : {3L, 5'000L, 39'999L, 40'000L}) {  // among the first, later, the last, none
    SCOPED_TRACE(bad);
    memoryAccount().setLimit(50'000);
    std::vector<Unwritable> elements;
    for (std::int64_t i = 0; i < 40'000; ++i) elements.push_back({i, i == bad});
    BlockStore store;
    {
      CollectedPartition<Unwritable> collected(MemoryUse::cache);
      pushAll(collected, elements);
      EXPECT_EQ(collected.isWire(), bad == 40'000);
      store.put({1, 0}, collected.finish());
    }
    store.put({1, 1}, std::make_shared<const ObjectBlock<std::int64_t>>(std::vector<std::int64_t>(10'000)));
    EXPECT_TRUE(elementsOf<Unwritable>(*store.find({1, 0})) == elements);
    EXPECT_EQ(dynamic_cast<const ObjectBlock<std::int64_t>*>(store.find({1, 1}).get()), nullptr)
        << "others are spilled";
    ShuffleFrame piece;
    std::size_t position = 0;
    const auto writeAll = [&] {
      while (store.find({1, 0})->writePiece(position, piece)) {
      }
    };
    if (bad == 40'000) continue;
    EXPECT_THROW(writeAll(), std::domain_error);
    CollectedPartition<Unwritable> serialized(MemoryUse::cache, StorageLevel::MEMORY_AND_DISK_SER);
    const auto push = [&] { return serialized.push(elements); };
    EXPECT_THROW(push(), std::domain_error);
  }
}

TEST_F(CollectedPartitionTest, AFullDiskIsNamed) {
  const test::SmallDisk disk;
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  setScratchFolder(disk.path());
  memoryAccount().setLimit(100'000);
  CollectedPartition<std::int64_t> collected(MemoryUse::cache);
  try {
    pushAll(collected, std::vector<std::int64_t>(1'000'000));
    FAIL() << "the disk has one mebibyte";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_space_on_device) << error.what();
  }
}

}  // namespace
}  // namespace seltzer::detail
