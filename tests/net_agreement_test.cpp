#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/detail/net/communicator.hpp>

#include "net/exchange.hpp"
#include "net_fixture.hpp"

namespace seltzer::detail {
namespace {

TEST(Agreement, OneRankThatIsNotOkDecides) {
  EXPECT_TRUE(world().agree(true));
  for (int rank = 0; rank < world().size(); ++rank) EXPECT_FALSE(world().agree(rank != world().rank()));
}

TEST(Agreement, NoFailureIsNothing) {
  EXPECT_FALSE(world().agreeOnFailure(std::nullopt));
}

TEST(Agreement, EveryRankGetsTheLowestFailure) {
  const std::string longText(10'000, 'x');
  for (int first = 0; first < world().size(); ++first) {
    for (const std::string& text : {std::string("disk full"), std::string(), longText}) {
      std::optional<std::string> mine;
      if (world().rank() >= first) mine = text + std::to_string(world().rank());
      const auto failure = world().agreeOnFailure(mine);
      ASSERT_TRUE(failure);
      EXPECT_EQ(failure->rank, first);
      EXPECT_EQ(failure->host, world().hostOf(first));
      EXPECT_EQ(failure->message, text + std::to_string(first));
      EXPECT_EQ(failure->describe(),
                "[rank " + std::to_string(first) + ", " + failure->host + "] " + text + std::to_string(first));
    }
  }
}

/// The traffic of `operation` on this rank.
template <class Operation>
Traffic trafficOf(Operation operation) {
  const Traffic before = world().traffic();
  operation();
  return world().traffic() - before;
}

TEST(Traffic, BroadcastCountsThePayloadOnceOnEachSide) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, std::size_t{100'000}}) {
    const Traffic traffic = trafficOf([&] {
      Bytes message(world().rank() == 0 ? size : 0);
      world().broadcastMessage(message);
      world().broadcast(message, 0);
    });
    const TrafficCount expected =
        world().rank() == 0 ? TrafficCount{2, 2 * size, 0, 0} : TrafficCount{0, 0, 2, 2 * size};
    EXPECT_EQ(traffic.broadcast, expected);
    EXPECT_EQ(traffic.total(), expected);
  }
}

TEST(Traffic, PointToPointCountsBothSides) {
  const int last = world().size() - 1;
  if (last == 0) GTEST_SKIP() << "needs two ranks";
  const Traffic traffic = trafficOf([&] {
    if (world().rank() == last) {
      world().send(pattern(70'000, 1), 0, MessageTag::data);
      world().post(pattern(20, 1), 0, MessageTag::data);
    } else if (world().rank() == 0) {
      static_cast<void>(world().receive(last, MessageTag::data));
      static_cast<void>(world().receive(last, MessageTag::data));
    }
  });
  TrafficCount expected;
  if (world().rank() == last) expected = {2, 70'020, 0, 0};
  if (world().rank() == 0) expected = {0, 0, 2, 70'020};
  EXPECT_EQ(traffic.pointToPoint, expected);
  EXPECT_EQ(traffic.total(), expected);
}

/// What each rank sends in a round of an exchange whose blocks all have `length` bytes: to the rank 1, 2, 4, ...
/// further on, the blocks for distances with that bit; a header of 16 bytes, 8 bytes per length, and the block if it
/// is short.
TrafficCount relayedInARound(std::uint64_t length) {
  const auto ranks = static_cast<std::uint64_t>(world().size());
  const std::uint64_t carried = length <= 1024 ? length : 0;
  TrafficCount count;
  for (std::uint64_t bit = 1; bit < ranks; bit *= 2) {
    std::uint64_t bytes = 16;
    for (std::uint64_t way = 1; way < ranks; ++way) bytes += (way / bit) % 2 * (8 + carried);
    count.addSent(bytes);
    count.addReceived(bytes);
  }
  return count;
}

/// The end of an exchange: all ranks learn that none failed.
TrafficCount agreement() {
  return world().size() > 1 ? TrafficCount{1, 4, 1, 4} : TrafficCount{};
}

Traffic trafficOfExchange(std::size_t length) {
  return trafficOf([&] {
    Exchange exchange(world(), 1 << 20, [](int, ByteView) {});
    for (int to = 0; to < world().size(); ++to) ASSERT_TRUE(exchange.out().append(to, pattern(length, 1)));
    exchange.finish();
  });
}

TEST(Traffic, LongBlocksOfAnExchangeHaveMessagesOfTheirOwn) {
  const auto others = static_cast<std::uint64_t>(world().size() - 1);
  for (const std::size_t length : {std::size_t{1025}, std::size_t{50'000}}) {
    const Traffic traffic = trafficOfExchange(length);
    EXPECT_EQ(traffic.exchange, (TrafficCount{others, length * others, others, length * others}));
    EXPECT_EQ(traffic.relay, relayedInARound(length));
  }
}

TEST(Traffic, ShortBlocksOfAnExchangeTakeFewMessages) {
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{1024}}) {
    const Traffic traffic = trafficOfExchange(length);
    EXPECT_EQ(traffic.exchange, TrafficCount{});
    EXPECT_EQ(traffic.relay, relayedInARound(length));
    EXPECT_EQ(traffic.reduce, agreement());
    if (world().size() <= 64) {
      EXPECT_LE(traffic.relay.messagesSent, 6U);
    }
  }
}

TEST(Traffic, WhatARankKeepsDoesNotLeaveIt) {
  const Traffic traffic = trafficOf([&] {
    Exchange exchange(world(), 1 << 20, [](int, ByteView) {});
    ASSERT_TRUE(exchange.out().append(world().rank(), pattern(1000, 1)));
    exchange.finish();
  });
  EXPECT_EQ(traffic.exchange, TrafficCount{});
  EXPECT_EQ(traffic.relay, relayedInARound(0));
}

TEST(Traffic, GatherAndReduce) {
  const auto others = static_cast<std::uint64_t>(world().size() - 1);
  const bool root = world().rank() == 0;
  double value = 1;
  const Traffic traffic = trafficOf([&] {
    static_cast<void>(world().gather(pattern(500, 1)));
    world().reduce(value, [](double& into, const double& from) { into += from; });
  });
  EXPECT_EQ(traffic.gather, root ? (TrafficCount{0, 0, others, 500 * others}) : (TrafficCount{1, 500, 0, 0}));
  TrafficCount reduced;
  if (others > 0) reduced = root ? TrafficCount{0, 0, 1, 8} : TrafficCount{1, 8, 0, 0};
  EXPECT_EQ(traffic.reduce, reduced);
}

}  // namespace
}  // namespace seltzer::detail
