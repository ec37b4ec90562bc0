#include "net/peer_table.hpp"

#include <chrono>

#include <gtest/gtest.h>

// Which rank counts as silent, with a clock that the test sets.

namespace {

using seltzer::detail::PeerTable;
using namespace std::chrono_literals;

const PeerTable::Time start{};
constexpr auto limit = 10s;

int silentRank(const PeerTable& peers, PeerTable::Duration at, bool neverHeardToo = false) {
  const PeerTable::Peer* peer = peers.silent(start + at, limit, neverHeardToo);
  return peer == nullptr ? -1 : peer->rank;
}

TEST(PeerTable, ARankIsSilentOnceTheLimitHasPassed) {
  PeerTable peers(1, 3, start);
  for (const int rank : {1, 2, 3}) peers.hear(rank, false, start + 1s);
  peers.hear(1, false, start + 6s);
  peers.hear(3, false, start + 6s);
  EXPECT_EQ(silentRank(peers, 11s), -1);
  EXPECT_EQ(silentRank(peers, 11s + 1ns), 2);
  peers.hear(2, false, start + 12s);
  EXPECT_EQ(silentRank(peers, 16s), -1);
  EXPECT_EQ(silentRank(peers, 17s), 1);
}

TEST(PeerTable, ARankThatWasNeverHeardCountsInTheStartOnly) {
  PeerTable peers(0, 1, start);
  EXPECT_EQ(silentRank(peers, 11s, true), 0);
  EXPECT_EQ(silentRank(peers, 10s, true), -1);
  EXPECT_EQ(silentRank(peers, 1h), -1);
  peers.hear(0, false, start + 2h);
  EXPECT_EQ(silentRank(peers, 3h), 0);
}

TEST(PeerTable, ARankThatHasLeftIsNeverSilent) {
  PeerTable peers(1, 2, start);
  peers.hear(1, true, start);
  peers.hear(2, false, start);
  EXPECT_EQ(silentRank(peers, 1h, true), 2);
  peers.hear(2, true, start);
  EXPECT_EQ(silentRank(peers, 1h, true), -1);
}

TEST(PeerTable, TimeInWhichThisProcessWasSuspendedDoesNotCount) {
  PeerTable peers(1, 2, start);
  peers.hear(1, false, start);
  peers.hear(2, false, start);
  peers.forgiveAll(start + 1h);
  EXPECT_EQ(silentRank(peers, 1h + 10s), -1);
  EXPECT_EQ(silentRank(peers, 1h + 11s), 1);
}

TEST(PeerTable, KnowsWhoWasNeverHeard) {
  PeerTable peers(1, 3, start);
  EXPECT_EQ(peers.unheard(), 3u);
  peers.hear(1, false, start);
  peers.hear(3, true, start);
  EXPECT_EQ(peers.unheard(), 1u);
  EXPECT_EQ(peers.firstUnheard()->rank, 2);
  peers.hear(2, false, start);
  EXPECT_EQ(peers.firstUnheard(), nullptr);
}

TEST(PeerTable, OtherRanksAreStrangers) {
  const PeerTable peers(1, 3, start);
  EXPECT_TRUE(peers.has(1) && peers.has(3));
  EXPECT_FALSE(peers.has(0) || peers.has(4) || peers.has(-1));
}

}  // namespace
