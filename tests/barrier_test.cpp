#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/errors.hpp>
#include <seltzer/mpi.hpp>
#include <seltzer/task_context.hpp>

#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

Numbers upTo(std::int64_t count) {
  Numbers numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  return numbers;
}

/// The sum of the elements.
const auto sumOf = [](auto& elements) {
  std::int64_t sum = 0;
  for (const std::int64_t x : elements) sum += x;
  return sum;
};

/// The sum of a number of each task of the stage, by messages.
std::int64_t sumOverTasks(std::int64_t mine) {
  std::int64_t sum = 0;
  for (const std::string& theirs : BarrierTaskContext::get().allGather(std::to_string(mine))) sum += std::stoll(theirs);
  return sum;
}

/// (number of partitions, the total) from each task that exchanged the sums of its elements.
template <class Input>
auto totals(const Input& input) {
  return input.barrier().mapPartitions([](auto& elements) {
    const std::int64_t sum = sumOf(elements);
    const auto tasks = static_cast<std::int64_t>(BarrierTaskContext::get().numPartitions());
    return std::vector{std::pair(tasks, sumOverTasks(sum))};
  });
}

/// Calls `body(partitions)` for each number of partitions that a barrier stage may have here.
template <class Body>
void forPartitions(Body body) {
  for (std::int64_t partitions = 1; partitions <= context().ranks(); ++partitions) {
    SCOPED_TRACE(testing::Message() << partitions << " partitions");
    body(partitions);
  }
}

TEST(Barrier, TasksExchangeWhatTheyComputed) {
  for (const std::int64_t size : {0, 1, 2, 1000}) {
    forPartitions([&](std::int64_t partitions) {
      const auto rdd = totals(context().parallelize(upTo(size), partitions));
      const std::vector expected(static_cast<std::size_t>(partitions), std::pair(partitions, size * (size - 1) / 2));
      EXPECT_EQ(rdd.collect(), expected);
      EXPECT_EQ(rdd.count(), partitions) << "again, by another action";
    });
  }
}

