#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "worker/executor.hpp"
#include "worker/stack_limit.hpp"

namespace seltzer::test {
namespace {

/// Two such chains must fit into one job; sanitizers enlarge stack frames, so chains are shorter with them.
constexpr int deep = detail::deepestPipeline > 20'000 ? 10'000 : 4'000;

/// `length` maps (a multiple of 4), some of which change the element type; together they add `length` / 2.
RDD<std::int64_t> chainOfMaps(RDD<std::int64_t> rdd, int length) {
  for (int i = 0; i < length; i += 4) {
    const auto numbers =
        rdd.map([](std::int64_t x) { return x + 1; }).map([](std::int64_t x) { return static_cast<double>(x); });
    rdd = numbers.map([](double x) { return x + 1; }).map([](double x) { return static_cast<std::int64_t>(x); });
  }
  return rdd;
}

std::vector<std::int64_t> shifted(std::int64_t count, std::int64_t by) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), by);
  return numbers;
}

TEST(Lineage, AChainOfTenThousandMaps) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = chainOfMaps(context().range(0, 2000, 1, partitions), deep);
    EXPECT_EQ(rdd.count(), 2000);
    EXPECT_EQ(rdd.collect(), shifted(2000, deep / 2));
  }
}

TEST(Lineage, AChainOfOtherNarrowOperations) {
  auto rdd = context().range(0, 1000, 1, 3);
  for (int i = 0; i < deep / 4; ++i) {
    rdd = rdd.filter([](std::int64_t x) { return x >= 0; }).keyBy([](std::int64_t x) { return x % 7; }).values();
    rdd = rdd.flatMap<std::int64_t>([](std::int64_t x, Emit<std::int64_t>& emit) { emit(x); });
  }
  EXPECT_EQ(rdd.collect(), shifted(1000, 0));
}

/// The range of mapPartitions is filled on a fiber, with its own stack.
TEST(Lineage, ADeepChainIsReadByMapPartitions) {
  const auto deepRDD = chainOfMaps(context().range(0, 5000, 1, 3), deep);
  const auto sums = deepRDD.mapPartitions([](PartitionElements<std::int64_t>& elements) {
    std::int64_t sum = 0;
    for (const std::int64_t x : elements) sum += x;
    return std::vector<std::int64_t>{sum};
  });
  EXPECT_EQ(sums.sum(), 5000 * 4999 / 2 + std::int64_t{5000} * (deep / 2));
  const auto firsts = deepRDD.mapPartitions([](PartitionElements<std::int64_t>& elements) {
    std::vector<std::int64_t> first;
    for (const std::int64_t x : elements) {
      first.push_back(x);
      break;
    }
    return first;
  });
  EXPECT_EQ(firsts.collect().front(), deep / 2);
  EXPECT_EQ(chainOfMaps(sums, deep).sum(), sums.sum() + 3 * (deep / 2));
}

TEST(Lineage, DeepChainsAreZipped) {
  const auto base = context().range(0, 3000, 1, 2);
  const auto pairs = chainOfMaps(base, deep).zip(chainOfMaps(base, deep - 1000)).collect();
  ASSERT_EQ(pairs.size(), 3000u);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(pairs[i].first, static_cast<std::int64_t>(i) + deep / 2);
    EXPECT_EQ(pairs[i].second, static_cast<std::int64_t>(i) + (deep - 1000) / 2);
  }
}

TEST(Lineage, ADeepChainOfWhichAPartIsStored) {
  const auto middle = chainOfMaps(context().range(0, 3000, 1, 3), deep);
  middle.cache();
  const auto rdd = chainOfMaps(middle, deep);
  EXPECT_EQ(rdd.collect(), shifted(3000, deep));
  EXPECT_EQ(rdd.collect(), shifted(3000, deep));
  middle.unpersist();
  EXPECT_EQ(rdd.collect(), shifted(3000, deep));
}

TEST(Lineage, AnErrorAtTheEndOfADeepChain) {
  const auto rdd = chainOfMaps(context().range(0, 100, 1, 2), deep);
  const auto failing = rdd.map([](std::int64_t x) {
    if (x == deep / 2 + 99) throw std::runtime_error("at the end");
    return x;
  });
  try {
    failing.count();
    FAIL() << "nothing was thrown";
  } catch (const TaskError& error) {
    EXPECT_EQ(error.failure().partition, 1u);
    EXPECT_EQ(error.failure().what, "at the end");
  }
  EXPECT_EQ(rdd.count(), 100);
}

TEST(Lineage, AChainThatIsTooDeepForTheStackIsRefused) {
  const auto rdd = context().range(0, 10, 1, 2);
  const auto tooDeep = chainOfMaps(rdd, static_cast<int>(detail::deepestPipeline / 4 * 4 + 4));
  EXPECT_THROW(tooDeep.count(), std::length_error);
  EXPECT_EQ(rdd.count(), 10);
}

