#include "worker/moved_time.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace seltzer::detail {
namespace {

using ByRank = std::vector<std::pair<int, MovedTime>>;

constexpr std::uint64_t second = 1'000'000'000;

TEST(MovedTime, SavesWhatTheLongestRankWouldHaveTakenLonger) {
  const ByRank times = {{0, {0, 5 * second, {{2, 2 * second}}}}, {2, {0, 6 * second, {}}}};
  EXPECT_DOUBLE_EQ(savedByMoves(times, {6, 1}), 2) << "rank 2: 8 instead of 6";
  EXPECT_DOUBLE_EQ(savedByMoves(times, {7.5, 7.5}), 0.5) << "a rank without moves is the longest";
  EXPECT_DOUBLE_EQ(savedByMoves(times, {9, 9}), 0);
}

TEST(MovedTime, IsLostWhereTheTakerEndsLater) {
  const ByRank times = {{0, {0, 5 * second, {{1, 4 * second}}}}, {1, {0, 0, {}}}};
  EXPECT_DOUBLE_EQ(savedByMoves(times, {5, 0}), -1) << "4 on rank 1 and 1 on rank 0 instead of 5 on rank 0";
}

TEST(MovedTime, AddsWhatSeveralRanksTook) {
  const ByRank times = {{0, {0, 4 * second, {{3, second}, {1, 2 * second}}}},
                        {1, {0, 3 * second, {{3, second}}}},
                        {3, {0, 4 * second, {}}}};
  EXPECT_DOUBLE_EQ(savedByMoves(times, {4, 0}), 2) << "rank 3: 6, rank 1: 4, rank 0: 1";
}

TEST(MovedTime, IsZeroWithoutMoves) {
  EXPECT_EQ(savedByMoves({}, {3, 3}), 0);
}

TEST(MovedTime, HasTheRowsInWhichTasksMoved) {
  PhaseClock& clock = phaseClock();
  clock.at(1).tasks.add(5, 0);
  clock.at(2).tasks.add(7, 0);
  clock.at(2).addTaken(1, 7);
  clock.at(2).tasks.add(4, 0);
  clock.at(2).addTaken(1, 4);
  clock.at(3).lostTasks = true;
  const std::vector<MovedTime> times = movedTimes(4);
  ASSERT_EQ(times.size(), 2u);
  EXPECT_EQ(times[0].row, 2u);
  EXPECT_EQ(times[0].ran, 11u);
  EXPECT_EQ(times[0].taken, (std::vector<std::pair<int, std::uint64_t>>{{1, 11}}));
  EXPECT_EQ(times[1].row, 3u);
  EXPECT_EQ(times[1].ran, 0u);
  EXPECT_TRUE(times[1].taken.empty());
}

}  // namespace
}  // namespace seltzer::detail
