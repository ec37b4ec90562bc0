#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

#include "engine/task_host.hpp"
#include "net/task_group.hpp"
#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// Runs this rank's tasks of one stage.
class TaskRunner final : public TaskHost {
 public:
  /// Without `claims`, the tasks are those that are meant for this rank.
  TaskRunner(Executor& executor, const StageDescription& stage, StageNumbers numbers, TaskClaims* claims)
      : executor_(executor), stage_(stage), numbers_(numbers), claims_(claims) {}

  /// Runs tasks until none is left for this rank or its results alone exceed the result limit. After one that failed in
  /// all its attempts it runs only those before it, so that the first that fails is known, in whatever order they run.
  /// Aborts the program if memory runs out.
  void run(StageReport& report, ExactValue& exact);

  /// **Collective.** The same for a barrier stage: runs this rank's task, if it has one, at the same time as the
  /// others, and all of them again if one fails.
  void runTogether(StageReport& report, ExactValue& exact);

  /// The stage's action, built from its bytes on the first call. If this rank has tasks that is in a task, so that a
  /// function that throws while it is deserialized fails the task. Throws what that function throws.
  Action& action();

  /// Combines two results of a tree; what the user's function adds to accumulators is reported as that of the task at
  /// `position`. If it throws, adds a failure to `report` and returns nothing.
  std::optional<Bytes> combine(ByteView left, ByteView right, std::size_t position, StageReport& report);

 private:
  /// The batches between looks at the progress.
  static constexpr std::size_t ticksPerUpdate = 256;

  bool runTask(std::size_t position, bool isMoved, StageReport& report, ExactValue& exact);
  bool attemptTask(std::size_t position, std::size_t attempt, StageReport& report, ExactValue& exact,
                   FailureRecord& failure);
  bool attemptTask(TaskContext& task, std::size_t position, StageReport& report, ExactValue& exact,
                   FailureRecord& failure);
  bool attemptTogether(std::size_t position, StageReport& report, ExactValue& exact, FailureRecord& failure);
  void runInGroup(TaskContext& task, ExactValue& exact, WireWriter& writer);
  std::uint64_t attemptId(std::size_t position, std::size_t attempt) const;
  template <class Work>
  bool attempt(TaskContext& task, std::size_t position, StageReport& report, FailureRecord& failure, Work&& work);
  template <class Work>
  bool succeeds(TaskContext& task, FailureRecord& failure, Work&& work);
  bool callListeners(TaskContext& task, bool ok, FailureRecord& failure);
  void reportAccumulators(std::size_t position, StageReport& report);

  void update() override;
  std::uint64_t stageId() const override { return numbers_.id; }
  std::size_t stageAttempt() const override { return stageAttempt_; }
  std::size_t numPartitions() const override { return stage_.allPartitions(); }
  const std::string* localProperty(const std::string& key) const override;
  int rank() const override { return executor_.communicator().rank(); }
  int localRank() const override { return executor_.place().localRank; }
  const std::string& host() const override { return executor_.communicator().host(); }
  const std::map<std::string, ResourceInformation>& resources() const override { return executor_.resources(); }
  TaskMetrics metrics() const override;

  /// What the row of the statistics had when an attempt began.
  struct Begin {
    std::array<std::uint64_t, phaseCount> nanoseconds;
    std::array<std::uint64_t, phaseCount> bytes;
    std::array<std::uint64_t, phaseCount> records;
  };

  Executor& executor_;
  const StageDescription& stage_;
  const StageNumbers numbers_;
  TaskClaims* claims_;
  TaskQueue* queue_ = nullptr;  // while tasks run
  std::size_t stageAttempt_ = 0;
  std::optional<TaskGroup> group_;  // of this attempt, if the rank has a task of a barrier stage
  UniquePointer<Action> action_;
  std::optional<Begin> begin_;  // of the running attempt
};

}  // namespace seltzer::detail
