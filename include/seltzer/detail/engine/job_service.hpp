#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/engine/exact_value.hpp>
#include <seltzer/detail/engine/lineage.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/statistics.hpp>
#include <seltzer/storage_level.hpp>

namespace seltzer::detail {

/// A job to run: an action on partitions of an RDD.
struct JobRequest {
  LineagePointer rdd;
  TypeId action = 0;
  Bytes parameters;  ///< of the action
  std::string_view operation;
  CallSite where;
  bool allPartitions = true;
  std::vector<std::size_t> partitions = {};  ///< unless all
  std::size_t treeDepth = 0;                 ///< at least 1: combine the results in a tree of this depth
};

/// Inside a catch block: rethrows what a user's function threw on the driver as a TaskError.
[[noreturn]] void throwDriverFailure(std::string_view operation, const CallSite& where, std::size_t partition);

/// Calls a user's functions on the driver for an operation; what they throw becomes a TaskError.
template <class Work>
auto onDriver(std::string_view operation, const CallSite& where, std::size_t partition, Work&& work) {
  try {
    return work();
  } catch (...) {
    throwDriverFailure(operation, where, partition);
  }
}

struct StageReport;

/// The results of a job, in the order of its partitions.
class JobResult {
 public:
  JobResult();
  JobResult(JobResult&&) noexcept;
  ~JobResult();

  const ExactValue& exact() const { return exact_; }
  std::size_t size() const { return results_.size(); }
  ByteView operator[](std::size_t position) const { return results_[position]; }

  /// As `onDriver`, for the result at `position`, of a partition or of several from one on.
  template <class Work>
  void asTask(std::size_t position, Work&& work) const {
    onDriver(operation_, where_, partitionOfTask(position * width_), std::forward<Work>(work));
  }

 private:
  friend class Scheduler;

  std::size_t partitionOfTask(std::size_t task) const {
    return partitions_.empty() ? task : static_cast<std::size_t>(partitions_[task]);
  }

  std::string_view operation_;
  CallSite where_;
  ExactValue exact_;
  std::vector<BlockId> stored_;            // partitions of persisted RDDs that the ranks stored
  std::vector<StageReport> reports_;       // by rank
  std::vector<std::uint64_t> partitions_;  // of the tasks, unless all
  std::size_t width_ = 1;                  // the number of tasks that a result is of
  std::vector<ByteView> results_;
};

/// While this lives, the driver works on an operation, which is charged the time, and no job can start.
class DriverScope {
 public:
  virtual ~DriverScope() = default;
};

/// A job whose stages have run. Time is charged to it while this lives.
class FinishedJob : public DriverScope {
 public:
  virtual const JobResult& result() const = 0;

  /// Commits what the job's tasks added to accumulators; otherwise it is dropped.
  virtual void commit() noexcept = 0;
};

class JobService;

/// One run of a job.
class JobRun {
 public:
  /// Runs its stages. Throws TaskError, NestedJobError.
  JobRun(JobService& service, JobRequest&& request);
  ~JobRun();
  JobRun(const JobRun&) = delete;
  JobRun& operator=(const JobRun&) = delete;

  const JobResult& result() const;

  /// Commits accumulators, ends the job, and writes checkpoints. Without this, accumulators are dropped.
  void complete();

 private:
  JobService& service_;
  LineagePointer rdd_;
  UniquePointer<FinishedJob> job_;
};

/// The driver's side of the engine, as operations see it: creates lineage and runs jobs.
class JobService {
 public:
  virtual ~JobService() = default;

  /// An empty lineage for a new RDD. Throws NestedJobError inside a task.
  virtual std::shared_ptr<Lineage> newLineage(std::string_view operation, CallSite where) = 0;

  /// The id of a new shuffle.
  virtual RDDId newShuffle() = 0;

  /// Runs a job, passes its result to `consume`, whose time counts as the job's last phase, and returns what that
  /// returns, by value. Accumulators are committed once `consume` has returned. Throws TaskError, NestedJobError.
  template <class Consume>
  auto run(JobRequest&& request, Consume&& consume) {
    JobRun job(*this, std::move(request));
    if constexpr (std::is_void_v<std::invoke_result_t<Consume&, const JobResult&>>) {
      consume(job.result());
      job.complete();
    } else {
      auto consumed = consume(job.result());
      job.complete();
      return consumed;
    }
  }

  /// Runs `work` outside a job and charges its time to `phase` of an operation.
  template <class Work>
  auto account(std::string_view operation, CallSite where, Phase phase, Work&& work) {
    const UniquePointer<DriverScope> scope = enter(operation, where, phase);
    return work();
  }

  virtual void setLevel(Lineage& rdd, StorageLevel level) = 0;

  /// Has the ranks compute an RDD that was checkpointed by operator `type` from now on: its lineage forgets its
  /// parents.
  virtual void replaceOperator(Lineage& rdd, std::string_view kind, TypeId type, Bytes parameters) = 0;

  /// From now on a signal that the time limit is near ends the program at its next checkpoint, not at its next stage.
  virtual void endAtCheckpoints() = 0;

  /// Throws TimeLimitError if that signal has come; its message begins with `stopped`.
  virtual void throwAtTimeLimit(const std::string& stopped) const = 0;

  /// **Collective.** The other ranks take part when they receive the command. `operation` is what needs the value.
  virtual std::uint32_t createBroadcast(ByteView content, std::string_view operation, CallSite where) = 0;
  virtual void unpersistBroadcast(std::uint32_t id) = 0;
  /// **Collective**, likewise.
  virtual void destroyBroadcast(std::uint32_t id, CallSite where) = 0;

  virtual std::uint32_t createAccumulator(TypeId type, Bytes parameters, std::string name) = 0;

  /// Throws NestedJobError inside a task or a job, and std::logic_error after the end of `run` and on any thread but
  /// the driver function's.
  virtual void requireIdle(std::string_view operation, const CallSite& where) const = 0;

 private:
  friend class JobRun;

  virtual UniquePointer<FinishedJob> runStages(JobRequest request) = 0;
  /// Of the RDDs that are marked and that `rdd`, which a job has computed, is computed from.
  virtual void writeCheckpoints(const std::shared_ptr<Lineage>& rdd) = 0;
  virtual UniquePointer<DriverScope> enter(std::string_view operation, const CallSite& where, Phase phase) = 0;
};

}  // namespace seltzer::detail
