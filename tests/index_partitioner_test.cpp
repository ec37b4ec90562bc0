#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;

constexpr std::int64_t indices = 3000;

/// Each index of [0, size) three times, in no order.
RDD<Pair> pairs(std::int64_t size, std::int64_t partitions, std::int64_t salt) {
  return context().range(0, 3 * size, 1, partitions).map([size, salt](std::int64_t i) {
    return Pair((i * 7919 + salt) % size, i * 31 % 1000);
  });
}

/// Another partitioner of the same ranges.
RangePartitioner<std::int64_t> sameRanges(std::int64_t size, std::int64_t partitions) {
  const IndexPartitioner index(size, partitions);
  std::vector<std::int64_t> bounds;
  for (std::int64_t i = 0; i + 1 < size; ++i) {
    if (index.getPartition(i) != index.getPartition(i + 1)) bounds.push_back(i);
  }
  return RangePartitioner<std::int64_t>(bounds);
}

TEST(IndexPartitioner, RangesAreContiguousAndEven) {
  for (const std::int64_t size : {0, 1, 2, 7, 100, 1001}) {
    for (const std::int64_t partitions : {1, 2, 3, 8, 100, 2000}) {
      SCOPED_TRACE(testing::Message() << size << " indices, " << partitions << " partitions");
      const IndexPartitioner index(size, partitions);
      EXPECT_EQ(index.size(), size);
      EXPECT_EQ(index.numPartitions(), static_cast<std::size_t>(partitions));
      std::vector<std::int64_t> counts(static_cast<std::size_t>(partitions));
      std::size_t last = 0;
      for (std::int64_t i = 0; i < size; ++i) {
        const std::size_t partition = index.getPartition(i);
        ASSERT_GE(partition, last);
        ASSERT_LT(partition, counts.size());
        ++counts[last = partition];
      }
      EXPECT_TRUE(std::is_sorted(counts.rbegin(), counts.rend()));
      EXPECT_LE(counts.front() - counts.back(), 1);
      EXPECT_THROW(index.getPartition(size), std::out_of_range);
      EXPECT_THROW(index.getPartition(-1), std::out_of_range);
      EXPECT_THROW(index.getPartition(~std::uint64_t{0}), std::out_of_range);
    }
  }
  const IndexPartitioner most(std::int64_t{1} << 62, 3);
  EXPECT_EQ(most.getPartition((std::int64_t{1} << 62) - 1), 2u);
}

TEST(IndexPartitioner, BadSizesThrow) {
  EXPECT_THROW(IndexPartitioner(-1, 3), std::invalid_argument);
  EXPECT_THROW(IndexPartitioner(10, 0), std::invalid_argument);
  EXPECT_THROW(IndexPartitioner(10, 20'000'000), std::invalid_argument);
}

TEST(IndexPartitioner, OfEqualParametersIsEqual) {
  const auto rdd = pairs(indices, 3, 0).partitionBy(IndexPartitioner(indices, 4));
  EXPECT_EQ(*rdd.partitioner(), IndexPartitioner(indices, 4));
  EXPECT_NE(*rdd.partitioner(), IndexPartitioner(indices + 1, 4));
  EXPECT_NE(*rdd.partitioner(), IndexPartitioner(indices, 5));
  EXPECT_NE(*rdd.partitioner(), HashPartitioner(4));
  EXPECT_NE(*rdd.partitionBy(4).partitioner(), IndexPartitioner(indices, 4));
  EXPECT_NE(*pairs(indices, 3, 1).partitionBy(sameRanges(indices, 4)).partitioner(), IndexPartitioner(indices, 4));
}

