#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/errors.hpp>

#include "checkpoint_fixture.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

TEST_F(Checkpoint, IsWrittenByTheFirstJobWithoutComputingTwice) {
  for (const std::int64_t partitions : partitionCounts) {
    const Counted counted(3000, partitions);
    counted.rdd.checkpoint();
    EXPECT_FALSE(counted.rdd.isCheckpointed());
    EXPECT_EQ(counted.rdd.getCheckpointFile(), std::nullopt);
    EXPECT_FALSE(counted.rdd.isCached());
    EXPECT_EQ(counted.rdd.collect(), counted.elements);
    EXPECT_TRUE(counted.rdd.isCheckpointed());
    EXPECT_EQ(counted.calls.value(), 3000);
    EXPECT_TRUE(fs::exists(*counted.rdd.getCheckpointFile()));
    EXPECT_EQ(counted.rdd.collect(), counted.elements);
    EXPECT_EQ(counted.rdd.coalesce(1).collect(), counted.elements);
    EXPECT_EQ(counted.calls.value(), 3000);
    EXPECT_EQ(counted.rdd.toDebugString().find("range"), std::string::npos) << "its parents are forgotten";
    EXPECT_FALSE(counted.rdd.isCached());
  }
}

TEST_F(Checkpoint, OfAnAncestorAndOfAPartOfThePartitions) {
  const Counted counted(800, 8);
  counted.rdd.checkpoint();
  const auto next = counted.rdd.map([](std::int64_t x) { return x / 3; });
  EXPECT_EQ(next.take(3), (Numbers{0, 1, 2}));
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.calls.value(), 800);
  EXPECT_EQ(next.sum(), 799 * 400);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 800);
}

TEST_F(Checkpoint, ChildrenThatExistReadIt) {
  const auto source = context().range(0, 3000, 1, 5).map([](std::int64_t x) { return Pair(x % 100, x); });
  const auto reduced = source.reduceByKey(std::plus<>(), 3);
  const auto child = reduced.mapValues([](std::int64_t x) { return x + 1; });
  const auto before = child.collect();
  const auto reducedBefore = reduced.collect();
  reduced.checkpoint();
  EXPECT_EQ(reduced.count(), 100);
  EXPECT_TRUE(reduced.isCheckpointed());
  EXPECT_EQ(child.collect(), before);
  EXPECT_EQ(reduced.collect(), reducedBefore);
  EXPECT_EQ(reduced.join(child).count(), 100);
  EXPECT_EQ(reduced.partitioner()->numPartitions(), 3U);
  child.checkpoint();
  EXPECT_EQ(child.collect(), before);
  const auto grandchild = child.keys();
  EXPECT_EQ(grandchild.count(), 100);
  fs::remove_all(*child.getCheckpointFile());
  EXPECT_THROW(grandchild.collect(), TaskError);
}

TEST_F(Checkpoint, InChainsOfUnions) {
  RDD<std::int64_t> all = context().range(0, 10, 1, 2);
  Numbers expected = all.collect();
  for (std::int64_t round = 1; round < 40; ++round) {
    all = all + context().range(round * 10, round * 10 + 10, 1, 1 + round % 3);
    for (std::int64_t i = 0; i < 10; ++i) expected.push_back(round * 10 + i);
    if (round % 7 == 3) all.checkpoint();
    EXPECT_TRUE(round % 5 != 0 || all.collect() == expected);
  }
  EXPECT_EQ(all.collect(), expected);
  EXPECT_EQ(all.map([](std::int64_t x) { return x; }).take(200), Numbers(expected.begin(), expected.begin() + 200));
}

TEST_F(Checkpoint, EveryKindOfElement) {
  const auto check = [](const auto& elements) {
    const auto rdd = context().parallelize(elements, 3).map([](const auto& x) { return x; });
    rdd.checkpoint();
    EXPECT_EQ(rdd.collect(), elements);
    EXPECT_TRUE(rdd.isCheckpointed());
    EXPECT_EQ(rdd.collect(), elements);
    EXPECT_EQ(rdd.coalesce(1).collect(), elements);
  };
  check(someStrings(3000));
  check(someReadings(1000));
  check(someTickets(3000));
  check(std::vector<std::string>());
  const auto texts = someStrings(3000);
  const auto source = context().parallelize(texts, 3);
  source.checkpoint();
  const auto views = source.map([](const std::string& text) { return std::string_view(text); });
  views.checkpoint();
  EXPECT_EQ(views.collect(), texts);
  EXPECT_TRUE(source.isCheckpointed());
  EXPECT_TRUE(views.isCheckpointed());
  EXPECT_EQ(views.collect(), texts);
  EXPECT_EQ(views.take(5), std::vector<std::string>(texts.begin(), texts.begin() + 5));
  EXPECT_EQ(source.collect(), texts);
}

