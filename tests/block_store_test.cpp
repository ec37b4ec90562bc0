#include "data/block_store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/block/memory_account.hpp>

#include "block_forms.hpp"
#include "data/scratch_file.hpp"
#include "spill_fixture.hpp"
#include "unwritable.hpp"

namespace seltzer::detail {
namespace {

class BlockStoreTest : public test::SpillTest {};

TEST_F(BlockStoreTest, SpillsWhatWasNotUsedForTheLongestTime) {
  memoryAccount().setLimit(100'000);
  BlockStore store;
  for (std::uint64_t p = 0; p < 10; ++p) {
    store.put({7, p}, objects(1000, static_cast<std::int64_t>(1000 * p)));
    store.find({7, 0});
  }
  store.put({8, 0}, inWireForm(*objects(2500, 0)));  // as much as is free, and one block
  EXPECT_EQ(store.blocks(), 11U);
  EXPECT_EQ(memoryAccount().held(MemoryUse::cache), 100'000U);
  EXPECT_EQ(scratchFile().held(), 0U);
  store.put({8, 1}, objects(1, 0));
  EXPECT_EQ(memoryAccount().held(MemoryUse::cache), 92'008U);
  EXPECT_EQ(store.bytes(), 100'008U);
  const auto isInMemory = [&store](BlockId id) {
    return std::dynamic_pointer_cast<const ObjectBlock<std::int64_t>>(store.find(id)) != nullptr;
  };
  EXPECT_TRUE(isInMemory({7, 0}));
  EXPECT_FALSE(isInMemory({7, 1}));
  EXPECT_TRUE(isInMemory({7, 2}));
  for (const auto& [id, count] : std::map<std::uint64_t, std::size_t>{{7, 1000}, {8, 2500}}) {
    const auto block = store.find({id, id == 7 ? 1UL : 0UL});
    EXPECT_EQ(block->records(), count);
    EXPECT_TRUE(wireFormOf(*block) == wireFormOf(*objects(count, id == 7 ? 1000 : 0)));
  }
  memoryAccount().setLimit(0);
  store.put({9, 0}, objects(10, 0));
  EXPECT_EQ(memoryAccount().held(MemoryUse::cache), 0U);
  EXPECT_EQ(store.blocks(), 13U);
  store.erase(RDDId{7});
  store.erase({8, 0});
  store.erase({8, 1});
  store.erase({9, 0});
  EXPECT_EQ(store.bytes(), 0U);
  EXPECT_EQ(scratchFile().held(), 0U);
}

TEST_F(BlockStoreTest, ABlockThatIsBeingReadPieceByPieceMayBeSpilled) {
  BlockStore store;
  store.put({7, 0}, inWireForm(*objects(100'000, 5)));
  const auto block = store.find({7, 0});
  EXPECT_EQ(block->memory(), 800'000U);
  std::size_t position = 0;
  ShuffleFrame piece;
  Bytes found;
  for (int i = 0; block->writePiece(position, piece); ++i) {
    found.insert(found.end(), piece.data.begin(), piece.data.end());
    if (i == 3) {
      memoryAccount().setLimit(0);
      const MemoryReservation other(MemoryUse::sort, 1);
      EXPECT_EQ(scratchFile().held(), 800'000U);
    }
  }
  EXPECT_GT(dynamic_cast<const WireBlock&>(*block).pieces().size(), 10U);
  EXPECT_EQ(block->memory(), 0U);
  EXPECT_TRUE(found == wireFormOf(*objects(100'000, 5)));
}

TEST_F(BlockStoreTest, HoldingsOfABlockThatIsPartlyOnDisk) {
  BlockStore store;
  const auto numbers = objects(50'000, 0);
  std::vector<WirePiece> pieces;
  std::size_t position = 0;
  for (ShuffleFrame frame; numbers->writePiece(position, frame);) pieces.emplace_back(std::move(frame));
  ASSERT_GT(pieces.size(), 2U);
  const std::size_t spilled = pieces[1].bytes();
  pieces[1].spill();
  store.put({7, 0}, std::make_shared<const WireBlock>(std::move(pieces)));
  store.put({7, 1}, objects(10, 0));
  const auto holdings = store.holdings(RDDId{7});
  EXPECT_EQ(holdings.partitions, 2U);
  EXPECT_EQ(holdings.diskBytes, spilled);
  EXPECT_EQ(holdings.memoryBytes, 400'000U - spilled + 80);
}

TEST_F(BlockStoreTest, ABlockThatCannotBeWrittenStaysAndFailsNobody) {
  memoryAccount().setLimit(10'000);
  BlockStore store;
  std::vector<test::Unwritable> elements(100);
  elements[50].refuses = true;
  store.put({7, 0}, std::make_shared<const ObjectBlock<test::Unwritable>>(std::move(elements)));
  store.put({7, 1}, objects(1000, 0));
  store.put({7, 2}, objects(1000, 0));
  for (int i = 0; i < 3; ++i) EXPECT_NO_THROW(makeRoom(9000));
  EXPECT_EQ(scratchFile().held(), 16'000U);
  EXPECT_EQ(memoryAccount().held(), 100 * sizeof(test::Unwritable));
  EXPECT_EQ(store.find({7, 0})->memory(), 100 * sizeof(test::Unwritable));
  store.erase(RDDId{7});
  EXPECT_EQ(memoryAccount().held(), 0U);
}

TEST_F(BlockStoreTest, PartitionsOfAnRDDDoNotLeaveForOneAnother) {
  memoryAccount().setLimit(200);
  BlockStore store;
  for (std::uint64_t i = 0; i < 4; ++i) store.put({7, i}, objects(10, 0));
  EXPECT_EQ(memoryAccount().held(), 160U);
  EXPECT_EQ(store.holdings(7).memoryBytes, 160U);
  EXPECT_EQ(store.holdings(7).diskBytes, 160U);
  EXPECT_EQ(store.find({7, 0})->memory(), 80U);
  EXPECT_EQ(store.find({7, 3})->memory(), 0U);
  store.put({8, 0}, objects(10, 0));
  EXPECT_EQ(store.holdings(8).memoryBytes, 80U) << "of another one they do";
  EXPECT_EQ(store.holdings(7).memoryBytes, 80U);
}

TEST_F(BlockStoreTest, WhatCanBeComputedAgainIsDroppedUnlessAStageReadsIt) {
  memoryAccount().setLimit(200);
  BlockStore store;
  store.put({7, 0}, objects(10, 0), Eviction::drop);
  store.put({8, 0}, objects(10, 0), Eviction::drop);
  makeRoom(200);
  EXPECT_TRUE(store.contains({7, 0})) << "outside a stage nobody would know";
  EXPECT_EQ(scratchFile().held(), 160U);
  store.beginStage(std::vector<RDDId>{8});
  EXPECT_EQ(store.endStage(), (std::vector<BlockId>{{7, 0}, {8, 0}}));
  EXPECT_EQ(scratchFile().held(), 0U);
  store.put({7, 0}, objects(10, 0), Eviction::drop);
  store.put({8, 0}, objects(10, 0), Eviction::drop);
  store.beginStage(std::vector<RDDId>{8});
  makeRoom(200);
  EXPECT_FALSE(store.contains({7, 0}));
  EXPECT_EQ(store.find({8, 0})->memory(), 0U);
  store.put({7, 0}, objects(10, 0), Eviction::drop);
  EXPECT_EQ(store.endStage(), (std::vector<BlockId>{{8, 0}})) << "the other one is there again";
  EXPECT_TRUE(store.contains({7, 0}));
}

TEST_F(BlockStoreTest, EveryNthRequestIsForEverything) {
  memoryAccount().spillEvery(3);
  BlockStore store;
  store.put({7, 0}, objects(10, 0));
  store.put({8, 0}, objects(10, 0));
  EXPECT_EQ(memoryAccount().held(), 160U);
  store.put({9, 0}, objects(10, 0));
  EXPECT_EQ(memoryAccount().held(), 0U);
  EXPECT_EQ(scratchFile().held(), 240U);
  for (int i = 0; i < 4; ++i) {
    store.put({10, 0}, objects(10, 0));
    EXPECT_FALSE(mustSpill(80, 0));
    EXPECT_EQ(mustSpill(i % 2, 0), i % 2 == 1) << "it spills all, unless it has nothing";
    EXPECT_EQ(memoryAccount().held(), 0U);
  }
  memoryAccount().spillEvery(0);
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(mustSpill(80, 0));
}

}  // namespace
}  // namespace seltzer::detail
