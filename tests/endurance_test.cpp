#include <cstdint>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include "data/sanitizer.hpp"
#include "fixture.hpp"

namespace seltzer::test {
namespace {

constexpr std::int64_t allowedGrowth = std::int64_t{4} << 20;
constexpr int warmUp = 200;
constexpr int rounds = 1000;

/// Resident memory of this process, in bytes.
std::int64_t residentBytes() {
  std::int64_t pages = 0;
  std::int64_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

/// As above, of each rank.
std::vector<std::int64_t> residentBytesOnRanks() {
  const std::int64_t ranks = context().ranks();
  return context()
      .range(0, ranks, 1, ranks)
      .mapPartitions([](PartitionElements<std::int64_t>&) { return std::vector<std::int64_t>{residentBytes()}; })
      .collect();
}

/// Calls `round(i)` 1000 times after a warm-up of 200, and expects that meanwhile no rank's memory grows by 4 MiB.
template <class Round>
void expectFlatMemory(Round round) {
  if (detail::keepsFreedMemory) GTEST_SKIP() << "the sanitizer keeps freed memory";
  for (int i = 0; i < warmUp; ++i) round(i);
  const auto before = residentBytesOnRanks();
  for (int i = 0; i < rounds; ++i) {
    round(warmUp + i);
    if (testing::Test::HasFatalFailure()) return;
  }
  const auto after = residentBytesOnRanks();
  for (std::size_t rank = 0; rank < before.size(); ++rank) {
    EXPECT_GT(before[rank], 0);
    EXPECT_LT(after[rank] - before[rank], allowedGrowth) << "on rank " << rank;
    testing::Test::RecordProperty("growthOfRank" + std::to_string(rank), std::to_string(after[rank] - before[rank]));
  }
}

TEST(Endurance, JobsOnOneRDD) {
  const auto rdd = context().range(0, 1000, 1, 5).map([](std::int64_t x) { return x + 1; });
  expectFlatMemory([&rdd](int) { ASSERT_EQ(rdd.sum(), 500'500); });
}

TEST(Endurance, JobsOnNewRDDs) {
  expectFlatMemory([](int i) {
    const auto rdd = context().range(i, i + 100, 1, 3).filter([i](std::int64_t x) { return x != i; });
    ASSERT_EQ(rdd.collect().size(), 99u);
    ASSERT_EQ(rdd.map([](std::int64_t x) { return std::to_string(x); }).first(), std::to_string(i + 1));
  });
}

TEST(Endurance, BroadcastJoins) {
  const auto left = context().range(0, 100, 1, 3).map([](std::int64_t x) { return std::pair(x, x); });
  const auto small = context().range(0, 3000, 1, 2).map([](std::int64_t x) { return std::pair(x, x); }).cache();
  expectFlatMemory([&](int) { ASSERT_EQ(left.broadcastJoin(small).count(), 100); });
}

TEST(Endurance, ScatteredElements) {
  const std::vector<std::int64_t> elements(10'000, 7);
  expectFlatMemory([&elements](int) { ASSERT_EQ(context().parallelize(elements, 5).sum(), 70'000); });
}

/// As in an iterative algorithm: each step reads the previous one, which is then released.
TEST(Endurance, ReassignedAndStored) {
  auto rdd = context().range(0, 10'000, 1, 5).map([](std::int64_t x) { return x; });
  rdd.cache();
  ASSERT_EQ(rdd.count(), 10'000);
  std::int64_t step = 0;
  expectFlatMemory([&](int) {
    const auto next = rdd.map([](std::int64_t x) { return x + 1; });
    next.cache();
    ASSERT_EQ(next.min(), ++step);
    rdd.unpersist();
    rdd = next;
  });
}

TEST(Endurance, ReassignedAndDropped) {
  auto rdd = context().range(0, 1000, 1, 5);
  expectFlatMemory([&rdd](int i) {
    rdd = context().range(0, 1000, 1, 5).map([i](std::int64_t x) { return x + i; });
    rdd.cache();
    ASSERT_EQ(rdd.max(), 999 + i);
  });
}

TEST(Endurance, BroadcastValues) {
  expectFlatMemory([](int i) {
    const auto shared = context().broadcast(std::vector<std::int64_t>(5000, i));
    if (i % 10 == 0) {
      const std::int64_t ranks = context().ranks();
      ASSERT_EQ(
          context().range(0, ranks, 1, ranks).map([shared](std::int64_t x) { return shared.value()[4999] + x; }).max(),
          i + ranks - 1);
    }
    shared.destroy();
  });
}

TEST(Endurance, BroadcastValuesThatAreDecoded) {
  expectFlatMemory([](int i) {
    std::map<std::string, std::int64_t> table;
    for (int key = 0; key < 50; ++key) table["key " + std::to_string(key)] = i;
    const auto shared = context().broadcast(table);
    const std::int64_t ranks = context().ranks();
    ASSERT_EQ(
        context().range(0, ranks, 1, ranks).map([shared](std::int64_t) { return shared.value().at("key 7"); }).max(),
        i);
    shared.destroy();
  });
}

TEST(Endurance, Accumulators) {
  expectFlatMemory([](int i) {
    const auto total = context().accumulator<std::int64_t>(i);
    context().range(0, 100, 1, 5).foreach ([total](std::int64_t) { total.add(1); });
    ASSERT_EQ(total.value(), i + 100);
  });
}

TEST(Endurance, AnAccumulatorThatIsUsedAgain) {
  const auto texts = context().collectionAccumulator<std::string>();
  std::size_t expected = 0;
  for (int i = 0; i < rounds; ++i) {
    context().range(0, 5, 1, 5).foreach ([texts](std::int64_t x) { texts.add({std::to_string(x)}); });
    ASSERT_EQ(texts.value().size(), expected += 5);
  }
}

TEST(Endurance, JobsThatFail) {
  const auto rdd = context().range(0, 100, 1, 5);
  expectFlatMemory([&rdd](int) {
    const auto failing = rdd.map([](std::int64_t x) {
      if (x == 77) throw std::runtime_error("no more");
      return x;
    });
    ASSERT_THROW(failing.count(), TaskError);
  });
}

TEST(Endurance, TreesAndLocalIterators) {
  const auto rdd = context().range(0, 1000, 1, 16);
  expectFlatMemory([&rdd](int) {
    ASSERT_EQ(rdd.treeReduce([](std::int64_t a, std::int64_t b) { return a + b; }), 499'500);
    ASSERT_EQ(*rdd.toLocalIterator().begin(), 0);
  });
}

}  // namespace
}  // namespace seltzer::test
