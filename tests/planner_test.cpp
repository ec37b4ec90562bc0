#include <algorithm>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/scheduler/block_table.hpp>
#include <seltzer/scheduler/lineage.hpp>
#include <seltzer/scheduler/planner.hpp>
#include <seltzer/scheduler/stack_limit.hpp>

namespace seltzer::detail {
namespace {

/// Lineage without operators: what a planner sees.
struct Lineages {
  std::shared_ptr<LineageTable> released = std::make_shared<LineageTable>();
  RDDId next = 0;

  std::shared_ptr<Lineage> source(std::size_t partitions) {
    auto rdd = std::make_shared<Lineage>(next++, released);
    rdd->partitions = partitions;
    auto data = std::make_shared<SourceData>();
    rdd->source = data;
    return rdd;
  }
  std::shared_ptr<Lineage> child(const std::shared_ptr<Lineage>& parent) {
    auto rdd = std::make_shared<Lineage>(next++, released);
    rdd->partitions = parent->partitions;
    rdd->dependencies.push_back(std::make_unique<OneToOneDependency>(parent));
    return rdd;
  }
  std::shared_ptr<Lineage> coalesced(const std::shared_ptr<Lineage>& parent, std::size_t partitions) {
    auto rdd = std::make_shared<Lineage>(next++, released);
    rdd->partitions = partitions;
    rdd->dependencies.push_back(std::make_unique<CoalesceDependency>(parent, parent->partitions, partitions));
    return rdd;
  }
};

std::vector<Need> needsOn(std::initializer_list<Need> needs) {
  return needs;
}

std::vector<std::tuple<RDDId, std::uint64_t, int, int>> plan(const BlockTable& table, const Lineage& rdd,
                                                             std::vector<Need> needs) {
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
  EXPECT_EQ(plan(table, *mapped, needsOn({{1, 0}, {2, 1}, {3, 1}})), (Transfers{{0, 2, 0, 1}, {0, 3, 0, 1}}));
  table.add({0, 2}, 1);
  EXPECT_EQ(plan(table, *mapped, needsOn({{2, 1}, {3, 1}})), (Transfers{{0, 3, 0, 1}}));
}

TEST(Planner, StopsAtStoredPartitions) {
  Lineages lineages;
  const auto source = lineages.source(2);
  const auto stored = lineages.child(source);
  const auto last = lineages.child(stored);
  stored->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  EXPECT_EQ(plan(table, *last, needsOn({{0, 1}, {1, 2}})), (Transfers{{0, 0, 0, 1}, {0, 1, 0, 2}}));
  table.add({1, 0}, 1);
  EXPECT_EQ(plan(table, *last, needsOn({{0, 1}, {1, 2}})), (Transfers{{0, 1, 0, 2}}));
}

TEST(Planner, FetchesStoredPartitionsFromOtherRanks) {
  Lineages lineages;
  const auto source = lineages.source(4);
  const auto stored = lineages.child(source);
  const auto one = lineages.coalesced(stored, 1);
  stored->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  for (std::uint64_t p = 0; p < 4; ++p) table.add({1, p}, static_cast<int>(p));
  EXPECT_EQ(plan(table, *one, needsOn({{0, 2}})), (Transfers{{1, 0, 0, 2}, {1, 1, 1, 2}, {1, 3, 3, 2}}));
}

TEST(Planner, AskedTwiceTransfersOnce) {
  Lineages lineages;
  const auto source = lineages.source(1);
  const auto left = lineages.child(source);
  const auto right = lineages.child(source);
  auto both = lineages.child(left);
  both->dependencies.push_back(std::make_unique<OneToOneDependency>(right));
  EXPECT_EQ(plan(BlockTable(), *both, needsOn({{0, 3}})), (Transfers{{0, 0, 0, 3}}));
}

TEST(Planner, DiamondsAreVisitedOnce) {
  Lineages lineages;
  auto rdd = lineages.source(1);
  for (int i = 0; i < 200; ++i) {  // 2^200 paths
    auto next = lineages.child(rdd);
    next->dependencies.push_back(std::make_unique<OneToOneDependency>(rdd));
    rdd = next;
  }
  EXPECT_EQ(plan(BlockTable(), *rdd, needsOn({{0, 1}})).size(), 1u);
}

TEST(Planner, RefusesMoreOperatorsThanTheStackHolds) {
  Lineages lineages;
  auto rdd = lineages.source(1);
  for (std::size_t i = 0; i <= deepestPipeline; ++i) rdd = lineages.child(rdd);
  EXPECT_THROW(plan(BlockTable(), *rdd, needsOn({{0, 0}})), std::length_error);
  rdd->level = StorageLevel::MEMORY_ONLY;
  BlockTable table;
  table.add({rdd->id, 0}, 0);
  EXPECT_TRUE(plan(table, *rdd, needsOn({{0, 0}})).empty());
}

TEST(UnsentLineage, ListsParentsBeforeChildrenAndStopsAtWhatWasSent) {
  Lineages lineages;
  const auto a = lineages.source(1);
  const auto b = lineages.child(a);
  const auto c = lineages.child(b);
  a->sent = true;
  const auto unsent = unsentLineage(c);
  ASSERT_EQ(unsent.size(), 2u);
  EXPECT_EQ(unsent[0], b);
  EXPECT_EQ(unsent[1], c);
}

TEST(Lineage, DroppedChainsAreReleasedChildrenFirst) {
  Lineages lineages;
  auto rdd = lineages.source(1);
  rdd->sent = true;
  for (int i = 0; i < 100000; ++i) {
    rdd = lineages.child(rdd);
    rdd->sent = true;
  }
  rdd.reset();
  ASSERT_EQ(lineages.released->size(), 100001u);
  EXPECT_TRUE(std::ranges::is_sorted(*lineages.released, std::greater()));
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