TEST_F(Checkpoint, StoredOnesStayStored) {
  const Counted counted(800, 8);
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK).checkpoint();
  counted.rdd.count();
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_TRUE(counted.rdd.isCached());
  fs::rename(*counted.rdd.getCheckpointFile(), other_ / "moved");
  EXPECT_EQ(counted.rdd.collect(), counted.elements) << "from the ranks";
  counted.rdd.unpersist();
  EXPECT_THROW(counted.rdd.collect(), TaskError);
  fs::rename(other_ / "moved", *counted.rdd.getCheckpointFile());
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 800);
}

TEST_F(Checkpoint, LocalOnesForgetTheirParents) {
  const Counted counted(800, 8);
  counted.rdd.localCheckpoint();
  const auto child = counted.rdd.map([](std::int64_t x) { return x; });
  EXPECT_EQ(child.take(1), Numbers{0});
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.rdd.getCheckpointFile(), std::nullopt);
  EXPECT_EQ(child.collect(), counted.elements);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 800);
  EXPECT_EQ(counted.rdd.toDebugString().find("range"), std::string::npos);
  counted.rdd.checkpoint();
  EXPECT_EQ(child.collect(), counted.elements);
  EXPECT_NE(counted.rdd.getCheckpointFile(), std::nullopt);
  const Counted lost(80, 3);
  lost.rdd.localCheckpoint();
  EXPECT_EQ(lost.rdd.count(), 80);
  lost.rdd.unpersist();
  const std::string message = messageOf<TaskError>([&] { lost.rdd.collect(); });
  EXPECT_NE(message.find("local checkpoint"), std::string::npos) << message;
}

TEST_F(Checkpoint, ALongChainIsCutInPieces) {
  auto rdd = context().range(0, 20, 1, 3).map([](std::int64_t x) { return x; });
  const int maps = context().ranks() == 1 ? 1'000'000 : 30'000;
  for (int i = 1; i <= maps; ++i) {
    rdd = rdd.map([](std::int64_t x) { return x + 1; });
    if (i % 1000 != 0) continue;
    if (i % 2000 == 0) {
      rdd.checkpoint();
    } else {
      rdd.localCheckpoint();
    }
    rdd.count();
  }
  EXPECT_EQ(rdd.first(), maps);
  EXPECT_EQ(rdd.sum(), 20 * std::int64_t{maps} + 190);
}

TEST_F(Checkpoint, OfAPartitionThatATaskReadsTwice) {
  const Counted counted(100, 3);
  counted.rdd.checkpoint();
  EXPECT_EQ(counted.rdd.zip(counted.rdd).count(), 100);
  EXPECT_EQ(counted.calls.value(), 200) << "no attempt failed";
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
}

TEST_F(Checkpoint, LocalOnesThatAreUnpersistedBeforeAJobKeepTheirParents) {
  const Counted counted(100, 3);
  counted.rdd.localCheckpoint();
  counted.rdd.unpersist();
  EXPECT_EQ(counted.rdd.count(), 100);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_FALSE(counted.rdd.isCheckpointed());
  counted.rdd.localCheckpoint();
  counted.rdd.unpersist();
  counted.rdd.persist(StorageLevel::MEMORY_ONLY);
  EXPECT_EQ(counted.rdd.count(), 100);
  EXPECT_EQ(counted.rdd.getStorageLevel(), StorageLevel::MEMORY_AND_DISK) << "nothing may be dropped";
  counted.rdd.cache();
  EXPECT_EQ(counted.rdd.getStorageLevel(), StorageLevel::MEMORY_AND_DISK) << "as it lasts";
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
}

TEST_F(Checkpoint, OfADirectoryThatCannotBeMade) {
  EXPECT_EQ(context().getCheckpointDir(), std::optional(fs::path(folder_ / "").lexically_normal().string()));
  EXPECT_THROW(context().setCheckpointDir(""), UsageError);
  std::ofstream(folder_ / "file") << "text";
  EXPECT_THROW(context().setCheckpointDir(folder_ / "file"), OutputError);
  EXPECT_THROW(context().setCheckpointDir(folder_ / "file/below"), OutputError);
}

TEST_F(Checkpoint, AJobWhoseCheckpointCannotBeWrittenFailsAndTheNextTriesAgain) {
  const Counted counted(80, 3);
  counted.rdd.checkpoint();
  const fs::path directory = *context().getCheckpointDir();
  fs::remove_all(directory);
  std::ofstream(directory.parent_path().string() + "x") << "";
  fs::rename(directory.parent_path().string() + "x",
             directory.string().substr(0, directory.string().find_last_not_of('/') + 1));
  EXPECT_THROW(counted.rdd.count(), TaskError);
  EXPECT_FALSE(counted.rdd.isCheckpointed());
  fs::remove(directory.string().substr(0, directory.string().find_last_not_of('/') + 1));
  EXPECT_EQ(counted.rdd.count(), 80);
  EXPECT_TRUE(counted.rdd.isCheckpointed());
  EXPECT_EQ(counted.calls.value(), 80);
}

}  // namespace
}  // namespace seltzer::test