TEST(Lineage, DeepChainsAreDropped) {
  { const auto never = chainOfMaps(context().range(0, 10, 1, 2), 10 * deep); }
  {
    const auto sent = chainOfMaps(context().range(0, 10, 1, 2), deep);
    EXPECT_EQ(sent.count(), 10);
  }
  {
    // The end is released first, the beginning stays.
    const auto begin = chainOfMaps(context().range(0, 10, 1, 2), deep);
    std::optional end = chainOfMaps(begin, deep);
    EXPECT_EQ(end->collect(), shifted(10, deep));
    end.reset();
    EXPECT_EQ(begin.collect(), shifted(10, deep / 2));
  }
  EXPECT_EQ(context().range(0, 10, 1, 2).count(), 10);
}

TEST(Lineage, TheDebugStringOfADeepChainHasALineForEachRDD) {
  const std::string text = chainOfMaps(context().range(0, 10, 1, 2), deep).toDebugString();
  EXPECT_EQ(std::ranges::count(text, '\n'), deep);
  EXPECT_TRUE(text.starts_with("(2) MappedRDD[")) << text.substr(0, 200);
  const std::string last = text.substr(text.rfind('\n') + 1);
  EXPECT_NE(last.find("|  RangeRDD["), std::string::npos) << last;
}

TEST(Lineage, AUnionOfTenThousandAndOne) {
  std::vector<RDD<std::int64_t>> parts;
  for (std::int64_t i = 0; i <= deep; ++i) parts.push_back(context().range(i, i + 1, 1, 1));
  const auto all = context().union_(parts);
  EXPECT_EQ(all.getNumPartitions(), static_cast<std::size_t>(deep + 1));
  EXPECT_EQ(all.collect(), shifted(deep + 1, 0));
  EXPECT_EQ(all.coalesce(3).collect(), shifted(deep + 1, 0));
}

TEST(Lineage, AUnionThatGrowsInALoop) {
  auto all = context().range(0, 1, 1, 1);
  for (std::int64_t i = 1; i < 500; ++i) all = all + context().range(i, i + 1, 1, 1);
  EXPECT_EQ(all.collect(), shifted(500, 0));
}

TEST(Lineage, ManyHandlesOfTheSameRDDInAUnion) {
  const auto part = context().range(0, 10, 1, 2);
  const auto all = context().union_(std::vector<RDD<std::int64_t>>(500, part));
  EXPECT_EQ(all.sum(), 500 * 45);
}

/// x becomes 2x + 1 at each level.
RDD<std::int64_t> doubled(const RDD<std::int64_t>& rdd) {
  return rdd.zip(rdd.map([](std::int64_t x) { return x + 1; }))
      .map([](const std::pair<std::int64_t, std::int64_t>& pair) { return pair.first + pair.second; });
}

/// Without caching the work doubles with each level, as the lineage says; with it, and in planning, it must not.
TEST(Lineage, DiamondsThatAreStoredAreComputedOnce) {
  constexpr int levels = 30;
  const auto computed = context().accumulator<std::int64_t>(0);
  for (const std::int64_t partitions : partitionCounts) {
    const std::int64_t before = computed.value();
    auto rdd = context().range(0, 100, 1, partitions).map([computed](std::int64_t x) {
      computed.add(1);
      return x;
    });
    rdd.persist(StorageLevel::MEMORY_AND_DISK);
    for (int level = 0; level < levels; ++level) {
      rdd = doubled(rdd);
      rdd.persist(StorageLevel::MEMORY_AND_DISK);
    }
    const auto values = rdd.collect();
    ASSERT_EQ(values.size(), 100u);
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(values[i], (static_cast<std::int64_t>(i) << levels) + (std::int64_t{1} << levels) - 1);
    }
    EXPECT_EQ(computed.value() - before, 100);
  }
}

/// Without partitions, so the job is only planned.
TEST(Lineage, DiamondsArePlannedInLinearTime) {
  auto rdd = context().emptyRDD<std::int64_t>();
  for (int level = 0; level < 60; ++level) rdd = doubled(rdd);
  EXPECT_EQ(rdd.count(), 0);
}

TEST(Lineage, SmallDiamondsWithoutStorage) {
  auto rdd = context().range(0, 50, 1, 3);
  for (int level = 0; level < 8; ++level) rdd = doubled(rdd);
  EXPECT_EQ(rdd.collect().back(), 49 * 256 + 255);
}

// --- what the ranks release

/// `f()` of each rank, by rank.
template <class F>
std::vector<std::int64_t> onRanks(F f) {
  const std::int64_t ranks = context().ranks();
  return context()
      .generate(
          ranks, [f](std::int64_t) { return static_cast<std::int64_t>(f()); }, ranks)
      .collect();
}

