#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "shuffle_fixture.hpp"

// Functions that throw on the map or the reduce side of a shuffle.

namespace seltzer::test {

/// A number whose serialization throws if it is 57.
struct Stubborn {
  std::int64_t number = 0;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    if (Archive::is_saving::value && number == 57) throw std::runtime_error("57 does not travel");
    archive& number;
  }
};

/// A key that throws when it is hashed (-1) or compared (-2).
struct Moody {
  std::int64_t number = 0;
  bool operator==(const Moody& other) const {
    if (number == -2) throw std::runtime_error("will not be compared");
    return number == other.number;
  }
};

}  // namespace seltzer::test

template <>
struct seltzer::Hash<seltzer::test::Moody> {
  std::uint64_t operator()(const seltzer::test::Moody& key) const {
    if (key.number == -1) throw std::runtime_error("will not be hashed");
    return static_cast<std::uint64_t>(key.number);
  }
};

namespace seltzer::test {
namespace {

[[noreturn]] void boom() {
  throw std::runtime_error("boom");
}

template <class Job>
TaskFailure failureOf(Job job) {
  try {
    job();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const TaskError& error) {
    return error.failure();
  }
  return {};
}

/// Expects a failure that names the operation at `where`, and a context that is usable afterwards.
template <class Job>
void expectFailure(Job job, const std::string& operation, CallSite where, const std::string& what = "boom") {
  const std::size_t before = heldForShuffles();
  const TaskFailure failure = failureOf(job);
  EXPECT_EQ(failure.operation, operation);
  EXPECT_EQ(failure.callSite, toString(where));
  EXPECT_EQ(failure.what, what);
  EXPECT_EQ(failure.attempts, context().config().maxTaskFailures);
  EXPECT_EQ(asMap(somePairs().reduceByKey(std::plus<>(), 3).collect()), sums());
  EXPECT_LE(heldForShuffles(), before) << "a failed stage leaves nothing";  // less if earlier data was spilled
}

TEST(ShuffleFailure, FunctionsOfTheMapSideThatThrow) {
  const auto rdd = somePairs();
  const CallSite where = CallSite::current();
  const auto fails = [](std::int64_t x) {
    if (x == 505) boom();  // the first value of its key in its partition
    return x;
  };
  const auto merging = [](std::int64_t a, std::int64_t b) {
    if (b == 555) boom();
    return a + b;
  };
  expectFailure([&] { rdd.combineByKey(fails, std::plus<>(), std::plus<>(), 3, where).count(); }, "combineByKey",
                where);
  const auto creates = [](std::int64_t x) { return x; };
  expectFailure([&] { rdd.combineByKey(creates, merging, std::plus<>(), 3, where).count(); }, "combineByKey", where);
  expectFailure([&] { rdd.reduceByKey(merging, 3, where).collect(); }, "reduceByKey", where);
  expectFailure([&] { rdd.foldByKey(0, merging, 3, where).take(1); }, "foldByKey", where);
  expectFailure([&] { rdd.aggregateByKey(std::int64_t{0}, merging, std::plus<>(), 3, where).count(); },
                "aggregateByKey", where);
  expectFailure([&] { rdd.mapValues(fails, where).groupByKey(3).count(); }, "mapValues", where);
  expectFailure([&] { rdd.mapValues(fails, where).repartition(3).count(); }, "mapValues", where);
  expectFailure([&] { rdd.join(rdd.mapValues(fails, where), 3).count(); }, "mapValues", where);
}

TEST(ShuffleFailure, FunctionsOfTheResultSideThatThrow) {
  const Counted counted;
  const CallSite where = CallSite::current();
  const auto merging = [](std::int64_t a, std::int64_t b) {
    if (a % keys == 5) boom();
    return a + b;
  };
  const auto first = [](std::int64_t x) { return x; };
  const auto keepsFirst = [](std::int64_t a, std::int64_t) { return a; };
  expectFailure([&] { counted.rdd.combineByKey(first, keepsFirst, merging, 3, where).count(); }, "combineByKey", where);
}

TEST(ShuffleFailure, AResultSideThatFailedRunsAgainOnItsOwn) {
  const Counted counted;
  const auto spread = counted.rdd.partitionBy(5);
  EXPECT_THROW(spread.foreach ([](const Pair&) { boom(); }), TaskError);
  EXPECT_EQ(counted.calls.value(), count) << "the map side had succeeded";
  EXPECT_EQ(spread.count(), count);
  EXPECT_EQ(counted.calls.value(), count);
}

TEST(ShuffleFailure, AMapSideThatFailedAddsNothingAndRunsAgain) {
  const auto calls = context().accumulator(std::int64_t{0});
  const auto broken = somePairs().map([calls](const Pair& pair) {
    calls.add(1);
    if (pair.second == count - 1) boom();
    return pair;
  });
  const auto spread = broken.partitionBy(5);
  EXPECT_THROW(spread.count(), TaskError);
  EXPECT_THROW(spread.count(), TaskError);
  EXPECT_EQ(calls.value(), 0);
}

struct Thrower {
  std::int64_t key;
  std::size_t numPartitions() const { return 3; }
  std::size_t getPartition(std::int64_t given) const {
    if (given == key) boom();
    return 0;
  }
};

TEST(ShuffleFailure, PartitionersThatThrow) {
  const auto rdd = somePairs();
  const CallSite where = CallSite::current();
  expectFailure([&] { rdd.partitionBy(Thrower{30}, where).count(); }, "partitionBy", where);
  expectFailure([&] { rdd.groupByKey(Thrower{30}, where).count(); }, "groupByKey", where);
  expectFailure([&] { rdd.reduceByKey(std::plus<>(), Thrower{30}, where).count(); }, "reduceByKey", where);
  expectFailure([&] { rdd.join(rdd, Thrower{30}, where).count(); }, "join", where);
  EXPECT_EQ(rdd.partitionBy(Thrower{keys}).count(), count);
}

/// Sends all keys to the first partition without looking at them.
struct Blind {
  std::size_t numPartitions() const { return 2; }
  std::size_t getPartition(const Moody&) const { return 0; }
};

TEST(ShuffleFailure, KeysThatThrow) {
  const auto moody = [](std::int64_t bad) {
    return somePairs().map(
        [bad](const Pair& pair) { return std::pair(Moody{pair.first == 30 ? bad : pair.first}, pair.second); });
  };
  const CallSite where = CallSite::current();
  const CallSite earlier = CallSite::current();
  const std::string hashing = "will not be hashed";
  const std::string comparing = "will not be compared";
  expectFailure([&] { moody(-1).partitionBy(3, where).count(); }, "partitionBy", where, hashing);
  expectFailure([&] { moody(-1).groupByKey(3, where).count(); }, "groupByKey", where, hashing);
  expectFailure([&] { moody(-1).reduceByKey(std::plus<>(), 3, where).count(); }, "reduceByKey", where, hashing);
  expectFailure([&] { moody(-2).reduceByKey(std::plus<>(), 3, where).count(); }, "reduceByKey", where, comparing);
  expectFailure([&] { moody(-2).groupByKey(3, where).count(); }, "groupByKey", where, comparing);
  // already partitioned, so the aggregation table is the first to look at the keys
  const auto there = moody(-1).partitionBy(Blind(), earlier);
  EXPECT_EQ(there.count(), count);
  expectFailure([&] { there.groupByKey({}, where).count(); }, "groupByKey", where, hashing);
  expectFailure([&] { there.cogroup(there, {}, where).count(); }, "cogroup", where, hashing);
  expectFailure([&] { there.join(there, {}, where).count(); }, "join", where, hashing);
  expectFailure([&] { there.leftSemiJoin(there, {}, where).count(); }, "leftSemiJoin", where, hashing);
}

// --- tasks that fail once

/// Throws in the middle of the first attempt, if a second one is allowed.
struct Flaky {
  bool wanted = context().config().maxTaskFailures > 1;
  void operator()(std::int64_t x) const {
    if (wanted && x % 100 == 57 && TaskContext::current()->attempt() == 0) boom();
  }
};

TEST(ShuffleFailure, TasksThatFailOnceAreTriedAgainWithoutATrace) {
  const Flaky flaky;
  const auto calls = context().accumulator(std::int64_t{0});
  const auto rdd = somePairs().map([flaky, calls](const Pair& pair) {
    calls.add(1);
    flaky(pair.second);
    return pair;
  });
  const auto steady = somePairs();
  EXPECT_EQ(partsOf(rdd.partitionBy(3)), partsOf(steady.partitionBy(3)));
  EXPECT_EQ(calls.value(), count);
  EXPECT_EQ(partsOf(rdd.repartition(3)), partsOf(steady.repartition(3)));
  EXPECT_EQ(partsOf(rdd.reduceByKey(std::minus<>(), 3)), partsOf(steady.reduceByKey(std::minus<>(), 3)));
  EXPECT_EQ(partsOf(rdd.groupByKey(3)), partsOf(steady.groupByKey(3)));
  EXPECT_EQ(partsOf(rdd.join(rdd, 3)), partsOf(steady.join(steady, 3)));
  EXPECT_EQ(calls.value(), 6 * count);
}

TEST(ShuffleFailure, ResultTasksThatFailOnceAreTriedAgainWithoutATrace) {
  const Flaky flaky;
  const auto lists = [](std::int64_t x) { return std::vector<std::int64_t>{x}; };
  const auto append = [](std::vector<std::int64_t>& list, std::int64_t x) { list.push_back(x); };
  const auto combined = somePairs().combineByKey(
      lists, append,
      [flaky](std::vector<std::int64_t>& list, std::vector<std::int64_t>&& next) {
        list.insert(list.end(), next.begin(), next.end());
        for (const std::int64_t x : list) flaky(x);
      },
      3);
  const auto steady = partsOf(somePairs().groupByKey(3));
  EXPECT_EQ(partsOf(combined), steady);
  EXPECT_EQ(partsOf(combined), steady);
}

/// Rows of elements are serialized in the exchange, after all tasks have ended.
TEST(ShuffleFailure, ElementsThatCannotBeWritten) {
  const auto stubborn = context().range(0, 100, 1, 4).map([](std::int64_t x) { return Stubborn{x}; });
  const auto number = [](const Stubborn& x) { return -x.number; };
  const std::size_t before = heldForShuffles();
  for (const std::int64_t n : partitionCounts) {
    const auto repartition = failureOf([&] { stubborn.repartition(n).count(); });
    const auto sort = failureOf([&] { stubborn.sortBy(number, true, n).count(); });
    const auto spread = failureOf([&] { stubborn.keyBy(number).partitionBy(n).count(); });
    EXPECT_EQ(repartition.operation, "repartition");
    EXPECT_EQ(sort.operation, "sortBy");
    EXPECT_EQ(spread.operation, "partitionBy");
    for (const TaskFailure& failure : {repartition, sort, spread}) {
      EXPECT_EQ(failure.partition, 2U);
      EXPECT_EQ(failure.what, "57 does not travel");
    }
    const auto meek = stubborn.filter([](const Stubborn& x) { return x.number != 57; });
    EXPECT_EQ(meek.repartition(n).count(), 99);
  }
  EXPECT_EQ(heldForShuffles(), before) << "a failed exchange leaves nothing";
}

/// Set only on rank 0, where the driver function runs.
std::optional<RDD<std::int64_t>> globalRDD;

TEST(ShuffleFailure, JobsInsideOfFunctionsThrow) {
  globalRDD = context().range(5);
  const auto nested = [](std::int64_t a, std::int64_t) {
    if (globalRDD) globalRDD->count();
    return a;
  };
  EXPECT_THROW(somePairs().reduceByKey(nested, 3).count(), NestedJobError);
  EXPECT_THROW(somePairs().combineByKey([](std::int64_t x) { return x; }, std::plus<>(), nested, 3).count(),
               NestedJobError);
  EXPECT_EQ(globalRDD->count(), 5);
  globalRDD.reset();
  EXPECT_EQ(asMap(somePairs().reduceByKey(std::plus<>(), 3).collect()), sums());
}

}  // namespace
}  // namespace seltzer::test