/// Operations by key give the same results, in the same order, as under a RangePartitioner with the same ranges.
TEST(IndexPartitioner, ResultsAreThoseOfOtherRanges) {
  for (const std::int64_t partitions : partitionCounts) {
    for (const std::int64_t size : {std::int64_t{5}, indices}) {
      SCOPED_TRACE(testing::Message() << size << " indices, " << partitions << " partitions");
      const std::int64_t filled = std::min(partitions, size);
      const auto left = pairs(size, 3, 5), right = pairs(size, 2, 11);
      const auto few = right.filter([](const Pair& pair) { return pair.first % 5 < 2; });
      const auto results = [&](const PartitioningSpec<std::int64_t>& by) {
        return std::tuple(partsOf(left.partitionBy(by)), partsOf(left.reduceByKey(std::plus<>(), by)),
                          partsOf(left.groupByKey(by)), partsOf(left.keys().distinct(by)), partsOf(left.join(few, by)),
                          partsOf(left.leftOuterJoin(few, by)), partsOf(few.fullOuterJoin(left, by)),
                          partsOf(left.cogroup(few, by)), partsOf(left.subtractByKey(few, by)),
                          partsOf(left.partitionBy(by).groupByKey()),
                          partsOf(left.partitionBy(by).reduceByKey(std::plus<>()).join(few.partitionBy(by))));
      };
      EXPECT_EQ(results(IndexPartitioner(size, filled)), results(sameRanges(size, filled)));
    }
  }
}

TEST(IndexPartitioner, SmallerTypesAreIndicesToo) {
  const auto bytes = context().range(0, 1000, 1, 3).map([](std::int64_t i) {
    return std::pair(static_cast<std::uint8_t>(i % 200), std::int64_t{1});
  });
  const auto counts = bytes.reduceByKey(std::plus<>(), IndexPartitioner(200, 3));
  EXPECT_EQ(counts.count(), 200);
  EXPECT_EQ(counts.values().distinct().collect(), (std::vector<std::int64_t>{5}));
  EXPECT_EQ(counts.sortByKey().first(), (std::pair<std::uint8_t, std::int64_t>(0, 5)));
  const auto letters =
      context().parallelize(std::vector<char>{'a', 'b', 'a'}).keyBy([](char letter) { return letter; });
  EXPECT_EQ(letters.countByKey().at('a'), 2);
  EXPECT_EQ(letters.groupByKey(IndexPartitioner(128, 3)).count(), 2);
}

TEST(IndexPartitioner, OnlyThePartitionsOfARangeAreRead) {
  const auto rdd = pairs(indices, 3, 0).partitionBy(IndexPartitioner(indices, 4)).cache();
  const auto between = [&rdd](std::int64_t least, std::int64_t greatest) {
    return rdd.filterByRange(least, greatest).count();
  };
  EXPECT_EQ(between(-5, indices + 5), 3 * indices);
  EXPECT_EQ(between(-5, -1), 0);
  EXPECT_EQ(between(indices, indices + 5), 0);
  EXPECT_EQ(between(749, 750), 6);
  EXPECT_EQ(between(0, 0), 3);
  EXPECT_EQ(between(indices - 1, indices - 1), 3);
}

TEST(IndexPartitioner, AKeyOutsideFailsTheTaskAndIsNamed) {
  for (const std::int64_t outside : {indices, std::int64_t{-1}}) {
    const auto rdd = pairs(indices, 3, 0).union_(context().parallelize(std::vector<Pair>{{outside, 1}}));
    const IndexPartitioner index(indices, 4);
    const auto isNamed = [&](const auto& failing) {
      const std::string message = messageOf<TaskError>([&] { failing.count(); });
      EXPECT_NE(message.find("the key " + std::to_string(outside) + " is not one of its indices: 0 to 2999"),
                std::string::npos)
          << message;
    };
    isNamed(rdd.partitionBy(index));
    isNamed(rdd.reduceByKey(std::plus<>(), index));
    isNamed(rdd.groupByKey(index));
    EXPECT_EQ(rdd.count(), 3 * indices + 1);
  }
}

}  // namespace
}  // namespace seltzer::test
