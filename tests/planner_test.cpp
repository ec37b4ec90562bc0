#include "driver/planner.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/engine/lineage.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

#include "driver/block_table.hpp"
#include "worker/stack_limit.hpp"

namespace seltzer::detail {
namespace {

/// Lineage without operators, which is all that a planner sees.
struct Lineages {
  std::shared_ptr<LineageTable> released = std::make_shared<LineageTable>();
  RDDId next = 0;

  std::shared_ptr<Lineage> source(std::size_t partitions) {
    auto rdd = std::make_shared<Lineage>(next++, released);
    rdd->partitions = partitions;
    auto data = std::make_shared<SourceData>();
    data->bytes.resize(SourceData::mostForAllRanks + 1);
    rdd->source = data;
    return rdd;
  }
  std::shared_ptr<Lineage> child(const std::shared_ptr<Lineage>& parent) {
    auto rdd = std::make_shared<Lineage>(next++, released);
    rdd->partitions = parent->partitions;
    rdd->dependencies.push_back(makeUnique<OneToOneDependency>(parent));
    return rdd;
  }
  std::shared_ptr<Lineage> coalesced(const std::shared_ptr<Lineage>& parent, std::size_t partitions) {
    auto rdd = std::make_shared<Lineage>(next++, released);
    rdd->partitions = partitions;
    rdd->dependencies.push_back(makeUnique<CoalesceDependency>(parent, parent->partitions, partitions));
    return rdd;
  }
  std::shared_ptr<Lineage> shuffled(const std::shared_ptr<Lineage>& parent, std::size_t partitions) {
    const RDDId shuffle = next++;
    auto rdd = std::make_shared<Lineage>(next++, released);
    rdd->partitions = partitions;
    rdd->dependencies.push_back(makeUnique<ShuffleDependency>(parent, shuffle));
    return rdd;
  }
  std::shared_ptr<Lineage> both(const std::shared_ptr<Lineage>& left, const std::shared_ptr<Lineage>& right) {
    auto rdd = child(left);
    rdd->dependencies.push_back(makeUnique<OneToOneDependency>(right));
    return rdd;
  }
};

/// The id of the shuffle that `rdd` reads, and of its blocks.
RDDId shuffleOf(const std::shared_ptr<Lineage>& rdd) {
  return static_cast<const ShuffleDependency&>(*rdd->dependencies.front()).id();
}

std::vector<std::tuple<RDDId, std::uint64_t, int, int>> plan(const BlockTable& table, const Lineage& rdd,
                                                             std::vector<PartitionRequest> needs) {
  std::vector<std::tuple<RDDId, std::uint64_t, int, int>> transfers;
  for (const Transfer& t : Planner(table).plan(rdd, std::move(needs)).transfers) {
    transfers.emplace_back(t.block.rdd, t.block.partition, t.from, t.to);
  }
  std::ranges::sort(transfers);
  return transfers;
}

using Transfers = std::vector<std::tuple<RDDId, std::uint64_t, int, int>>;

TEST(Planner, ScattersOnlyWhatIsNeededAndMissing) {
  Lineages lineages;
  const auto source = lineages.source(4);
  const auto mapped = lineages.child(source);
  BlockTable table;
  EXPECT_EQ(plan(table, *mapped, {{1, 0}, {2, 1}, {3, 1}}), (Transfers{{0, 2, 0, 1}, {0, 3, 0, 1}}));
  table.add({0, 2}, 1);
  EXPECT_EQ(plan(table, *mapped, {{2, 1}, {3, 1}}), (Transfers{{0, 3, 0, 1}}));
}

TEST(Planner, SmallSourcesAreEverywhere) {
  Lineages lineages;
  const auto source = lineages.source(4);
  auto small = std::make_shared<SourceData>();
  small->offsets.resize(5);
  small->records.resize(4);
  source->source = small;
  const auto mapped = lineages.child(source);
  const StagePlan plan = Planner(BlockTable()).plan(*mapped, {{1, 0}, {2, 1}, {3, 1}});
  EXPECT_TRUE(plan.transfers.empty());
  EXPECT_FALSE(plan.readsBlocks);
}

TEST(Planner, TellsWhetherBlocksAreRead) {
  Lineages lineages;
  const auto source = lineages.source(2);
  const auto stored = lineages.child(source);
  const auto shuffled = lineages.shuffled(stored, 2);
  EXPECT_TRUE(Planner(BlockTable()).plan(*stored, {{0, 0}}).readsBlocks) << "the driver's elements";
  stored->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  table.add({stored->id, 0}, 0);
  EXPECT_TRUE(Planner(table).plan(*stored, {{0, 0}}).readsBlocks);
  for (std::uint64_t p = 0; p < 2; ++p) table.add({shuffleOf(shuffled), p}, 0);
  EXPECT_TRUE(Planner(table).plan(*shuffled, {{1, 0}}).readsBlocks);
}

TEST(Planner, StopsAtStoredPartitions) {
  Lineages lineages;
  const auto source = lineages.source(2);
  const auto stored = lineages.child(source);
  const auto last = lineages.child(stored);
  stored->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  EXPECT_EQ(plan(table, *last, {{0, 1}, {1, 2}}), (Transfers{{0, 0, 0, 1}, {0, 1, 0, 2}}));
  table.add({1, 0}, 1);
  EXPECT_EQ(plan(table, *last, {{0, 1}, {1, 2}}), (Transfers{{0, 1, 0, 2}}));
}

TEST(Planner, FetchesStoredPartitionsFromOtherRanks) {
  Lineages lineages;
  const auto source = lineages.source(4);
  const auto stored = lineages.child(source);
  const auto one = lineages.coalesced(stored, 1);
  stored->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  for (std::uint64_t p = 0; p < 4; ++p) table.add({1, p}, static_cast<int>(p));
  EXPECT_EQ(plan(table, *one, {{0, 2}}), (Transfers{{1, 0, 0, 2}, {1, 1, 1, 2}, {1, 3, 3, 2}}));
}

TEST(Planner, AskedTwiceTransfersOnce) {
  Lineages lineages;
  const auto source = lineages.source(1);
  const auto left = lineages.child(source);
  const auto right = lineages.child(source);
  const auto both = lineages.both(left, right);
  EXPECT_EQ(plan(BlockTable(), *both, {{0, 3}}), (Transfers{{0, 0, 0, 3}}));
}

TEST(Planner, DiamondsAreVisitedOnce) {
  Lineages lineages;
  auto rdd = lineages.source(1);
  for (int i = 0; i < 200; ++i) {  // 2^200 paths
    rdd = lineages.both(rdd, rdd);
  }
  EXPECT_EQ(plan(BlockTable(), *rdd, {{0, 1}}).size(), 1u);
}

TEST(Planner, RefusesMoreOperatorsThanTheStackHolds) {
  Lineages lineages;
  auto rdd = lineages.source(1);
  for (std::size_t i = 0; i <= deepestPipeline; ++i) rdd = lineages.child(rdd);
  try {
    plan(BlockTable(), *rdd, {{0, 0}});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::length_error& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("persist or checkpoint one in between"), std::string::npos) << what;
  }
  rdd->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  table.add({rdd->id, 0}, 0);
  EXPECT_TRUE(plan(table, *rdd, {{0, 0}}).empty());
}

std::vector<RDDId> missing(const BlockTable& table, const Lineage& rdd, std::vector<PartitionRequest> needs) {
  std::vector<RDDId> ids;
  for (const auto* each : Planner(table).plan(rdd, std::move(needs)).missing) ids.push_back(each->id);
  std::ranges::sort(ids);
  return ids;
}

TEST(Planner, AsksForShufflesThatAreNotComplete) {
  Lineages lineages;
  const auto source = lineages.source(4);
  const auto spread = lineages.shuffled(source, 3);
  const auto last = lineages.child(spread);
  BlockTable table;
  EXPECT_EQ(missing(table, *last, {{0, 0}}), std::vector<RDDId>{spread->id});
  EXPECT_TRUE(plan(table, *last, {{0, 0}}).empty()) << "nothing is moved before the map side has run";
  table.add({shuffleOf(spread), 0}, 0);
  table.add({shuffleOf(spread), 1}, 1);
  EXPECT_EQ(missing(table, *last, {{0, 0}}), std::vector<RDDId>{spread->id});
  table.add({shuffleOf(spread), 2}, 2);
  EXPECT_TRUE(missing(table, *last, {{0, 0}, {1, 1}, {2, 2}}).empty());
  EXPECT_TRUE(plan(table, *last, {{0, 0}, {1, 1}, {2, 2}}).empty()) << "the source is not looked at";
}

TEST(Planner, AShuffleIntoNoPartitionsIsComplete) {
  Lineages lineages;
  const auto spread = lineages.shuffled(lineages.source(0), 0);
  EXPECT_TRUE(missing(BlockTable(), *spread, {}).empty());
}

TEST(Planner, FetchesShuffledPartitionsFromOtherRanks) {
  Lineages lineages;
  const auto spread = lineages.shuffled(lineages.source(4), 4);
  const auto one = lineages.coalesced(spread, 1);
  BlockTable table;
  const RDDId shuffle = shuffleOf(spread);
  for (std::uint64_t p = 0; p < 4; ++p) table.add({shuffle, p}, static_cast<int>(p));
  EXPECT_EQ(plan(table, *one, {{0, 2}}), (Transfers{{shuffle, 0, 0, 2}, {shuffle, 1, 1, 2}, {shuffle, 3, 3, 2}}));
  table.add({shuffle, 0}, 2);
  EXPECT_EQ(plan(table, *one, {{0, 2}}), (Transfers{{shuffle, 1, 1, 2}, {shuffle, 3, 3, 2}}));
}

TEST(Planner, LooksNoFurtherThanAShuffleThatIsMissing) {
  Lineages lineages;
  const auto first = lineages.shuffled(lineages.source(2), 2);
  const auto second = lineages.shuffled(lineages.child(first), 2);
  BlockTable table;
  EXPECT_EQ(missing(table, *second, {{0, 0}}), std::vector<RDDId>{second->id});
  EXPECT_EQ(missing(table, *second->dependencies.front()->parent(), {{0, 0}}), std::vector<RDDId>{first->id});
}

TEST(Planner, AsksForBothSidesOfAJoinAndForAnInputOfBothOnce) {
  Lineages lineages;
  const auto source = lineages.source(2);
  const auto left = lineages.shuffled(source, 2);
  const auto right = lineages.shuffled(source, 2);
  const auto join = lineages.both(left, right);
  BlockTable table;
  EXPECT_EQ(missing(table, *join, {{0, 0}, {1, 1}}), (std::vector<RDDId>{left->id, right->id}));
  const auto self = lineages.both(lineages.child(left), lineages.child(left));
  EXPECT_EQ(missing(table, *self, {{0, 0}, {1, 1}}), std::vector<RDDId>{left->id});
}

TEST(Planner, StoredPartitionsNeedNoShuffle) {
  Lineages lineages;
  const auto spread = lineages.shuffled(lineages.source(2), 2);
  spread->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  table.add({spread->id, 0}, 0);
  table.add({spread->id, 1}, 1);
  EXPECT_TRUE(missing(table, *spread, {{0, 0}, {1, 1}}).empty());
  EXPECT_EQ(plan(table, *spread, {{1, 0}}), (Transfers{{spread->id, 1, 1, 0}}));
}

TEST(UnsentLineage, ListsParentsBeforeChildrenAndStopsAtWhatWasSent) {
  Lineages lineages;
  const auto a = lineages.source(1);
  const auto b = lineages.child(a);
  const auto c = lineages.child(b);
  a->setSent();
  const auto unsent = unsentLineage(c);
  ASSERT_EQ(unsent.size(), 2u);
  EXPECT_EQ(unsent[0], b);
  EXPECT_EQ(unsent[1], c);
}

TEST(Lineage, DroppedChainsAreReleasedChildrenFirst) {
  Lineages lineages;
  auto rdd = lineages.source(1);
  rdd->setSent();
  for (int i = 0; i < 100000; ++i) {
    rdd = lineages.child(rdd);
    rdd->setSent();
  }
  rdd.reset();
  ASSERT_EQ(lineages.released->released.size(), 100001u);
  EXPECT_TRUE(std::ranges::is_sorted(lineages.released->released, std::greater()));
}

TEST(Lineage, DroppedChainsReleaseTheirShuffles) {
  Lineages lineages;
  auto rdd = lineages.source(2);
  rdd->setSent();
  for (int i = 0; i < 3; ++i) {
    rdd = lineages.child(lineages.shuffled(rdd, 2));
    rdd->setSent();
    rdd->dependencies.front()->parent()->setSent();
  }
  rdd.reset();
  auto released = lineages.released->released;
  std::ranges::sort(released);
  std::vector<RDDId> expected;
  for (RDDId id = 0; id < lineages.next; ++id) expected.push_back(id);
  EXPECT_EQ(released, expected) << "RDDs and the shuffles between them";
}

TEST(Placement, BlocksAreContiguousAndEven) {
  for (const int ranks : {1, 2, 3, 5, 16}) {
    for (const std::size_t partitions : {0u, 1u, 2u, 3u, 8u, 17u, 1000u}) {
      const auto placement = Placement::blocks(partitions, ranks);
      std::vector<std::size_t> counts(static_cast<std::size_t>(ranks), 0);
      int last = 0;
      for (std::size_t p = 0; p < partitions; ++p) {
        const int rank = placement->rankOf(p);
        ASSERT_GE(rank, last);
        ASSERT_LT(rank, ranks);
        last = rank;
        ++counts[static_cast<std::size_t>(rank)];
      }
      if (partitions > 0) {
        EXPECT_EQ(placement->rankOf(0), 0);
      }
      EXPECT_LE(*std::ranges::max_element(counts) - *std::ranges::min_element(counts), 1u);
    }
  }
}

}  // namespace
}  // namespace seltzer::detail
