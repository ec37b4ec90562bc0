#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/net/communicator.hpp>

#include "net_fixture.hpp"

namespace seltzer::detail {
namespace {

TEST(Communicator, KnowsRanksAndHosts) {
  ASSERT_GE(world().rank(), 0);
  ASSERT_LT(world().rank(), world().size());
  EXPECT_FALSE(world().host().empty());
  EXPECT_EQ(world().hostOf(world().rank()), world().host());
  EXPECT_THROW(static_cast<void>(world().hostOf(world().size())), std::out_of_range);
}

TEST(Communicator, RefusesATinyMessageLimit) {
  const std::size_t before = world().messageLimit();
  EXPECT_THROW(world().setMessageLimit(Communicator::smallestMessageLimit - 1), std::invalid_argument);
  EXPECT_EQ(world().messageLimit(), before);
}

TEST(Communicator, AnErrorOfMpiIsAnExceptionThatNamesCallAndRank) {
  try {
    world().send({}, world().size(), MessageTag::data);
    FAIL() << "sent to a rank that is not there";
  } catch (const CommunicatorError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("MPI_Isend failed on rank " + std::to_string(world().rank())), std::string::npos) << text;
    const bool hasReason = text.find("MPI_ERR_RANK") != std::string::npos ||  // in the words of Open MPI
                           text.find("Invalid rank") != std::string::npos;    // and of MPICH
    EXPECT_TRUE(hasReason) << text;
  }
  world().barrier();
}

TEST(Communicator, BroadcastFromEveryRank) {
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    for (const std::size_t size : sizesToTry()) {
      for (int root = 0; root < world().size(); ++root) {
        const auto seed = static_cast<std::uint64_t>(root);
        Bytes data = world().rank() == root ? pattern(size, seed) : Bytes(size);
        world().broadcast(data, root);
        ASSERT_EQ(data, pattern(size, seed)) << "limit " << limit << " size " << size << " root " << root;
      }
    }
  }
}

TEST(Communicator, BroadcastMessageOfUnknownSize) {
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    for (const std::size_t size : sizesToTry()) {
      Bytes message = world().rank() == 0 ? pattern(size, 3) : pattern(77, 4);
      world().broadcastMessage(message);
      ASSERT_EQ(message, pattern(size, 3)) << "limit " << limit << " size " << size;
    }
  }
}

TEST(Communicator, GatherAndAllGatherOfDifferentSizes) {
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    const auto sizes = sizesToTry();
    for (std::size_t first = 0; first < sizes.size(); ++first) {
      const auto sizeOf = [&](int rank) { return sizes[(first + static_cast<std::size_t>(rank)) % sizes.size()]; };
      const auto bytesOf = [&](int rank) { return pattern(sizeOf(rank), static_cast<std::uint64_t>(rank)); };
      const Bytes mine = bytesOf(world().rank());
      const auto gathered = world().gather(mine);
      const auto everywhere = world().allGather(mine);
      ASSERT_EQ(gathered.size(), world().rank() == 0 ? static_cast<std::size_t>(world().size()) : 0);
      ASSERT_EQ(everywhere.size(), static_cast<std::size_t>(world().size()));
      for (std::size_t rank = 0; rank < everywhere.size(); ++rank) {
        ASSERT_EQ(everywhere[rank], bytesOf(static_cast<int>(rank))) << "limit " << limit << " rank " << rank;
        if (world().rank() == 0) {
          ASSERT_EQ(gathered[rank], everywhere[rank]) << "limit " << limit << " rank " << rank;
        }
      }
    }
  }
}

/// A count, a maximum and many sums: more than 300 bytes, so it also takes the path for long values.
template <std::size_t size>
struct Summary {
  std::int64_t count = 0;
  double greatest = 0;
  std::int64_t sums[size] = {};

  static Summary of(int rank) {
    Summary summary{1, 10.0 * rank, {}};
    for (std::size_t i = 0; i < size; ++i) summary.sums[i] = static_cast<std::int64_t>(i) * (rank + 1);
    return summary;
  }

  static void merge(Summary& into, const Summary& from) {
    into.count += from.count;
    into.greatest = std::max(into.greatest, from.greatest);
    for (std::size_t i = 0; i < size; ++i) into.sums[i] += from.sums[i];
  }

  void expectTotal(int ranks) const {
    EXPECT_EQ(count, ranks);
    EXPECT_EQ(greatest, 10.0 * (ranks - 1));
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(sums[i], static_cast<std::int64_t>(i) * ranks * (ranks + 1) / 2);
  }

  friend bool operator==(const Summary&, const Summary&) = default;
};

template <std::size_t size>
void reduceSummaries() {
  using Value = Summary<size>;
  const int rank = world().rank();
  int polls = 0;
  Value reduced = Value::of(rank);
  Value polled = Value::of(rank);
  Value everywhere = Value::of(rank);
  world().reduce(reduced, Value::merge);
  world().reducePolling(polled, Value::merge, [&] { ++polls; });
  world().allReduce(everywhere, Value::merge);
  everywhere.expectTotal(world().size());
  if (rank == 0) {
    reduced.expectTotal(world().size());
    polled.expectTotal(world().size());
  } else {
    EXPECT_EQ(reduced, Value::of(rank)) << "only rank 0's value changes";
    EXPECT_EQ(polled, Value::of(rank)) << "only rank 0's value changes";
    EXPECT_EQ(polls, 0);
  }
}

