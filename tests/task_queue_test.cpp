#include "worker/task_queue.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/wire/containers.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

#include "net_fixture.hpp"

namespace seltzer::detail {
namespace {

/// The tasks of all ranks, sorted.
std::vector<std::uint64_t> ofAllRanks(const std::vector<std::uint64_t>& mine) {
  std::vector<std::uint64_t> all;
  for (const Bytes& bytes : world().allGather(toWire(mine))) {
    for (const std::uint64_t position : fromWire<std::vector<std::uint64_t>>(bytes)) all.push_back(position);
  }
  std::ranges::sort(all);
  return all;
}

/// A stage of random size and placement, the same on every rank.
StageDescription randomStage(std::mt19937_64& random) {
  StageDescription stage;
  stage.partitionCount = random() % 60;
  if (stage.partitionCount > 0 && random() % 2 == 0) {
    stage.placementPartitions = stage.partitionCount;
  } else {
    const auto ranks = static_cast<std::uint64_t>(world().size());
    for (std::uint64_t i = 0; i < stage.partitionCount; ++i) {
      stage.ranks.push_back(static_cast<std::int32_t>(random() % 3 == 0 ? 0 : random() % ranks));
    }
  }
  return stage;
}

class Queues : public testing::TestWithParam<TaskMoves> {};

TEST_P(Queues, GiveEachTaskOnce) {
  TaskClaims claims(world(), GetParam());
  std::mt19937_64 random(17);
  for (int i = 0; i < 300; ++i) {
    StageDescription stage = randomStage(random);
    stage.moves = Moves{GetParam() == TaskMoves::byMessage, {}};
    if (random() % 2 == 0) {  // any order
      stage.moves->order.resize(stage.size());
      std::iota(stage.moves->order.begin(), stage.moves->order.end(), std::uint64_t{0});
      std::ranges::shuffle(stage.moves->order, random);
    }
    const int failing = random() % 4 == 0 ? static_cast<int>(random() % static_cast<unsigned>(world().size())) : -1;
    std::vector<std::uint64_t> mine;
    TaskQueue queue(stage, world(), &claims);
    while (const auto position = queue.next()) {
      EXPECT_EQ(queue.isMoved(), rankOf(stage, *position, world().size()) != world().rank());
      mine.push_back(*position);
      queue.tick();
      if (world().rank() == failing && mine.size() == 3) {
        queue.abandon();
        break;
      }
    }
    queue.finish();
    const std::vector<std::uint64_t> all = ofAllRanks(mine);
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "no task runs twice";
    if (failing < 0) {
      EXPECT_EQ(all.size(), stage.size());
    }
  }
  claims.free();
}

INSTANTIATE_TEST_SUITE_P(Moves, Queues,
                         testing::Values(TaskMoves::whenIdle, TaskMoves::atRandom, TaskMoves::byMessage));

TEST(Queue, WithoutClaimsHasTheRanksOwn) {
  StageDescription stage;
  stage.partitionCount = 3 * static_cast<std::uint64_t>(world().size());
  stage.placementPartitions = stage.partitionCount;
  TaskQueue queue(stage, world(), nullptr);
  std::vector<std::size_t> mine;
  while (const auto position = queue.next()) mine.push_back(*position);
  const auto first = 3 * static_cast<std::size_t>(world().rank());
  EXPECT_EQ(mine, (std::vector<std::size_t>{first, first + 1, first + 2}));
}

}  // namespace
}  // namespace seltzer::detail
