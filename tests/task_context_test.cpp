#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/errors.hpp>
#include <seltzer/task_context.hpp>

#include "fixture.hpp"
#include "scratch_folder.hpp"
#include "stopped_clock.hpp"

namespace seltzer::test {
namespace {

namespace fs = std::filesystem;

/// What a task says of itself, and the rank and local rank that the launcher gave the process.
struct Facts {
  std::uint64_t partition = 0;
  std::uint64_t partitions = 0;
  std::uint64_t attempt = 0;
  std::uint64_t stage = 0;
  std::uint64_t attemptId = 0;
  std::int32_t rank = 0;
  std::int32_t localRank = 0;
  std::int32_t launchedRank = 0;
  std::string host;
};

int launchedRank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    if (const char* rank = std::getenv(name)) return std::atoi(rank);
  }
  return 0;  // without a launcher
}

Facts factsOf(const TaskContext& task) {
  return {task.partitionId(), task.numPartitions(), task.attemptNumber(), task.stageId(), task.taskAttemptId(),
          task.rank(),        task.localRank(),     launchedRank(),       task.host()};
}

const auto facts = [](auto&) { return std::vector<Facts>{factsOf(TaskContext::get())}; };

/// Expects tasks of one stage, on the given partitions of `partitions`.
void expectFacts(const std::vector<Facts>& tasks, const std::vector<std::uint64_t>& which, std::uint64_t partitions) {
  ASSERT_EQ(tasks.size(), which.size());
  const std::vector<std::string> hosts = context().hosts();
  std::set<std::uint64_t> ids;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Facts& task = tasks[i];
    EXPECT_EQ(task.partition, which[i]);
    EXPECT_EQ(task.partitions, partitions);
    EXPECT_EQ(task.stage, tasks[0].stage);
    EXPECT_EQ(task.attempt, 0U);
    EXPECT_EQ(task.rank, task.launchedRank);
    ASSERT_LT(task.rank, context().ranks());
    int localRank = 0;
    for (int rank = 0; rank < task.rank; ++rank) localRank += hosts[static_cast<std::size_t>(rank)] == task.host;
    EXPECT_EQ(task.localRank, localRank);
    EXPECT_EQ(task.host, hosts[static_cast<std::size_t>(task.rank)]);
    ids.insert(task.attemptId);
  }
  EXPECT_EQ(ids.size(), tasks.size()) << "unique";
}

std::vector<std::uint64_t> upTo(std::int64_t count) {
  std::vector<std::uint64_t> numbers;
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(static_cast<std::uint64_t>(i));
  return numbers;
}

TEST(TaskContext, IsOnlyThereInTasks) {
  EXPECT_EQ(TaskContext::current(), nullptr);
  EXPECT_NE(messageOf<std::logic_error>([] { TaskContext::get(); }).find("no task is running"), std::string::npos);
  const auto same =
      context().range(0, 8, 1, 3).map([](std::int64_t) { return TaskContext::current() == &TaskContext::get(); });
  for (const bool is : same.collect()) EXPECT_TRUE(is);
  EXPECT_EQ(TaskContext::current(), nullptr);
}

TEST(TaskContext, KnowsPartitionStageAndRank) {
  std::set<std::uint64_t> stages;
  std::set<std::uint64_t> ids;
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().range(0, 5, 1, partitions).mapPartitions(facts);
    for (int job = 0; job < 2; ++job) {
      const std::vector<Facts> tasks = rdd.collect();
      expectFacts(tasks, upTo(partitions), static_cast<std::uint64_t>(partitions));
      EXPECT_TRUE(stages.insert(tasks[0].stage).second) << "every job has a stage of its own";
      for (const Facts& task : tasks) EXPECT_TRUE(ids.insert(task.attemptId).second);
    }
  }
}

TEST(TaskContext, CountsThePartitionsOfTheRDDInJobsOnSome) {
  const auto tasks = context().runJob(context().range(0, 8, 1, 8),
                                      [](std::size_t, auto&) { return factsOf(TaskContext::get()); }, {6, 1, 4});
  expectFacts(tasks, {6, 1, 4}, 8);
  EXPECT_EQ(context().range(0, 8, 1, 8).mapPartitions(facts).first().partitions, 8U);
}

