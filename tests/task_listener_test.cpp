#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/errors.hpp>
#include <seltzer/task_context.hpp>

#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

/// Appends what a listener has to say to the file "<partition>.<attempt>" of a folder.
struct Say {
  std::string folder;

  void operator()(const TaskContext& task, const std::string& text) const {
    const std::string name = std::to_string(task.partitionId()) + "." + std::to_string(task.attemptNumber());
    std::ofstream(folder + name, std::ios::app)
        << text << (task.isCompleted() ? "" : " runs") << (task.isFailed() ? " failed" : "") << "; ";
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& folder;
  }
};

class Log {
 public:
  Say say() const { return {folder_ / ""}; }

  /// What an attempt said; nothing if there was none.
  std::string of(std::int64_t partition, int attempt) const {
    std::ifstream in(folder_ / (std::to_string(partition) + "." + std::to_string(attempt)));
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  ScratchFolder folder_;
};

/// Adds two listeners of each kind; those for failures say what they are told.
void addFour(const Say& say) {
  TaskContext& task = TaskContext::get();
  const auto addForFailure = [&](const std::string& name) {
    task.addTaskFailureListener(
        [say, name](TaskContext& ended, const std::string& what) { say(ended, name + ": " + what); });
  };
  addForFailure("first");
  task.addTaskCompletionListener([say](TaskContext& ended) { say(ended, "a"); })
      .addTaskCompletionListener([say](TaskContext& ended) { say(ended, "b"); });
  addForFailure("second");
  say(task, "begun");
}

Numbers listOf(auto& elements) {
  Numbers list;
  for (const std::int64_t x : elements) list.push_back(x);
  return list;
}

bool isFirstAttempt() {
  return TaskContext::get().attemptNumber() == 0;
}

TEST(TaskListener, RunsAtTheEndInReverseOrder) {
  for (const std::int64_t partitions : partitionCounts) {
    const Log log;
    const auto rdd = context().range(0, 20, 1, partitions).mapPartitions(with(log.say(), [](const Say& say, auto& in) {
      addFour(say);
      return listOf(in);
    }));
    EXPECT_EQ(rdd.sum(), 190);
    for (std::int64_t p = 0; p < partitions; ++p) {
      EXPECT_EQ(log.of(p, 0), "begun runs; b; a; ");
      EXPECT_EQ(log.of(p, 1), "");
    }
  }
}

TEST(TaskListener, RunsAfterAFailureAndNotAtTheNextAttempt) {
  for (const std::int64_t partitions : partitionCounts) {
    const Log log;
    const auto rdd = context().range(0, 20, 1, partitions).mapPartitions(with(log.say(), [](const Say& say, auto& in) {
      if (isFirstAttempt()) {
        addFour(say);
        throw std::runtime_error("boom");
      }
      say(TaskContext::get(), "again");
      return listOf(in);
    }));
    EXPECT_EQ(rdd.sum(), 190);
    for (std::int64_t p = 0; p < partitions; ++p) {
      EXPECT_EQ(log.of(p, 0), "begun runs; second: boom failed; first: boom failed; b failed; a failed; ");
      EXPECT_EQ(log.of(p, 1), "again runs; ");
    }
  }
}

TEST(TaskListener, ThatThrowsFailsTheTaskAndAllOthersRun) {
  for (const std::int64_t partitions : partitionCounts) {
    const Log log;
    const auto count = context().accumulator(std::int64_t{0});
    const auto rdd =
        context().range(0, 20, 1, partitions).mapPartitions(with(log.say(), [count](const Say& say, auto& in) {
          addFour(say);
          count.add(1);
          TaskContext::get().addTaskCompletionListener([say, count](TaskContext& task) {
            say(task, "c");
            count.add(100);
            if (isFirstAttempt()) throw std::runtime_error("cannot close");
          });
          return listOf(in);
        }));
    EXPECT_EQ(rdd.sum(), 190) << "an exact result";
    EXPECT_EQ(count.value(), 101 * partitions) << "of attempts that succeeded";
    EXPECT_EQ(rdd.collect(), context().range(20).collect()) << "a result in bytes";
    EXPECT_EQ(count.value(), 202 * partitions);
    for (std::int64_t p = 0; p < partitions; ++p) {
      const std::string once =
          "begun runs; c; second: cannot close failed; first: cannot close failed; b failed; a failed; ";
      EXPECT_EQ(log.of(p, 0), once + once) << "of two jobs";
      EXPECT_EQ(log.of(p, 1), "begun runs; c; b; a; begun runs; c; b; a; ");
    }
  }
}

TEST(TaskListener, ThatAlwaysThrowsFailsTheJob) {
  const auto rdd = context().range(0, 8, 1, 8).map([](std::int64_t x) {
    if (x >= 5) {
      TaskContext::get().addTaskCompletionListener([](TaskContext&) { throw std::runtime_error("cannot close"); });
    }
    return x;
  });
  try {
    rdd.filter([](std::int64_t) { return true; }).count();
    FAIL() << "nothing was thrown";
  } catch (const TaskError& error) {
    EXPECT_EQ(error.failure().partition, 5U);
    EXPECT_EQ(error.failure().attempts, 4U);
    EXPECT_EQ(error.failure().operation, "map") << "which added the listener";
    EXPECT_EQ(error.failure().what, "cannot close");
  }
  EXPECT_EQ(context().range(10).count(), 10) << "the next job works";
}

TEST(TaskListener, AddsToWhatTheTaskThrew) {
  const auto rdd = context().range(0, 3, 1, 3).map([](std::int64_t x) {
    TaskContext::get()
        .addTaskCompletionListener([](TaskContext&) { throw std::runtime_error("cannot close"); })
        .addTaskFailureListener([](TaskContext&, const std::string&) { throw std::runtime_error("cannot free"); });
    if (x == 1) throw std::runtime_error("boom");
    return x;
  });
  const auto withoutListener = rdd.filter([](std::int64_t x) { return x == 1; });
  try {
    context().runJob(withoutListener, [](std::size_t, auto& in) { return listOf(in); }, {1});
    FAIL() << "nothing was thrown";
  } catch (const TaskError& error) {
    EXPECT_EQ(error.failure().what,
              "boom; then a listener of the task threw cannot free; then a listener of the task threw cannot close");
    EXPECT_EQ(error.failure().operation, "map");
  }
}

TEST(TaskListener, MayAddListeners) {
  const Log log;
  const auto rdd = context().range(0, 3, 1, 3).map(with(log.say(), [](const Say& say, std::int64_t x) {
    TaskContext::get()
        .addTaskCompletionListener([say](TaskContext& task) { say(task, "last"); })
        .addTaskCompletionListener([say](TaskContext& task) {
          task.addTaskCompletionListener([say](TaskContext& ended) { say(ended, "added"); });
          if (!isFirstAttempt()) return;
          task.addTaskFailureListener([say](TaskContext& ended, const std::string& what) { say(ended, what); });
          throw std::runtime_error("boom");
        });
    return x;
  }));
  EXPECT_EQ(rdd.count(), 3);
  EXPECT_EQ(log.of(2, 0), "boom failed; added failed; last failed; ");
  EXPECT_EQ(log.of(2, 1), "added; last; ");
}

TEST(TaskListener, RunsInActionsAndOnTheMapSideOfShuffles) {
  for (const std::int64_t partitions : partitionCounts) {
    const Log action;
    const Log map;
    const auto pairs = context().range(0, 20, 1, partitions).map(with(map.say(), [](const Say& say, std::int64_t x) {
      if (x % 5 == 0) {  // several to a partition
        TaskContext::get().addTaskCompletionListener([say](TaskContext& task) {
          say(task, "map");
          if (isFirstAttempt()) throw std::runtime_error("again");
        });
      }
      return std::pair(x % 3, x);
    }));
    const auto sums = pairs.reduceByKey(std::plus<>(), 2);
    sums.foreachPartition(with(action.say(), [](const Say& say, auto&) {
      TaskContext::get().addTaskCompletionListener([say](TaskContext& task) { say(task, "action"); });
    }));
    EXPECT_EQ(sums.collectAsMap(), (OrderedMap<std::int64_t, std::int64_t>{{0, 63}, {1, 70}, {2, 57}}));
    EXPECT_EQ(action.of(0, 0) + action.of(1, 0), "action; action; ");
    EXPECT_EQ(map.of(0, 1).substr(0, 5), "map; ");
  }
}

TEST(TaskListener, RunsWhereTreesCombine) {
  const auto ended = context().accumulator(std::int64_t{0});
  const auto sum = context()
                       .range(0, 64, 1, 16)
                       .treeReduce(
                           [ended](std::int64_t a, std::int64_t b) {
                             TaskContext* task = TaskContext::current();
                             if (task != nullptr)
                               task->addTaskCompletionListener([ended](TaskContext&) { ended.add(1); });
                             return a + b;
                           },
                           2);
  EXPECT_EQ(sum, 2016);
  EXPECT_GE(ended.value(), 48) << "16 tasks reduce 4 elements each, and their results are combined";
}

TEST(TaskListener, ThatThrowsAfterAPartFileIsWritten) {
  const ScratchFolder folder;
  context()
      .range(0, 100, 1, 3)
      .map([](std::int64_t x) {
        TaskContext::get().addTaskCompletionListener([](TaskContext&) {
          if (isFirstAttempt()) throw std::runtime_error("again");
        });
        return x;
      })
      .saveAsTextFile(folder / "saved");
  EXPECT_EQ(context().textFile(folder / "saved").count(), 100);
}

/// The first attempt of a task cannot send one.
struct Fragile {
  std::int64_t value = 0;

