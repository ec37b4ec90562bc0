#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/net/communicator.hpp>

#include "net_fixture.hpp"

namespace seltzer::detail {
namespace {

std::uint64_t seedOf(int from, int to, std::size_t index = 0) {
  return static_cast<std::uint64_t>(from) * 1000 + static_cast<std::uint64_t>(to) * 100'000 + index;
}

TEST(PointToPoint, EverySizeToTheNextRank) {
  const int rank = world().rank();
  const int next = (rank + 1) % world().size();
  const int previous = (rank + world().size() - 1) % world().size();
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    for (const std::size_t size : sizesToTry()) {
      world().send(pattern(size, seedOf(rank, next)), next, MessageTag::data);
      ASSERT_EQ(world().receive(previous, MessageTag::data), pattern(size, seedOf(previous, rank)))
          << "limit " << limit << " size " << size;
    }
    world().barrier();
  }
}

TEST(PointToPoint, LargeMessagesBothWaysAtOnce) {
  const std::size_t size = 1'000'003;
  const int rank = world().rank();
  for (int other = 0; other < world().size(); ++other) {
    world().send(pattern(size, seedOf(rank, other)), other, MessageTag::data);
  }
  for (int other = 0; other < world().size(); ++other) {
    ASSERT_EQ(world().receive(other, MessageTag::data), pattern(size, seedOf(other, rank)));
  }
  world().barrier();
}

TEST(PointToPoint, MessagesOfManySourcesDoNotMix) {
  const std::size_t count = 60;
  const int rank = world().rank();
  const auto sizeOf = [](int from, std::size_t index) {
    std::mt19937 random(static_cast<unsigned>(seedOf(from, 0, index)));
    return std::uniform_int_distribution<std::size_t>(0, index % 3 == 0 ? 20'000 : 1500)(random);
  };
  for (std::size_t i = 0; i < count; ++i) {
    for (int to = 0; to < world().size(); ++to) {
      world().send(pattern(sizeOf(rank, i), seedOf(rank, to, i)), to,
                   i % 2 == 0 ? MessageTag::data : MessageTag::result);
    }
  }
  for (const MessageTag tag : {MessageTag::result, MessageTag::data}) {
    std::vector<std::size_t> next(static_cast<std::size_t>(world().size()), tag == MessageTag::data ? 0 : 1);
    for (std::size_t received = 0; received < count / 2 * next.size(); ++received) {
      const auto [source, message] = world().receiveAny(tag);
      std::size_t& index = next[static_cast<std::size_t>(source)];
      ASSERT_EQ(message, pattern(sizeOf(source, index), seedOf(source, rank, index))) << source << " " << index;
      index += 2;
    }
  }
  world().barrier();
}

TEST(PointToPoint, TryReceiveReturnsAtOnceAndLaterFindsTheMessage) {
  const int rank = world().rank();
  EXPECT_FALSE(world().tryReceive(MessageTag::progress));
  world().barrier();
  if (rank != 0) {
    world().send(pattern(10, seedOf(rank, 0)), 0, MessageTag::progress);
    world().send(pattern(50'000, seedOf(rank, 1)), 0, MessageTag::progress);
  } else {
    std::vector<std::size_t> heard(static_cast<std::size_t>(world().size()));
    for (int remaining = 2 * (world().size() - 1); remaining > 0;) {
      const auto message = world().tryReceive(MessageTag::progress);
      if (!message) continue;
      --remaining;
      const bool second = heard[static_cast<std::size_t>(message->first)]++ == 1;
      ASSERT_EQ(message->second, pattern(second ? 50'000 : 10, seedOf(message->first, second ? 1 : 0)));
    }
  }
  EXPECT_FALSE(world().tryReceive(MessageTag::progress));
  EXPECT_FALSE(world().tryReceive(MessageTag::data));
  world().barrier();
}

TEST(PointToPoint, PostsLeaveWithoutWaitingAndInOrder) {
  const int rank = world().rank();
  const int count = 500;
  for (const std::size_t size : {std::size_t{8}, std::size_t{3000}}) {
    for (int i = 0; i < count; ++i) {
      Bytes news = pattern(size, seedOf(rank, 0, static_cast<std::size_t>(i)));
      world().post(news, 0, MessageTag::progress);
      news = Bytes(size);
    }
    if (rank == 0) {
      for (int from = 0; from < world().size(); ++from) {
        for (int i = 0; i < count; ++i) {
          ASSERT_EQ(world().receive(from, MessageTag::progress),
                    pattern(size, seedOf(from, 0, static_cast<std::size_t>(i))));
        }
      }
    }
    world().barrier();
  }
}

TEST(PointToPoint, WhatArrivesDuringASendIsReceivedInOrder) {
  const int rank = world().rank();
  const int other = world().size() - 1 - rank;
  const std::size_t large = 500'009;
  for (std::size_t i = 0; i < 4; ++i) {
    world().send(pattern(large + i, seedOf(rank, other, i)), other, MessageTag::data);
    world().send(pattern(i, seedOf(rank, other, i)), other, MessageTag::control);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    ASSERT_EQ(world().receive(other, MessageTag::control), pattern(i, seedOf(other, rank, i)));
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const auto [source, message] = world().receiveAny(MessageTag::data);
    ASSERT_EQ(source, other);
    ASSERT_EQ(message, pattern(large + i, seedOf(other, rank, i)));
  }
  world().barrier();
}

}  // namespace
}  // namespace seltzer::detail