TEST(TaskContext, IsThereInActionsAndOnTheMapSideOfShuffles) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto map = context().collectionAccumulator<Facts>();
    const auto reduce = context().collectionAccumulator<Facts>();
    const auto pairs = context().range(0, 100, 1, partitions).mapPartitions([map](auto& elements) {
      map.add({factsOf(TaskContext::get())});
      std::vector<std::pair<std::int64_t, std::int64_t>> all;
      for (const std::int64_t x : elements) all.emplace_back(x % 7, x);
      return all;
    });
    pairs.reduceByKey(std::plus<>(), 3).foreachPartition([reduce](auto&) {
      reduce.add({factsOf(TaskContext::get())});
    });
    expectFacts(map.value(), upTo(partitions), static_cast<std::uint64_t>(partitions));
    expectFacts(reduce.value(), upTo(3), 3);
    EXPECT_NE(map.value().at(0).stage, reduce.value().at(0).stage);
  }
}

TEST(TaskContext, NoTwoAttemptsHaveTheSameId) {
  const ScratchFolder folder;
  for (const std::int64_t partitions : partitionCounts) {
    context().range(0, partitions, 1, partitions).foreach (with(folder / "", [](const std::string& path, std::int64_t) {
      const TaskContext& task = TaskContext::get();
      std::ofstream(path + std::to_string(task.taskAttemptId()), std::ios::app) << task.attemptNumber();
      if (task.attemptNumber() < task.partitionId() % 4) throw std::runtime_error("again");
    }));
  }
  std::size_t attempts = 0;
  for (const std::int64_t partitions : partitionCounts) {
    for (std::int64_t p = 0; p < partitions; ++p) attempts += static_cast<std::size_t>(p % 4 + 1);
  }
  const auto ids = namesIn(folder / "");
  EXPECT_EQ(ids.size(), attempts);
  for (const std::string& id : ids) EXPECT_EQ(contentOf(folder / id).size(), 1U) << id;
}

/// The last rank's first task, that of the last partition, waits until the second one has begun, so another rank has to
/// run that.
TEST(TaskContext, RankIsTheOneThatRunsTheTask) {
  const ScratchFolder folder;
  const std::int64_t ranks = context().ranks();
  const auto last = 2 * ranks - 1;
  const auto gate = with(folder / "begun", [last](const std::string& path, std::int64_t x) {
    if (x == last - 1) std::ofstream(path) << "begun";
    for (int i = 0; last > 1 && x == last && i < 20'000 && !fs::exists(path); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return factsOf(TaskContext::get());
  });
  std::vector<std::int64_t> elements;
  for (std::int64_t i = 0; i <= last; ++i) elements.push_back(i);
  const std::vector<Facts> tasks = context().parallelize(elements, last + 1).map(gate).collect();
  expectFacts(tasks, upTo(last + 1), static_cast<std::uint64_t>(last + 1));
  const Facts& moved = tasks[static_cast<std::size_t>(last - 1)];
  EXPECT_EQ(moved.rank != ranks - 1, ranks > 1);
}

TEST(TaskContext, ReadsTheLocalPropertiesOfItsJob) {
  Context& sc = context();
  const auto read = sc.range(0, 8, 1, 8).map([](std::int64_t) {
    const TaskContext& task = TaskContext::get();
    return task.getLocalProperty("color").value_or("none") + "," + task.getLocalProperty("").value_or("none");
  });
  const auto expect = [&read](const std::string& text) {
    EXPECT_EQ(read.collect(), std::vector<std::string>(8, text));
    EXPECT_EQ(read.countByValue(), (OrderedMap<std::string, std::int64_t>{{text, 8}}));
    EXPECT_EQ(read.distinct(2).collect(), std::vector<std::string>{text}) << "on the map side";
  };
  EXPECT_EQ(sc.getLocalProperty("color"), std::nullopt);
  expect("none,none");
  sc.setLocalProperty("color", "blue");
  EXPECT_EQ(sc.getLocalProperty("color"), "blue");
  expect("blue,none");
  sc.setLocalProperty("color", std::string(1000, 'x'));
  sc.setLocalProperty("", "");
  expect(std::string(1000, 'x') + ",");
  sc.setLocalProperty("color", std::nullopt);
  sc.setLocalProperty("", std::nullopt);
  sc.setLocalProperty("never", std::nullopt);
  EXPECT_EQ(sc.getLocalProperty("color"), std::nullopt);
  expect("none,none");
}

TEST(TaskContext, LocalPropertiesAreSetOnTheDriver) {
  Context* const sc = &context();
  static Context* driver = nullptr;
  driver = sc;
  const auto set = context().range(0, 1, 1, 1).map([](std::int64_t x) {
    if (driver != nullptr) driver->setLocalProperty("color", "red");
    return x;
  });
  EXPECT_THROW(set.count(), NestedJobError);
  EXPECT_EQ(sc->getLocalProperty("color"), std::nullopt);
}

TEST(TaskContext, MetricsAreOfTheAttempt) {
  const StoppedClock clock;
  const auto times = context().range(0, 8, 1, 8).map([](std::int64_t x) {
    const TaskContext& task = TaskContext::get();
    StoppedClock::pass(task.attemptNumber() == 0 ? 100 : static_cast<int>(x));
    if (task.attemptNumber() == 0) throw std::runtime_error("again");
    const TaskMetrics metrics = task.taskMetrics();
    return std::pair(metrics.seconds(), metrics[Phase::execute].seconds);
  });
  const auto seconds = times.collect();
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    EXPECT_NEAR(seconds[i].first, static_cast<double>(i) * 1e-3, 1e-5);
    EXPECT_NEAR(seconds[i].second, static_cast<double>(i) * 1e-3, 1e-5);
  }
}