  Fragile& operator+=(const Fragile& other) {
    value += other.value;
    return *this;
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    if (Archive::is_saving::value && TaskContext::current() != nullptr && isFirstAttempt())
      throw std::runtime_error("fragile");
    archive& value;
  }
};

TEST(TaskListener, ForFailuresRunsIfAnAccumulatorCannotBeSent) {
  const Log log;
  const auto sum = context().accumulator(Fragile());
  context().range(0, 3, 1, 3).foreach (with(log.say(), [sum](const Say& say, std::int64_t x) {
    addFour(say);
    sum.add({x});
  }));
  EXPECT_EQ(sum.value().value, 3);
  EXPECT_EQ(log.of(1, 0), "begun runs; b; a; second: fragile failed; first: fragile failed; ");
  EXPECT_EQ(log.of(1, 1), "begun runs; b; a; ");
}

TEST(TaskListener, IsAFunction) {
  const auto refused = context().range(0, 1, 1, 1).map([](std::int64_t) {
    std::string what;
    try {
      TaskContext::get().addTaskCompletionListener({});
    } catch (const std::invalid_argument& error) {
      what = error.what();
    }
    try {
      TaskContext::get().addTaskFailureListener({});
    } catch (const std::invalid_argument& error) {
      what += error.what();
    }
    return what;
  });
  EXPECT_EQ(refused.first(),
            "TaskContext::addTaskCompletionListener: the function is empty"
            "TaskContext::addTaskFailureListener: the function is empty");
}

}  // namespace
}  // namespace seltzer::test
