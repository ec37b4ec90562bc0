#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

std::size_t ranks() {
  return static_cast<std::size_t>(context().ranks());
}

std::vector<Traffic> differences(const std::vector<Traffic>& later, const std::vector<Traffic>& earlier) {
  std::vector<Traffic> added;
  for (std::size_t rank = 0; rank < later.size(); ++rank) added.push_back(later[rank] - earlier[rank]);
  return added;
}

/// Each rank's traffic due to `job`, without that of the measurement. Objects that `job` creates should outlive it, or
/// their release is counted too.
template <class Job>
std::vector<Traffic> trafficOf(Job&& job) {
  context().traffic();  // flushes news that wait for a job
  const auto first = context().traffic();
  const auto before = context().traffic();
  job();
  const auto after = context().traffic();
  return differences(differences(after, before), differences(before, first));
}

/// Bytes that the driver broadcast.
std::uint64_t broadcastBytes(const std::vector<Traffic>& traffic) {
  return traffic[0].broadcast.bytesSent;
}

/// Bytes that ranks sent each other, without broadcasts and reductions, whose size is fixed.
std::uint64_t movedBytes(const std::vector<Traffic>& traffic) {
  std::uint64_t bytes = 0;
  for (const Traffic& rank : traffic)
    bytes += rank.exchange.bytesSent + rank.pointToPoint.bytesSent + rank.gather.bytesSent;
  return bytes;
}

/// A rank's share of `count` elements in `partitions` partitions.
struct Share {
  std::uint64_t elements = 0;
  std::uint64_t partitions = 0;
};
Share shareOf(std::size_t rank, std::uint64_t count, std::uint64_t partitions) {
  Share share;
  for (std::uint64_t p = 0; p < partitions; ++p) {
    if (p * ranks() / partitions != rank) continue;
    share.elements += (p + 1) * count / partitions - p * count / partitions;
    ++share.partitions;
  }
  return share;
}

constexpr std::size_t wide = 1000;  // bytes of captures
struct Wide {
  std::array<std::byte, wide> bytes{};
};

/// Broadcast bytes of a first job, which includes everything that the ranks must learn.
std::uint64_t firstJobBytes(std::int64_t partitions, CallSite where = CallSite::current()) {
  const Wide captured;
  const auto rdd = context().range(0, 10'000, 1, partitions, where).map([captured](std::int64_t x) {
    return x + static_cast<std::int64_t>(captured.bytes[5]);
  });
  return broadcastBytes(trafficOf([&] { EXPECT_EQ(rdd.sum(where), 49'995'000); }));
}

TEST(Traffic, AFunctionTravelsOnceWhateverTheNumberOfPartitions) {
  const CallSite where = CallSite::current();
  const std::uint64_t few = firstJobBytes(10, where);
  const std::uint64_t many = firstJobBytes(1000, where);
  EXPECT_GE(few, wide);
  EXPECT_LE(few, wide + 500);
  EXPECT_EQ(many, few);
}

/// Every rank receives each broadcast of the driver once.
TEST(Traffic, EachRankReceivesABroadcastOnce) {
  const auto rdd = context().range(0, 1000, 1, 8).map([](std::int64_t x) { return x; });
  const auto traffic = trafficOf([&] { rdd.count(); });
  EXPECT_EQ(traffic[0].broadcast.bytesReceived, 0u);
  for (std::size_t rank = 1; rank < ranks(); ++rank) {
    EXPECT_EQ(traffic[rank].broadcast.bytesReceived, traffic[0].broadcast.bytesSent);
    EXPECT_EQ(traffic[rank].broadcast.bytesSent, 0u);
  }
}