TEST(TaskContext, MetricsCountWhatTheTaskReadsFromFiles) {
  const ScratchFolder folder;
  writeContent(folder / "records", std::string(40'000, 'r'));
  for (const std::int64_t partitions : partitionCounts) {
    const auto read = context().collectionAccumulator<std::pair<std::uint64_t, std::uint64_t>>();
    const auto count = context().collectionAccumulator<std::int64_t>();
    context().binaryRecords(folder / "records", 8, partitions).foreachPartition([read, count](auto& records) {
      TaskContext::get().addTaskCompletionListener([read](TaskContext& task) {
        const PhaseMetrics execute = task.taskMetrics()[Phase::execute];
        read.add({{execute.bytes, execute.records}});
      });
      std::int64_t all = 0;
      for (const std::string_view record : records) all += record.size() == 8;
      count.add({all});
    });
    ASSERT_EQ(read.value().size(), count.value().size());
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < count.value().size(); ++i) {
      const auto records = static_cast<std::uint64_t>(count.value()[i]);
      EXPECT_EQ(read.value()[i], std::pair(8 * records, records)) << "of this task alone";
      sum += count.value()[i];
    }
    EXPECT_EQ(sum, 5000);
  }
}

TEST(TaskContext, SharesOutTheDevicesOfTheHost) {
  const auto devices = context().range(0, 8, 1, 8).map([](std::int64_t) {
    ::setenv("CUDA_VISIBLE_DEVICES", "4,5,6,7", 1);  // read at the first call
    const TaskContext& task = TaskContext::get();
    const auto& resources = task.resources();
    return std::tuple(task.rank(), resources.size(), resources.at("gpu").name, resources.at("gpu").addresses);
  });
  const std::vector<std::string> hosts = context().hosts();
  for (const auto& [rank, kinds, name, addresses] : devices.collect()) {
    std::size_t localRank = 0;
    std::size_t localRanks = 0;
    for (std::size_t other = 0; other < hosts.size(); ++other) {
      if (hosts[other] != hosts[static_cast<std::size_t>(rank)]) continue;
      ++localRanks;
      localRank += other < static_cast<std::size_t>(rank);
    }
    std::vector<std::string> expected;
    for (std::size_t i = localRank; i < 4; i += localRanks) expected.push_back(std::to_string(4 + i));
    if (expected.empty()) expected.push_back(std::to_string(4 + localRank % 4));
    EXPECT_EQ(kinds, 1U);
    EXPECT_EQ(name, "gpu");
    EXPECT_EQ(addresses, expected) << "rank " << rank;
  }
}

}  // namespace
}  // namespace seltzer::test
