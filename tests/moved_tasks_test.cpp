#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <seltzer/errors.hpp>
#include <seltzer/task_context.hpp>

#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;
using Numbers = std::vector<std::int64_t>;

/// Elements 0 to 2R - 1 in as many partitions: each of R ranks has two tasks.
Numbers twoForEachRank() {
  Numbers numbers;
  for (std::int64_t i = 0; i < 2 * context().ranks(); ++i) numbers.push_back(i);
  return numbers;
}

/// The last rank's first task, that of the last partition, waits until the rank's second one has begun, so that another
/// rank has to run that one. It waits at most 20 s, so that a failing test ends.
class MovedTasks : public testing::Test {
 protected:
  /// A function of the elements, for a job that is called `name`.
  auto gated(const std::string& name) const {
    const std::int64_t last = 2 * context().ranks() - 1;
    const bool alone = context().ranks() == 1;
    return with(std::string(folder_ / name), [last, alone](const std::string& path, std::int64_t x) {
      if (x == last - 1) std::ofstream(path) << "begun";
      for (int i = 0; !alone && x == last && i < 20'000 && !fs::exists(path); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      return 3 * x;
    });
  }

  RDD<std::int64_t> moving(const std::string& name) const {
    return context().parallelize(twoForEachRank(), 2 * context().ranks()).map(gated(name));
  }

  Numbers expected() const {
    Numbers numbers = twoForEachRank();
    for (std::int64_t& x : numbers) x *= 3;
    return numbers;
  }

  static std::uint64_t moved() { return context().stats().total.movedTasks; }

  ScratchFolder folder_;
};

TEST_F(MovedTasks, GiveTheSameResults) {
  const std::uint64_t before = moved();
  EXPECT_EQ(moving("collect").collect(), expected());
  const std::int64_t ranks = context().ranks();
  EXPECT_TRUE(ranks == 1 ? moved() == before : moved() > before);
  const auto pairs = moving("pairs").map([](std::int64_t x) { return std::pair(x % 2, std::to_string(x)); });
  std::vector<std::pair<std::int64_t, std::string>> byHand{{0, ""}, {1, ""}};
  for (const std::int64_t x : expected()) byHand[static_cast<std::size_t>(x % 2)].second += std::to_string(x);
  EXPECT_EQ(pairs.reduceByKey(std::plus<>(), 3).sortByKey().collect(), byHand) << "in the order of partitions";
  EXPECT_EQ(moving("repartition").repartition(3).collect(), expected());
  EXPECT_EQ(moving("tree").treeReduce(std::plus<>()), 3 * ranks * (2 * ranks - 1));
}

TEST_F(MovedTasks, SaveAtMostTheirOwnTime) {
  moving("saved").count();
  const StageStatistics stage = context().stats().stages.back();
  EXPECT_EQ(stage.operation, "count");
  EXPECT_EQ(stage.tasks, 2 * static_cast<std::uint64_t>(context().ranks()));
  EXPECT_LT(stage.movedTasks, stage.tasks);
  EXPECT_EQ(stage.movedTasks > 0, context().ranks() > 1);
  EXPECT_EQ(stage.movedSeconds > 0, context().ranks() > 1);
  EXPECT_LE(std::abs(stage.savedSeconds), stage.movedSeconds * 1.000001);
}

TEST_F(MovedTasks, AddToAccumulatorsInTheOrderOfPartitions) {
  const auto texts = context().collectionAccumulator<std::int64_t>("moved");
  moving("accumulator").foreach ([texts](std::int64_t x) { texts.add({x}); });
  EXPECT_EQ(texts.value(), expected());
}

TEST_F(MovedTasks, StoredPartitionsAreReadWhereTheyAre) {
  const auto calls = context().accumulator(std::int64_t{0});
  const auto stored = moving("stored")
                          .map([calls](std::int64_t x) {
                            calls.add(1);
                            return x + 1;
                          })
                          .persist(StorageLevel::MEMORY_AND_DISK);
  const std::int64_t sum = stored.sum();
  const std::int64_t all = 2 * context().ranks();
  EXPECT_EQ(calls.value(), all);
  const auto scattered = [] {
    const Statistics statistics = context().stats();
    return statistics.total[Phase::scatter].bytes;
  };
  const auto shifted = stored.map([](std::int64_t x) { return x - 1; });
  const auto both = shifted.union_(stored);
  const std::uint64_t before = scattered();
  EXPECT_EQ(stored.sum(), sum);
  EXPECT_EQ(shifted.collect(), expected());
  EXPECT_EQ(both.sum(), 2 * sum - all);
  EXPECT_EQ(scattered(), before) << "no partition was sent";
  EXPECT_EQ(calls.value(), all);
  EXPECT_EQ(stored.coalesce(1).sum(), sum) << "sent to where they are needed";
  EXPECT_EQ(calls.value(), all);
  std::uint64_t partitions = 0;
  for (const RDDInfo& info : context().getRDDStorageInfo()) {
    if (info.id != stored.id()) continue;
    for (const RankStorage& rank : info.ranks) partitions += rank.partitions;
  }
  EXPECT_EQ(partitions, static_cast<std::uint64_t>(all));
  stored.unpersist();
  EXPECT_EQ(shifted.collect(), expected());
  EXPECT_EQ(calls.value(), 2 * all);
}

TEST_F(MovedTasks, ParentsOfAUnionAreFetchedFromWhereTheyAre) {
  const std::int64_t partitions = 2 * context().ranks();
  const IndexPartitioner indices(partitions, partitions);
  const auto paired = [&](std::int64_t more) {
    return context()
        .parallelize(twoForEachRank(), partitions)
        .map([more](std::int64_t x) { return std::pair(x, x + more); })
        .partitionBy(indices);
  };
  context().setCheckpointDir(folder_ / "checkpoints");
  const auto source = paired(0);  // read from files, its tasks may move
  source.checkpoint();
  source.count();
  const std::uint64_t before = moved();
  const auto stored = source.mapValues(gated("union")).persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(stored.count(), partitions);
  EXPECT_EQ(moved() > before, context().ranks() > 1);
  const auto both = stored + paired(100);
  EXPECT_EQ(both.getNumPartitions(), static_cast<std::size_t>(partitions));
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> byHand;
  for (const std::int64_t x : twoForEachRank()) byHand.push_back({{x, 3 * x}, {x, x + 100}});
  EXPECT_EQ(both.glom().collect(), byHand);
}

TEST_F(MovedTasks, FilesOfUnequalSizeKeepTheirOrder) {
  fs::create_directory(folder_ / "files");
  std::vector<std::pair<std::string, std::size_t>> sizes;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < 12; ++i) {
    const std::string path = folder_ / ("files/" + std::to_string(10 + i));
    const std::string text((i * 7 + 5) % 12 * 1000, 'x');
    std::ofstream(path) << text;
    sizes.emplace_back(path, text.size());
    if (!text.empty()) lines.push_back(text);
  }
  for (const std::int64_t partitions : partitionCounts) {
    const auto files = context().wholeTextFiles(folder_ / "files", partitions);
    const auto sized = files.map([](const auto& file) { return std::pair(file.first, file.second.size()); });
    EXPECT_EQ(sized.collect(), sizes);
    EXPECT_EQ(sized.repartition(3).collect(), sizes);
    EXPECT_EQ(context().textFile(folder_ / "files", partitions).collect(), lines);
  }
}

TEST_F(MovedTasks, FailWithTheirPartition) {
  const std::int64_t last = 2 * context().ranks() - 1;
  const auto failing = moving("failing").map([last](std::int64_t x) {
    if (x == 3 * (last - 1)) throw std::runtime_error("the moved one fails");
    return x;
  });
  try {
    failing.count();
    ADD_FAILURE() << "the task did not fail";
  } catch (const TaskError& error) {
    EXPECT_EQ(error.failure().partition, static_cast<std::size_t>(last - 1));
    EXPECT_NE(std::string(error.what()).find("the moved one fails"), std::string::npos);
  }
  EXPECT_EQ(moving("again").collect(), expected());
}

}  // namespace
}  // namespace seltzer::test