std::int64_t storedBytes() {
  const auto bytes = onRanks([] { return detail::Executor::current()->blocks().bytes(); });
  return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
}

TEST(Lineage, StoredPartitionsGoWithTheirHandle) {
  const std::int64_t before = storedBytes();
  for (const std::int64_t partitions : partitionCounts) {
    {
      const auto kept = context().range(0, 1000, 1, partitions).map([](std::int64_t x) { return x; });
      kept.persist(StorageLevel::MEMORY_AND_DISK);
      const auto child = kept.map([](std::int64_t x) { return x + 1; });
      EXPECT_EQ(child.count(), 1000);
      EXPECT_EQ(storedBytes(), before + 8000);
    }
    EXPECT_EQ(storedBytes(), before);
  }
}

TEST(Lineage, StoredPartitionsGoWithUnpersist) {
  const std::int64_t before = storedBytes();
  const auto kept = context().range(0, 1000, 1, 3).map([](std::int64_t x) { return x; });
  for (int round = 0; round < 3; ++round) {
    kept.persist(StorageLevel::MEMORY_AND_DISK);
    EXPECT_EQ(kept.count(), 1000);
    EXPECT_EQ(storedBytes(), before + 8000);
    kept.unpersist();
    EXPECT_EQ(storedBytes(), before);
  }
}

TEST(Lineage, AStoredParentLivesAsLongAsAChild) {
  const auto computed = context().accumulator<std::int64_t>(0);
  const std::int64_t before = storedBytes();
  {
    std::optional kept = context().range(0, 1000, 1, 3).map([computed](std::int64_t x) {
      computed.add(1);
      return x;
    });
    kept->persist(StorageLevel::MEMORY_AND_DISK);
    const auto child = kept->map([](std::int64_t x) { return x + 1; });
    kept.reset();
    EXPECT_EQ(child.count(), 1000);
    EXPECT_EQ(child.sum(), 1000 * 1001 / 2);
    EXPECT_EQ(computed.value(), 1000);
    EXPECT_EQ(storedBytes(), before + 8000);
  }
  EXPECT_EQ(storedBytes(), before);
}

/// The driver keeps the elements that it scattered; the other ranks hold their own partitions.
TEST(Lineage, ScatteredElementsGoWithTheirHandle) {
  const std::int64_t before = storedBytes();
  {
    const std::int64_t ranks = context().ranks();
    const auto scattered = context().parallelize(shifted(10'000 * ranks, 0), ranks);
    EXPECT_EQ(scattered.count(), 10'000 * ranks);
    EXPECT_EQ(storedBytes(), before + 80'000 * (ranks - 1));
  }
  EXPECT_EQ(storedBytes(), before);
}

TEST(Lineage, WhatAFailedJobStoredGoesToo) {
  const std::int64_t before = storedBytes();
  {
    const auto kept = context().range(0, 1000, 1, 8).map([](std::int64_t x) { return x; });
    kept.persist(StorageLevel::MEMORY_AND_DISK);
    const auto failing = kept.map([](std::int64_t x) {
      if (x == 999) throw std::runtime_error("the last one");
      return x;
    });
    EXPECT_THROW(failing.count(), TaskError);
    EXPECT_EQ(kept.sum(), 999 * 500);
  }
  EXPECT_EQ(storedBytes(), before);
}

/// A function that counts its live copies in this process.
struct Counted {
  std::int64_t addend = 0;
  std::string text;  // not trivially copyable

  Counted() { ++alive; }
  explicit Counted(std::int64_t value) : addend(value), text("state") { ++alive; }
  Counted(const Counted& other) : addend(other.addend), text(other.text) { ++alive; }
  ~Counted() { --alive; }

  std::int64_t operator()(std::int64_t x) const { return x + addend; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& addend& text;
  }

  inline static std::int64_t alive = 0;
};

TEST(Lineage, OperatorsGoWithTheirHandle) {
  const auto alive = [] { return Counted::alive; };
  const std::vector<std::int64_t> none(static_cast<std::size_t>(context().ranks()), 0);
  ASSERT_EQ(onRanks(alive), none);
  {
    const std::int64_t ranks = context().ranks();  // a task for each: without one, a rank builds no operator
    auto rdd = context().range(0, 100, 1, ranks);
    for (int i = 0; i < 10; ++i) rdd = rdd.map(Counted(i));
    EXPECT_EQ(rdd.sum(), 99 * 50 + 100 * 45);
    EXPECT_EQ(onRanks(alive), std::vector<std::int64_t>(none.size(), 10));
  }
  EXPECT_EQ(onRanks(alive), none);
  EXPECT_EQ(context().range(0, 100, 1, 3).map(Counted(1)).sum(), 99 * 50 + 100);
  EXPECT_EQ(onRanks(alive), none);
}

}  // namespace
}  // namespace seltzer::test