/// If the placement follows no rule, the partitions' ranks are listed, 4 bytes each.
TEST(Traffic, ExplicitPlacementsAreListed) {
  const auto base = context().range(0, 10'000, 1, 2000);
  base.count();
  const auto few = base.coalesce(10);
  const auto many = base.coalesce(1000);
  const std::uint64_t fewBytes = broadcastBytes(trafficOf([&] { few.count(); }));
  const std::uint64_t manyBytes = broadcastBytes(trafficOf([&] { many.count(); }));
  EXPECT_GT(manyBytes, fewBytes);
  EXPECT_LE(manyBytes - fewBytes, 990u * 4);
}

TEST(Traffic, BuiltInOperationsTravelAsAnIdAlone) {
  const CallSite where = CallSite::current();
  const auto base = context().range(0, 10'000, 1, 8);
  base.count();
  std::int64_t captured = 1;
  const auto withoutState = base.map([](std::int64_t x) { return x + 1; }, where);
  const auto withState = base.map([captured](std::int64_t x) { return x + captured; }, where);
  const std::uint64_t idAlone = broadcastBytes(trafficOf([&] { withoutState.count(where); }));
  const std::uint64_t idAndState = broadcastBytes(trafficOf([&] { withState.count(where); }));
  EXPECT_EQ(idAndState, idAlone + sizeof captured);
  EXPECT_LT(idAlone, 300u);
  // A command names its operation, for the ranks' error messages.
  const auto nameless = [](std::uint64_t bytes, std::string_view name) { return bytes - name.size(); };
  const std::uint64_t count = broadcastBytes(trafficOf([&] { base.count(where); }));
  const std::uint64_t sum = broadcastBytes(trafficOf([&] { base.sum(where); }));
  const std::uint64_t min = broadcastBytes(trafficOf([&] { base.min(std::identity(), where); }));
  EXPECT_EQ(nameless(sum, "sum"), nameless(count, "count"));
  EXPECT_EQ(nameless(min, "min"), nameless(count, "count"));
  EXPECT_LT(count, 200u);
}

TEST(Traffic, ExactResultsTravelInReductionsAlone) {
  const auto rdd = context().range(0, 10'000, 1, 1000);
  const auto traffic = trafficOf([&] { EXPECT_EQ(rdd.sum(), 49'995'000); });
  EXPECT_EQ(movedBytes(traffic), 0u);
  for (std::size_t rank = 1; rank < ranks(); ++rank) {
    EXPECT_EQ(traffic[rank].reduce.messagesSent, 1u);
    EXPECT_LT(traffic[rank].reduce.bytesSent, 100u);
  }
}

TEST(Traffic, ARankIsSentOnlyItsOwnPartitions) {
  constexpr std::uint64_t frame = 64;  // the largest header of a partition
  std::vector<std::int64_t> elements(10'007);
  std::iota(elements.begin(), elements.end(), 0);
  for (const std::int64_t partitions : {1, 2, 3, 8, 50}) {
    const auto rdd = context().parallelize(elements, partitions);
    const auto traffic = trafficOf([&] { EXPECT_EQ(rdd.collect(), elements); });
    std::uint64_t sent = 0;
    for (std::size_t rank = 1; rank < ranks(); ++rank) {
      const Share share = shareOf(rank, elements.size(), static_cast<std::uint64_t>(partitions));
      const std::uint64_t received = traffic[rank].exchange.bytesReceived;
      EXPECT_GE(received, 8 * share.elements) << "rank " << rank << ", " << partitions << " partitions";
      EXPECT_LE(received, 8 * share.elements + frame * share.partitions)
          << "rank " << rank << ", " << partitions << " partitions";
      EXPECT_EQ(traffic[rank].exchange.bytesSent, 0u);
      sent += received;
    }
    EXPECT_EQ(traffic[0].exchange.bytesSent, sent);
    EXPECT_EQ(traffic[0].exchange.bytesReceived, 0u);
    EXPECT_LT(broadcastBytes(traffic), 400 + frame * static_cast<std::uint64_t>(partitions));
  }
}

/// The statistics row of an operation in this file.
StageStatistics rowOf(const std::string& operation) {
  for (const StageStatistics& stage : context().stats().stages) {
    if (stage.operation == operation && stage.callSite.starts_with("traffic_test.cpp:")) return stage;
  }
  ADD_FAILURE() << "no stage of " << operation;
  return {};
}

TEST(Traffic, AShuffleOfLittleDataTakesFewMessages) {
  std::uint64_t steps = 0;  // ceil(log2 ranks)
  while ((std::uint64_t{1} << steps) < ranks()) ++steps;
  const auto counts = context()
                          .range(0, 1000, 1, 8)
                          .map([](std::int64_t x) { return std::pair(x % 10, std::int64_t{1}); })
                          .foldByKey(std::int64_t{0}, std::plus<>(), 8);
  const auto traffic = trafficOf([&] { EXPECT_EQ(counts.count(), 10); });
  for (const Traffic& rank : traffic) {
    EXPECT_EQ(rank.exchange, detail::TrafficCount{});
    EXPECT_EQ(rank.relay.messagesSent, steps);
    EXPECT_LE(rank.total().messagesSent, steps + 10) << "collectives, one message each";
  }
  const StageStatistics row = rowOf("foldByKey");
  const auto kind = [&row](std::string_view name) {
    return row.traffic[static_cast<std::size_t>(std::ranges::find(trafficKinds, name) - trafficKinds.begin())];
  };
  EXPECT_EQ(kind("relay").messagesSent.max, steps);
  EXPECT_EQ(kind("relay").messagesSent.sum, steps * ranks());
  EXPECT_EQ(kind("relay").bytesSent.sum, kind("relay").bytesReceived.sum);
  EXPECT_EQ(kind("exchange").messagesSent.sum, 0u);
  EXPECT_EQ(kind("broadcast").messagesSent.sum, 1u);
  EXPECT_EQ(kind("broadcast").messagesReceived.sum, ranks() - 1);
  EXPECT_EQ(kind("broadcast").bytesReceived.sum, kind("broadcast").bytesSent.sum * (ranks() - 1));
  // One says that all tasks succeeded, one that the exchange did, and one is the summary, which only rank 0 receives.
  EXPECT_EQ(kind("reduce").messagesReceived.max, ranks() > 1 ? 3u : 0u);
  EXPECT_EQ(kind("reduce").messagesSent.max, ranks() > 1 ? 3u : 0u);
}

TEST(Traffic, OnlyWhatChangesTheRankIsExchanged) {
  const auto exchanged = [] { return context().stats().total[Phase::shuffleExchange].records; };
  const std::uint64_t before = exchanged();
  context().range(0, 8000, 1, 8).map([](std::int64_t x) { return std::pair(7, x); }).partitionBy(1).count();
  std::uint64_t elsewhere = 0;  // elements that are not on rank 0
  for (std::uint64_t p = 0; p < 8; ++p) elsewhere += p * ranks() / 8 == 0 ? 0 : 1000;
  EXPECT_EQ(exchanged() - before, elsewhere);
}

TEST(Traffic, OnlyTheChosenPartitionsAreScattered) {
  const std::vector<std::int64_t> elements(80'000, 1);
  const auto rdd = context().parallelize(elements, static_cast<std::int64_t>(ranks()));
  const auto traffic = trafficOf([&] { EXPECT_EQ(rdd.take(10).size(), 10u); });
  EXPECT_EQ(traffic[0].exchange.bytesSent, 0u);  // partition 0 stays on the driver
  const auto rest = trafficOf([&] { EXPECT_EQ(rdd.count(), 80'000); });
  const auto again = trafficOf([&] { EXPECT_EQ(rdd.count(), 80'000); });
  EXPECT_GE(rest[0].exchange.bytesSent, 8 * (80'000 - 80'000 / ranks()));
  EXPECT_EQ(again[0].exchange.bytesSent, 0u);
}

TEST(Traffic, ASecondJobSendsNoFunctionAndNoData) {
  const Wide captured;
  const std::vector<std::int64_t> elements(20'000, 3);
  const auto rdd = context().parallelize(elements, 8).map([captured](std::int64_t x) {
    return x + static_cast<std::int64_t>(captured.bytes[7]);
  });
  EXPECT_EQ(rdd.count(), 20'000);
  const auto second = trafficOf([&] { EXPECT_EQ(rdd.sum(), 60'000); });
  EXPECT_LT(broadcastBytes(second), 300u);
  EXPECT_EQ(movedBytes(second), 0u);
  const auto child = rdd.filter([](std::int64_t x) { return x > 3; });
  const auto derived = trafficOf([&] { EXPECT_EQ(child.count(), 0); });
  EXPECT_LT(broadcastBytes(derived), 300u);
  EXPECT_EQ(movedBytes(derived), 0u);
}

TEST(Traffic, AStoredRDDMovesNothing) {
  const auto rdd = context().range(0, 20'000, 1, 8).map([](std::int64_t x) { return x; });
  rdd.persist(StorageLevel::MEMORY_AND_DISK);  // never dropped
  for (int job = 0; job < 2; ++job) {
    const auto traffic = trafficOf([&] { EXPECT_EQ(rdd.count(), 20'000); });
    for (const Traffic& rank : traffic) EXPECT_EQ(rank.exchange.bytesSent, 0u);
    EXPECT_LE(movedBytes(traffic), job == 0 ? 500u : 0u);  // the first job reports where it stored what
  }
}

TEST(Traffic, ResultsGoToTheDriverOnce) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().range(0, 10'000, 1, partitions);
    const auto traffic = trafficOf([&] { EXPECT_EQ(rdd.collect().size(), 10'000u); });
    for (std::size_t rank = 1; rank < ranks(); ++rank) {
      const Share share = shareOf(rank, 10'000, static_cast<std::uint64_t>(partitions));
      EXPECT_GE(traffic[rank].pointToPoint.bytesSent, 8 * share.elements);
      EXPECT_LE(traffic[rank].pointToPoint.bytesSent,
                share.partitions == 0 ? 0 : 8 * share.elements + 64 * (share.partitions + 2));
      EXPECT_EQ(traffic[rank].exchange.bytesSent, 0u);
    }
    EXPECT_EQ(traffic[0].pointToPoint.bytesSent, 0u);
  }
}

/// Ranks without results send the driver nothing.
TEST(Traffic, PartialResultsAreSmall) {
  const auto rdd = context().range(0, 100'000, 1, 8);
  const auto traffic = trafficOf([&] { EXPECT_EQ(rdd.top(3).front(), 99'999); });
  EXPECT_LT(movedBytes(traffic), 8u * 200);
}

TEST(Traffic, ABroadcastValueTravelsOnceANode) {
  const std::size_t bytes = context().config().memory == 0 ? 100'000'000 : 500'000;
  const auto hosts = context().hosts();
  const bool oneNode =
      std::count(hosts.begin(), hosts.end(), hosts.front()) == static_cast<std::ptrdiff_t>(hosts.size());
  if (!oneNode) GTEST_SKIP() << "counts what one node receives";
  const std::vector<std::int64_t> values(bytes / 8, 1);
  std::uint64_t received = 0;
  std::optional<Broadcast<std::vector<std::int64_t>>> shared;
  const auto creation = trafficOf([&] { shared = context().broadcast(values); });
  for (std::size_t rank = 1; rank < ranks(); ++rank) received += creation[rank].total().bytesReceived;
  EXPECT_LT(received, 1000 * ranks());  // in shared memory that rank 0 wrote
  EXPECT_GE(broadcastBytes(creation), bytes);
  EXPECT_LT(broadcastBytes(creation), bytes + 1000);

  const auto partitions = static_cast<std::int64_t>(ranks());
  const auto rdd = context().range(0, partitions, 1, partitions).map([value = *shared](std::int64_t) {
    const auto all = value.value();
    return std::accumulate(all.begin(), all.end(), std::int64_t{0});
  });
  const auto use = trafficOf([&] {
    for (int job = 0; job < 10; ++job) EXPECT_EQ(rdd.min(), static_cast<std::int64_t>(bytes / 8));
  });
  EXPECT_LT(broadcastBytes(use), 10u * 300);
  EXPECT_EQ(movedBytes(use), 0u);
  shared->destroy();
}

TEST(Traffic, ASampleWithReplacementIsDrawnByTheRanksThemselves) {
  const auto numbers = context().range(0, 100'000, 1, 8);
  const auto traffic = trafficOf([&] { numbers.takeSample(true, 20'000, 1); });
  EXPECT_LT(broadcastBytes(traffic), 3000u);
}

TEST(Traffic, AskingCostsTheSameEachTime) {
  const auto nothing = trafficOf([] {});
  for (const Traffic& rank : nothing) EXPECT_EQ(rank, Traffic());
}

}  // namespace
}  // namespace seltzer::test
