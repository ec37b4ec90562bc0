#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/block/partition_map.hpp>
#include <seltzer/detail/data/block/shuffle_buckets.hpp>
#include <seltzer/detail/data/wire/reader.hpp>

namespace {

using seltzer::detail::PartitionMap;
using seltzer::detail::ShuffleBuckets;
using seltzer::detail::ShuffleFrame;

struct Text {
  std::string text;
  bool isEmpty() const { return text.empty(); }
};

/// More partitions than fit into any memory.
constexpr std::size_t tooMany = std::size_t{1} << 50;

TEST(PartitionMap, IsAMapOfPartitions) {
  std::mt19937_64 random(7);
  for (const std::size_t partitions : {1, 2, 64, 65, 100, 1000, 100'000}) {
    for (const std::size_t times : {0, 1, 5, 20, 200, 5000}) {
      PartitionMap<Text> map(partitions);
      std::map<std::size_t, std::string> expected;
      for (std::size_t i = 0; i < times; ++i) {
        const std::size_t partition = random() % partitions;
        map[partition].text += std::to_string(i) + ",";
        expected[partition] += std::to_string(i) + ",";
      }
      std::map<std::size_t, std::string> found;
      for (std::size_t p = map.next(0, partitions); p < partitions; p = map.next(p + 1, partitions)) {
        found[p] = map[p].text;
      }
      EXPECT_EQ(found, expected) << partitions << " partitions, " << times << " times";
    }
  }
}

TEST(PartitionMap, NextStaysInARangeAndPassesWhatWasEmptied) {
  for (const std::size_t partitions : {std::size_t{40}, std::size_t{100'000}}) {
    PartitionMap<Text> map(partitions);
    for (const std::size_t partition : {3, 7, 30}) map[partition].text = "x";
    EXPECT_EQ(map.next(0, 3), 3u);
    EXPECT_EQ(map.next(4, 7), 7u);
    EXPECT_EQ(map.next(4, partitions), 7u);
    EXPECT_EQ(map.next(8, 20), 20u);
    map[7].text.clear();
    EXPECT_EQ(map.next(4, partitions), 30u);
    EXPECT_EQ(map.next(31, partitions), partitions);
  }
}

TEST(PartitionMap, CostsWhatIsInIt) {
  PartitionMap<Text> map(tooMany);
  for (std::size_t i = 0; i < 1000; ++i) map[i * i * i * 977].text = "x";
  EXPECT_EQ(map.size(), 1000u);
  std::size_t count = 0;
  for (std::size_t p = map.next(0, tooMany); p < tooMany; p = map.next(p + 1, tooMany)) ++count;
  EXPECT_EQ(count, 1000u);
  PartitionMap<Text> row(10'000);
  for (std::size_t i = 0; i < 1249; ++i) row[i].text = "x";
  EXPECT_EQ(row.size(), 1249u);
}

TEST(ShuffleBuckets, CostWhatIsInThem) {
  ShuffleBuckets buckets(tooMany);
  const std::vector<std::size_t> partitions = {tooMany - 1, 12, 1 << 20, 12};
  for (const std::size_t partition : partitions) {
    buckets.add(partition, [partition](auto& writer) { writer << std::uint64_t{partition}; });
  }
  buckets.complete();
  std::vector<std::size_t> found;
  ShuffleFrame frame;
  for (std::size_t p = buckets.next(0, tooMany); p < tooMany; p = buckets.next(p, tooMany)) {
    ASSERT_TRUE(buckets.take(p, frame));
    EXPECT_EQ(frame.records, p == 12 ? 2u : 1u);
    found.push_back(p);
  }
  EXPECT_EQ(found, (std::vector<std::size_t>{12, 1 << 20, tooMany - 1}));
  EXPECT_FALSE(buckets.take(12, frame));
}

}  // namespace