TEST(Communicator, ReducesStructsOfManySizes) {
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    for (int again = 0; again < 3; ++again) {
      reduceSummaries<1>();
      reduceSummaries<6>();
      reduceSummaries<30>();
      reduceSummaries<200>();
    }
  }
}

TEST(Communicator, ReducesBytesWithAnUntypedMerge) {
  std::int64_t value = std::int64_t{1} << world().rank();
  world().allReduce(
      std::as_writable_bytes(std::span(&value, 1)), +[](void* into, const void* from) {
        *static_cast<std::int64_t*>(into) |= *static_cast<const std::int64_t*>(from);
      });
  EXPECT_EQ(value, (std::int64_t{1} << world().size()) - 1);
  world().reduce(
      std::span<std::byte>(), +[](void*, const void*) { FAIL() << "there is nothing to merge"; });
}

template <std::size_t size>
void pollForNews() {
  using Value = Summary<size>;
  Value value = Value::of(world().rank());
  const int other = world().size() - 1;
  bool heard = false;
  // The last rank joins the reduction only after rank 0 has polled and answered.
  if (world().rank() == other && other != 0) {
    world().post(pattern(10, 5), 0, MessageTag::progress);
    EXPECT_EQ(world().receive(0, MessageTag::control), pattern(20, 6));
  }
  world().reducePolling(value, Value::merge, [&] {
    const auto news = world().tryReceive(MessageTag::progress);
    if (!news) return;
    EXPECT_EQ(news->first, other);
    EXPECT_EQ(news->second, pattern(10, 5));
    heard = true;
    world().post(pattern(20, 6), other, MessageTag::control);
  });
  if (world().rank() == 0) {
    value.expectTotal(world().size());
    EXPECT_EQ(heard, world().size() > 1);
  }
}

TEST(Communicator, RankZeroHearsNewsWhileItReduces) {
  pollForNews<6>();
  const LimitScope scope(Communicator::smallestMessageLimit);
  pollForNews<200>();
}

TEST(Communicator, AnExceptionOfThePollComesWhenTheReductionIsComplete) {
  Summary<6> value = Summary<6>::of(world().rank());
  const int other = world().size() - 1;
  if (world().rank() == other && other != 0) {
    EXPECT_EQ(world().receive(0, MessageTag::control).size(), 0u);
  }
  const auto reduce = [&] {
    world().reducePolling(value, Summary<6>::merge, [&] {
      world().post({}, other, MessageTag::control);
      throw std::runtime_error("enough");
    });
  };
  if (world().rank() == 0 && world().size() > 1) {
    EXPECT_THROW(reduce(), std::runtime_error);
    value.expectTotal(world().size());
  } else {
    reduce();
  }
}

template <class T>
void reduceNumbers(std::size_t count) {
  const auto ranks = static_cast<T>(world().size());
  std::vector<T> mine(count);
  for (std::size_t i = 0; i < count; ++i) mine[i] = static_cast<T>(i) + static_cast<T>(world().rank());
  std::vector<T> sum = mine;
  std::vector<T> least = mine;
  std::vector<T> greatest = mine;
  world().reduceSum(std::span(sum));
  world().reduceMin(std::span(least));
  world().reduceMax(std::span(greatest));
  for (std::size_t i = 0; i < count; ++i) {
    const auto index = static_cast<T>(i);
    ASSERT_EQ(sum[i], world().rank() == 0 ? index * ranks + ranks * (ranks - 1) / 2 : mine[i]);
    ASSERT_EQ(least[i], world().rank() == 0 ? index : mine[i]);
    ASSERT_EQ(greatest[i], world().rank() == 0 ? index + ranks - 1 : mine[i]);
  }
}

TEST(Communicator, ReducesVectorsOfNumbers) {
  for (const std::size_t limit : limitsToTry()) {
    const LimitScope scope(limit);
    for (const std::size_t count : {0, 1, 31, 32, 33, 37, 38, 1000}) {
      reduceNumbers<double>(count);
      reduceNumbers<std::int64_t>(count);
      reduceNumbers<std::uint64_t>(count);
    }
  }
}

TEST(Communicator, FindsTheRankOfTheLeastAndTheGreatest) {
  const LimitScope scope(Communicator::smallestMessageLimit);
  const int rank = world().rank();
  const int last = world().size() - 1;
  std::vector<ValueAtRank> least(100);
  std::vector<ValueAtRank> greatest(100);
  for (int i = 0; i < 100; ++i) {
    const auto index = static_cast<std::size_t>(i);
    least[index] = {i % 2 == 0 ? 5.0 : 100.0 - rank, rank};
    greatest[index] = {i % 2 == 0 ? 5.0 : 100.0 + rank, rank};
  }
  world().reduceMinAtRank(least);
  world().reduceMaxAtRank(greatest);
  if (rank != 0) return;
  for (std::size_t i = 0; i < 100; ++i) {
    const bool tie = i % 2 == 0;
    ASSERT_EQ(least[i].value, tie ? 5.0 : 100.0 - last);
    ASSERT_EQ(greatest[i].value, tie ? 5.0 : 100.0 + last);
    ASSERT_EQ(least[i].rank, tie ? 0 : last);
    ASSERT_EQ(greatest[i].rank, tie ? 0 : last);
  }
}

}  // namespace
}  // namespace seltzer::detail