TEST(Barrier, MessagesComeInTheOrderOfPartitions) {
  forPartitions([](std::int64_t partitions) {
    for (const std::size_t unit : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{300'000}}) {
      const auto lengths = context()
                               .range(0, partitions, 1, partitions)
                               .barrier()
                               .mapPartitionsWithIndex<std::int64_t>([unit](std::size_t index, auto&, auto& emit) {
                                 const std::string mine(unit * index, static_cast<char>('a' + index));
                                 const auto all = BarrierTaskContext::get().allGather(mine);
                                 for (std::size_t task = 0; task < all.size(); ++task) {
                                   if (all[task] != std::string(unit * task, static_cast<char>('a' + task)))
                                     throw std::logic_error("another message");
                                   emit(static_cast<std::int64_t>(all[task].size()));
                                 }
                               })
                               .collect();
      Numbers expected;
      for (std::int64_t task = 0; task < partitions; ++task) {
        for (std::int64_t i = 0; i < partitions; ++i) expected.push_back(i * static_cast<std::int64_t>(unit));
      }
      EXPECT_EQ(lengths, expected);
    }
  });
}

TEST(Barrier, NoTaskPassesABarrierBeforeAllHaveReachedIt) {
  forPartitions([](std::int64_t partitions) {
    const ScratchFolder scratch;
    std::filesystem::create_directory(scratch / "steps");
    const auto rounds =
        context()
            .range(0, partitions, 1, partitions)
            .barrier()
            .mapPartitions(with(std::string(scratch / "steps"),
                                [](const std::string& folder, auto&) {
                                  auto& task = BarrierTaskContext::get();
                                  std::int64_t seen = 0;
                                  for (int round = 0; round < 20; ++round) {
                                    const std::string name = folder + "/" + std::to_string(round) + "-";
                                    std::filesystem::create_directory(name + std::to_string(task.partitionId()));
                                    task.barrier();
                                    for (std::size_t other = 0; other < task.numPartitions(); ++other) {
                                      seen += std::filesystem::exists(name + std::to_string(other)) ? 1 : 0;
                                    }
                                  }
                                  return std::vector{seen};
                                }))
            .collect();
    EXPECT_EQ(rounds, Numbers(static_cast<std::size_t>(partitions), 20 * partitions));
  });
}

TEST(Barrier, EachTaskHasARankOfItsOwn) {
  forPartitions([](std::int64_t partitions) {
    // coalesce alone would put several tasks on a rank
    const auto ranks = context()
                           .range(0, 100, 1, 4 * context().ranks())
                           .coalesce(partitions)
                           .barrier()
                           .mapPartitions([](auto&) {
                             auto& task = BarrierTaskContext::get();
                             const auto infos = task.getTaskInfos();
                             const auto& mine = infos.at(task.partitionId());
                             if (mine.rank != task.rank() || mine.host != task.host())
                               throw std::logic_error("not mine");
                             std::vector<int> all;
                             for (const auto& info : infos) all.push_back(info.rank);
                             return all;
                           })
                           .glom()
                           .collect();
    ASSERT_EQ(ranks.size(), static_cast<std::size_t>(partitions));
    for (const auto& seen : ranks) EXPECT_EQ(seen, ranks[0]);
    std::vector<int> distinct = ranks[0];
    std::ranges::sort(distinct);
    EXPECT_EQ(std::ranges::adjacent_find(distinct), distinct.end());
    EXPECT_EQ(distinct.size(), static_cast<std::size_t>(partitions));
  });
}

TEST(Barrier, TheCommunicatorHasTheTasksInTheOrderOfPartitions) {
  forPartitions([](std::int64_t partitions) {
    const auto seen = context()
                          .range(0, 10 * partitions, 1, partitions)
                          .barrier()
                          .mapPartitionsWithIndex([](std::size_t index, auto& elements) {
                            auto& task = BarrierTaskContext::get();
                            const MPI_Comm comm = task.communicator();
                            if (task.communicator() != comm) throw std::logic_error("another communicator");
                            int rank = -1;
                            int size = 0;
                            MPI_Comm_rank(comm, &rank);
                            MPI_Comm_size(comm, &size);
                            if (static_cast<std::size_t>(rank) != index) throw std::logic_error("another rank");
                            auto sum = std::make_shared<std::int64_t>(sumOf(elements));
                            MPI_Request request = MPI_REQUEST_NULL;
                            MPI_Iallreduce(MPI_IN_PLACE, sum.get(), 1, MPI_INT64_T, MPI_SUM, comm, &request);
                            task.wait(request, sum);
                            std::int64_t blocking = rank;
                            MPI_Allreduce(MPI_IN_PLACE, &blocking, 1, MPI_INT64_T, MPI_MAX, comm);
                            return std::vector<std::int64_t>{size, *sum, blocking};
                          })
                          .collect();
    Numbers expected;
    for (std::int64_t task = 0; task < partitions; ++task) {
      expected.insert(expected.end(), {partitions, 10 * partitions * (10 * partitions - 1) / 2, partitions - 1});
    }
    EXPECT_EQ(seen, expected);
  });
}

TEST(Barrier, MorePartitionsThanRanksAreRefused) {
  const std::int64_t ranks = context().ranks();
  const std::string what = messageOf<UsageError>([&] { totals(context().range(0, 10, 1, ranks + 1)); });
  EXPECT_NE(what.find(std::to_string(ranks + 1) + " partitions and " + std::to_string(ranks) + " rank"),
            std::string::npos)
      << what;
  EXPECT_NE(what.find("repartition(" + std::to_string(ranks) + ")"), std::string::npos) << what;
  EXPECT_NE(what.find("barrier_test.cpp"), std::string::npos) << what;
}

TEST(Barrier, WhatWouldRunOnlySomeTasksIsRefused) {
  if (context().ranks() == 1) return;
  const auto rdd = totals(context().range(0, 10, 1, context().ranks()));
  const auto input = context().range(0, 4, 1, 2).map([](auto x) { return std::pair(x, x); });
  const auto some = [](auto call) {
    EXPECT_NE(messageOf<UsageError>(call).find("does not read each partition once"), std::string::npos);
  };
  some([&] { rdd.first(); });
  some([&] { rdd.take(1); });
  some([&] {
    auto elements = rdd.toLocalIterator();
    static_cast<void>(*elements.begin());
  });
  const auto combined = [](auto call) {
    EXPECT_NE(messageOf<UsageError>(call).find("combines or repeats partitions"), std::string::npos);
  };
  combined([&] { rdd.coalesce(1).collect(); });
  combined([&] { rdd.union_(input).count(); });
  combined([&] { rdd.union_(rdd).collect(); });
  combined([&] { rdd.cartesian(rdd).count(); });
  const auto stored = rdd.map([](const auto& x) { return x; }).persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(stored.count(), context().ranks());
  EXPECT_EQ(stored.take(1), rdd.repartition(1).take(1));
  EXPECT_EQ(stored.union_(input).count(), context().ranks() + 4) << "the stored ones need no barrier stage";
  EXPECT_EQ(rdd.repartition(1).union_(input).count(), context().ranks() + 4)
      << "after a shuffle there is another stage";
}

TEST(Barrier, NarrowOperationsComeBeforeAndAfterInTheSameStage) {
  forPartitions([](std::int64_t partitions) {
    const auto before =
        context().parallelize(upTo(100), partitions).map([](auto x) { return 2 * x; }).filter([](auto x) {
          return x % 3 == 0;
        });
    const auto once = totals(before).map([](const auto& pair) { return pair.second; });
    const auto twice = totals(once);
    std::int64_t sum = 0;
    for (std::int64_t x = 0; x < 100; ++x) sum += 2 * x % 3 == 0 ? 2 * x : 0;
    EXPECT_EQ(once.collect(), Numbers(static_cast<std::size_t>(partitions), sum));
    EXPECT_EQ(twice.collect(),
              std::vector(static_cast<std::size_t>(partitions), std::pair(partitions, partitions * sum)));
    EXPECT_EQ(once.zip(once).count(), partitions);
  });
}

TEST(Barrier, ShufflesBeforeAndAfter) {
  forPartitions([](std::int64_t partitions) {
    const auto counts = context()
                            .parallelize(upTo(1000), 7)
                            .map([](auto x) { return std::pair(x % 10, std::int64_t{1}); })
                            .reduceByKey(std::plus<>(), partitions);
    const auto shares = counts.barrier().mapPartitions([](auto& elements) {
      std::vector<std::pair<std::int64_t, std::int64_t>> mine;
      for (const auto& pair : elements) mine.push_back(pair);
      std::int64_t sum = 0;
      for (const auto& pair : mine) sum += pair.second;
      const std::int64_t total = sumOverTasks(sum);
      for (auto& pair : mine) pair.second = 100 * pair.second / total;
      return mine;
    });
    std::vector<std::pair<std::int64_t, std::int64_t>> expected;
    for (std::int64_t key = 0; key < 10; ++key) expected.emplace_back(key, 10);
    EXPECT_EQ(shares.sortByKey(true, 3).collect(), expected);
  });
}

TEST(Barrier, StoredInputAndOutput) {
  forPartitions([](std::int64_t partitions) {
    const auto calls = context().accumulator(std::int64_t{0});
    const auto input = context().parallelize(upTo(100), partitions).map([](auto x) { return x + 1; }).cache();
    EXPECT_EQ(input.count(), 100);
    const auto output = totals(input).map([calls](const auto& pair) {
      calls.add(1);
      return pair.second;
    });
    output.persist(StorageLevel::MEMORY_AND_DISK);
    for (int job = 0; job < 3; ++job) EXPECT_EQ(output.collect(), Numbers(static_cast<std::size_t>(partitions), 5050));
    EXPECT_EQ(calls.value(), partitions);
    output.unpersist();
    EXPECT_EQ(output.count(), partitions);
    const auto dropped = output.map([](auto x) { return x; }).cache();  // where memory is scarce, in part
    for (int job = 0; job < 3; ++job) EXPECT_EQ(dropped.collect(), Numbers(static_cast<std::size_t>(partitions), 5050));
  });
}

TEST(Barrier, CheckpointsOfIt) {
  const ScratchFolder scratch;
  context().setCheckpointDir(scratch / "checkpoints");
  const auto rdd = totals(context().parallelize(upTo(100), context().ranks()));
  const auto failing = rdd.map([](const auto& pair) {
    const auto& task = TaskContext::get();
    if (task.partitionId() == 0 && task.stageAttemptNumber() == 0 && !task.isBarrier())
      throw std::logic_error("no barrier");
    if (task.partitionId() == 0 && task.isBarrier() && task.stageAttemptNumber() < 2)
      throw std::runtime_error("too early");
    return pair.second;
  });
  failing.checkpoint();
  const Numbers expected(static_cast<std::size_t>(context().ranks()), 4950);
  EXPECT_EQ(failing.collect(), expected);
  EXPECT_EQ(failing.collect(), expected);
  EXPECT_EQ(failing.take(1), Numbers{4950});
}

/// Where a task fails.
enum class Place : std::uint8_t { before, between, after, waiting, none };

/// A stage whose task `who` throws at a place, in its attempts before `attempts`.
auto failingAt(Place place, std::size_t who, std::size_t attempts, std::int64_t partitions) {
  return context()
      .range(0, 10 * partitions, 1, partitions)
      .barrier()
      .mapPartitionsWithIndex([place, who, attempts](std::size_t index, auto& elements) {
        auto& task = BarrierTaskContext::get();
        const bool fails = index == who && task.stageAttemptNumber() < attempts;
        const auto failAt = [&](Place here) {
          if (fails && place == here) throw std::runtime_error("on purpose");
        };
        failAt(Place::before);
        task.barrier();
        const std::int64_t sum = sumOf(elements);
        failAt(Place::between);
        const std::int64_t total = sumOverTasks(sum);
        if (place == Place::waiting) {
          const MPI_Comm comm = task.communicator();
          failAt(Place::waiting);
          auto copy = std::make_shared<std::int64_t>(sum);
          MPI_Request request = MPI_REQUEST_NULL;
          MPI_Iallreduce(MPI_IN_PLACE, copy.get(), 1, MPI_INT64_T, MPI_SUM, comm, &request);
          task.wait(request, copy);
          if (*copy != total) throw std::logic_error("another total");
        }
        failAt(Place::after);
        return std::vector{total, static_cast<std::int64_t>(task.stageAttemptNumber())};
      });
}

constexpr std::array places = {Place::before, Place::between, Place::after, Place::waiting};

TEST(Barrier, AllTasksAreTriedAgainIfOneFails) {
  forPartitions([](std::int64_t partitions) {
    for (const Place place : places) {
      for (std::size_t who = 0; who < static_cast<std::size_t>(partitions); ++who) {
        for (const std::size_t attempts : {std::size_t{1}, std::size_t{3}}) {
          Numbers expected;
          for (std::int64_t task = 0; task < partitions; ++task) {
            expected.push_back(10 * partitions * (10 * partitions - 1) / 2);
            expected.push_back(static_cast<std::int64_t>(attempts));
          }
          EXPECT_EQ(failingAt(place, who, attempts, partitions).collect(), expected);
        }
      }
    }
  });
}

TEST(Barrier, FailsAfterAllAttemptsAndTheContextStaysUsable) {
  const auto partitions = static_cast<std::int64_t>(context().ranks());
  for (int round = 0; round < 50; ++round) {
    const Place place = places[static_cast<std::size_t>(round) % places.size()];
    const std::size_t who = static_cast<std::size_t>(round) % static_cast<std::size_t>(partitions);
    try {
      failingAt(place, who, 100, partitions).count();
      ADD_FAILURE() << "no error";
    } catch (const TaskError& error) {
      EXPECT_EQ(error.failure().partition, who);
      EXPECT_EQ(error.failure().what, "on purpose");
      EXPECT_EQ(error.failure().attempts, 4U);
      EXPECT_EQ(error.failure().operation, "mapPartitionsWithIndex");
      EXPECT_NE(error.failure().callSite.find("barrier_test.cpp"), std::string::npos);
    }
    EXPECT_EQ(failingAt(Place::none, 0, 0, partitions).count(), 2 * partitions);
    EXPECT_EQ(context().range(0, 100, 1, 8).count(), 100);
  }
}

TEST(Barrier, SeveralTasksFailAtOnce) {
  const std::int64_t partitions = context().ranks();
  for (int round = 0; round < 20; ++round) {
    const auto all = context().range(0, partitions, 1, partitions).barrier().mapPartitions([](auto&) -> Numbers {
      if (BarrierTaskContext::get().stageAttemptNumber() < 2) throw std::runtime_error("each");
      BarrierTaskContext::get().barrier();
      return {1};
    });
    EXPECT_EQ(all.collect(), Numbers(static_cast<std::size_t>(partitions), 1));
  }
}

TEST(Barrier, WhatAFailedAttemptDidDoesNotCount) {
  const std::int64_t partitions = context().ranks();
  const auto added = context().accumulator(std::int64_t{0});
  const auto rdd = context().range(0, partitions, 1, partitions).map([added](auto x) {
    added.add(1);
    return x;
  });
  const auto failing = rdd.barrier().mapPartitions([](auto& elements) {
    Numbers mine;
    for (const std::int64_t x : elements) mine.push_back(x);
    return mine;
  });
  const auto checked = failing
                           .map([](auto x) {
                             const auto& task = TaskContext::get();
                             const bool isLast = task.partitionId() + 1 == task.numPartitions();
                             if (isLast && task.stageAttemptNumber() < 2) throw std::runtime_error("too early");
                             return std::pair(x % 2, x);
                           })
                           .persist(StorageLevel::MEMORY_AND_DISK);
  // a map stage: its outputs are of the last attempt alone
  EXPECT_EQ(checked.groupByKey(1)
                .values()
                .map([](const auto& group) { return static_cast<std::int64_t>(group.size()); })
                .sum(),
            partitions);
  EXPECT_EQ(added.value(), partitions);
  EXPECT_EQ(checked.count(), partitions);
  EXPECT_EQ(added.value(), partitions) << "stored by the attempt that succeeded";
}

TEST(Barrier, TasksThatDoNotAgreeFailAndDoNotHang) {
  const std::int64_t partitions = context().ranks();
  if (partitions == 1) return;
  const auto differing = [partitions](auto function) {
    return messageOf<TaskError>([&] {
      context()
          .range(0, partitions, 1, partitions)
          .barrier()
          .mapPartitionsWithIndex([function](std::size_t index, auto&) {
            function(index, BarrierTaskContext::get());
            return Numbers{};
          })
          .count();
    });
  };
  const auto expectNamed = [](const std::string& what, const char* part) {
    EXPECT_NE(what.find(part), std::string::npos) << what;
  };
  expectNamed(differing([](std::size_t index, auto& task) {
                if (index == 0) task.barrier();
              }),
              "ended without calling it");
  expectNamed(differing([](std::size_t index, auto& task) {
                if (index != 0) task.barrier();
              }),
              "ended without calling it");
  expectNamed(differing([](std::size_t index, auto& task) {
                if (index == 0) {
                  task.barrier();
                } else {
                  task.allGather("x");
                }
              }),
              "called allGather instead");
  // a function that does not run at all in one task
  const auto read = context()
                        .range(0, partitions, 1, partitions)
                        .barrier()
                        .mapPartitions([](auto&) {
                          BarrierTaskContext::get().barrier();
                          return Numbers{1};
                        })
                        .mapPartitionsWithIndex([](std::size_t index, auto& elements) {
                          return index == 0 ? Numbers{} : Numbers{sumOf(elements)};
                        });
  expectNamed(messageOf<TaskError>([&] { read.count(); }), "ended without calling it");
}

TEST(Barrier, MpiErrorsOfTheUserNameThemselves) {
  const std::int64_t partitions = context().ranks();
  const auto rdd = context().range(0, partitions, 1, partitions).barrier().mapPartitions([](auto&) {
    int value = 0;
    MPI_Send(&value, 1, MPI_INT, 1'000'000, 0, BarrierTaskContext::get().communicator());  // the code is ignored
    return Numbers{1};
  });
  const std::string what = messageOf<TaskError>([&] { rdd.count(); });
  EXPECT_NE(what.find("MPI_ERR_RANK"), std::string::npos) << what;
  EXPECT_EQ(totals(context().range(0, 10, 1, partitions)).count(), partitions);
}

TEST(Barrier, ErrorsThatAreNotTriedAgain) {
  const std::int64_t partitions = context().ranks();
  const auto nested = context().range(0, partitions, 1, partitions).barrier().mapPartitions([](auto&) {
    auto& task = BarrierTaskContext::get();
    task.barrier();
    if (task.partitionId() + 1 == task.numPartitions()) throw NestedJobError("as a job would");
    task.barrier();
    return Numbers{};
  });
  EXPECT_NE(messageOf<NestedJobError>([&] { nested.count(); }).find("as a job would"), std::string::npos);
}

TEST(Barrier, OnlyTasksOfABarrierStageHaveItsContext) {
  EXPECT_THROW(BarrierTaskContext::get(), std::logic_error);
  const auto rdd = context().range(0, 1, 1, 1).map([](auto x) {
    BarrierTaskContext::get();
    return x;
  });
  EXPECT_NE(messageOf<TaskError>([&] { rdd.count(); }).find("no task of a barrier stage"), std::string::npos);
  EXPECT_EQ(context().range(0, 1, 1, 1).map([](auto) { return TaskContext::get().isBarrier(); }).collect(),
            std::vector<bool>{false});
}

TEST(Barrier, OfNoPartitions) {
  const auto rdd = totals(context().emptyRDD<std::int64_t>());
  EXPECT_EQ(rdd.count(), 0);
}

TEST(Barrier, TreesOfResults) {
  const std::int64_t partitions = context().ranks();
  const auto failing = failingAt(Place::between, 0, 2, partitions);
  const std::int64_t sum = 10 * partitions * (10 * partitions - 1) / 2;
  EXPECT_EQ(failing.treeReduce(std::plus<>(), 3), partitions * (sum + 2));
}

}  // namespace
}  // namespace seltzer::test
