#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <seltzer/detail/data/block/block_id.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/statistics.hpp>

namespace seltzer {

class BarrierTaskContext;

namespace detail {
struct MpiTypes;  // in seltzer/mpi.hpp
class TaskGroup;
class TaskHost;
class TaskListeners;
class TaskRunner;

/// Denotes the job's action where an RDD id is expected.
inline constexpr RDDId ofAction = ~RDDId{0};
}  // namespace detail

/// One phase of TaskMetrics.
struct PhaseMetrics {
  double seconds = 0;         ///< spent in the phase
  std::uint64_t bytes = 0;    ///< if the phase handles bytes
  std::uint64_t records = 0;  ///< if the phase handles elements
};

/// What an attempt of a task has taken so far on its rank.
struct TaskMetrics {
  std::array<PhaseMetrics, phaseCount> phases;  ///< in the order of Phase

  /// One of `phases`. Those of Phase::execute are the bytes and records that were read from files.
  const PhaseMetrics& operator[](Phase phase) const { return phases[static_cast<std::size_t>(phase)]; }

  /// The time since the attempt began: that of all phases.
  double seconds() const;
};

/// Devices of one kind.
struct ResourceInformation {
  std::string name;                    ///< of the kind, such as "gpu"
  std::vector<std::string> addresses;  ///< as the environment names them: numbers or UUIDs
};

/// The task that is running on this rank, for a user's function to ask: any function that a task calls, also of an
/// action or on the map side of a shuffle. What combines the results of `treeReduce` and `treeAggregate` on the ranks
/// runs as part of the first of the tasks that had these results. For the rank's own thread.
///
///     auto rows = points.mapPartitions([](auto& elements) {
///       auto& task = seltzer::TaskContext::get();
///       auto log = std::make_shared<std::ofstream>("log-" + std::to_string(task.partitionId()));
///       task.addTaskCompletionListener([log](auto&) { *log << "done\n"; });
///       return solve(elements, *log);
///     });
class TaskContext {
 public:
  TaskContext(const TaskContext&) = delete;
  TaskContext& operator=(const TaskContext&) = delete;

  /// The running task; null outside tasks.
  static TaskContext* current() { return current_; }

  /// The running task. Throws std::logic_error outside tasks, where Spark returns null.
  static TaskContext& get();

  /// The index of the partition that the task computes, among those of the stage's RDD: the job's, or the parent of the
  /// shuffle.
  std::size_t partition() const { return partition_; }

  /// `partition()`.
  std::size_t partitionId() const { return partition_; }

  /// The number of this attempt, from 0.
  std::size_t attempt() const { return attempt_; }

  /// `attempt()`.
  std::size_t attemptNumber() const { return attempt_; }

  /// The number of the stage, unique in the program. A map stage that runs again is another one.
  std::uint64_t stageId() const;

  /// How often the whole stage has been tried before, which only a barrier stage is; then `attemptNumber()` is the
  /// same.
  std::size_t stageAttemptNumber() const;

  /// Whether the task is one of a barrier stage: then it is a BarrierTaskContext.
  bool isBarrier() const { return isBarrier_; }

  /// The number of partitions of the stage's RDD, also if the stage computes only some of them.
  std::size_t numPartitions() const;

  /// The number of this attempt among those of all tasks of the program: no other attempt has it. It does not depend on
  /// the rank.
  std::uint64_t taskAttemptId() const { return attemptId_; }

  /// The rank that runs the task. Tasks move, so it need not be the same as in another run.
  int rank() const;

  /// The index of that rank among the ranks of its host, from 0.
  int localRank() const;

  /// The name of that rank's host.
  const std::string& host() const;

  /// The value that `Context::setLocalProperty` had given to a key when the job began; nothing if it had none.
  std::optional<std::string> getLocalProperty(const std::string& key) const;

  /// Whether the work of the task has ended, well or not: true in listeners.
  bool isCompleted() const { return isCompleted_; }

  /// Whether the task has failed: true in its failure listeners, and in the completion listeners that run after them.
  bool isFailed() const { return isFailed_; }

  /// Calls `listener(TaskContext&)` on this rank when the task's work has ended, well or not, to close files and free
  /// devices: before the task's result counts, the last listener first, and each once, whatever others throw. What a
  /// listener throws fails the task, which is then tried again. What it adds to accumulators is the task's. The next
  /// attempt begins without listeners. Throws std::invalid_argument for an empty function. Returns this task.
  TaskContext& addTaskCompletionListener(std::function<void(TaskContext&)> listener);

  /// As above, with `listener(TaskContext&, const std::string& what)`, which is called only if this attempt of the task
  /// fails, before completion listeners; `what` is as in TaskFailure. What it throws is added to that text.
  TaskContext& addTaskFailureListener(std::function<void(TaskContext&, const std::string&)> listener);

  /// What this attempt has taken so far, up to now. What a task reads from a file counts once it has read all of it.
  TaskMetrics taskMetrics() const;

  /// The devices of this rank by kind, which is "gpu"; empty if the environment names none when this is first called on
  /// the rank. The first of these variables that is set names them: `CUDA_VISIBLE_DEVICES`, `ROCR_VISIBLE_DEVICES`,
  /// `GPU_DEVICE_ORDINAL`, `SLURM_STEP_GPUS`, `SLURM_JOB_GPUS`. The ranks of a host share them out: of n devices, local
  /// rank l of L has l, l + L, l + 2 L, ..., and device l mod n if n < L. That is right if the launcher gives the ranks
  /// of a host the same devices, or each a single one.
  const std::map<std::string, ResourceInformation>& resources() const;

  /// @cond
  // Sources call this for every batch, so that long tasks report progress, too.
  void tick() {
    if (--ticksLeft_ == 0) update();
  }

  // The RDD whose function is running, or `ofAction`; set by operators before they call it, so that errors can name it.
  detail::RDDId operation = detail::ofAction;
  /// @endcond

 private:
  friend class BarrierTaskContext;
  friend class detail::TaskRunner;

  TaskContext(detail::TaskHost& host, std::size_t partition, std::size_t attempt, std::uint64_t attemptId,
              std::size_t ticksPerUpdate);
  ~TaskContext();

  void update();
  detail::TaskListeners& listeners();

  inline static TaskContext* current_ = nullptr;
  detail::TaskHost& host_;
  std::size_t partition_;
  std::size_t attempt_;
  std::uint64_t attemptId_;
  std::size_t ticksPerUpdate_;
  std::size_t ticksLeft_;
  bool isCompleted_ = false;
  bool isFailed_ = false;
  bool isBarrier_ = false;
  detail::UniquePointer<detail::TaskListeners> listeners_;  // null until the first is added
};

/// Where a task of a barrier stage runs.
struct BarrierTaskInfo {
  int rank = 0;      ///< of the program
  std::string host;  ///< of that rank
};

/// The running task of a barrier stage (`RDD::barrier`): all tasks of the stage run at once, each on a rank of its own,
/// and can wait for each other and exchange messages. All of them must call `barrier`, `allGather` and the first
/// `communicator` in the same order; where one does not, or ends instead, all get an error and none hangs.
///
/// A task that throws ends the attempt of all: those that wait in these functions or come to them get a
/// std::runtime_error, which they should let pass. Then the whole stage is tried again, up to
/// `--seltzer-max-task-failures` times; results, accumulators and stored partitions of a failed attempt do not count.
///
///     auto sums = numbers.barrier().mapPartitions([](auto& elements) {
///       auto& task = seltzer::BarrierTaskContext::get();
///       double mine = 0;
///       for (const double x : elements) mine += x;
///       double total = 0;
///       for (const std::string& theirs : task.allGather(std::to_string(mine))) total += std::stod(theirs);
///       return std::vector{mine / total};
///     });
class BarrierTaskContext : public TaskContext {
 public:
  /// The running task of a barrier stage. Throws std::logic_error elsewhere.
  static BarrierTaskContext& get();

  /// Waits until all tasks of the stage have called it. 2 log2(n) messages one after the other for n tasks.
  void barrier();

  /// Waits as `barrier`, and returns the messages of all tasks, in the order of their partitions. Any bytes, of any
  /// length; each task receives all of them.
  std::vector<std::string> allGather(const std::string& message = {});

  /// Where each task of the stage runs, by partition.
  std::vector<BarrierTaskInfo> getTaskInfos() const;

  /// The `MPI_Comm` of the stage's tasks, whose ranks are the partitions, for a solver or a library of MPI: include
  /// `<seltzer/mpi.hpp>` and link `seltzer::mpi`. The first call of an attempt waits for all tasks, which must all make
  /// it, and makes a new communicator; it is freed when the attempt has succeeded, with all operations complete, and
  /// must not be freed or used after that. That of an attempt that failed is never freed. MPI is called by the rank's
  /// thread alone.
  ///
  /// Calls return error codes. An error whose code the function ignores fails the task nevertheless when the function
  /// has ended, with MPI's text.
  ///
  /// Nothing can interrupt a task inside an MPI call: if another task fails then, and this one has not ended within
  /// `--seltzer-rank-timeout`, the program ends with exit code 3 and a message that names both. To have it tried again
  /// instead, start operations that do not block (MPI_Irecv, MPI_Iallreduce) and `wait` for them.
  template <class Types = detail::MpiTypes>
  typename Types::Communicator communicator();

  /// Completes an `MPI_Request`, as MPI_Wait does; declared here for `<seltzer/mpi.hpp>`. Throws std::runtime_error if
  /// the operation fails, and if another task fails first: then MPI may still write to what the operation was to fill.
  /// `buffers` keeps that alive until the program ends.
  ///
  ///     auto sum = std::make_shared<double>(mine);
  ///     MPI_Request request;
  ///     MPI_Iallreduce(MPI_IN_PLACE, sum.get(), 1, MPI_DOUBLE, MPI_SUM, task.communicator(), &request);
  ///     task.wait(request, sum);
  template <class Request>
  void wait(Request& request, std::shared_ptr<const void> buffers = nullptr);

 private:
  friend class detail::TaskRunner;
  friend struct detail::MpiTypes;

  BarrierTaskContext(detail::TaskHost& host, detail::TaskGroup& group, std::size_t partition, std::size_t attempt,
                     std::uint64_t attemptId, std::size_t ticksPerUpdate);

  void copyCommunicator(void* into);
  void waitFor(void* request, std::shared_ptr<const void> buffers);

  detail::TaskGroup& group_;
};

}  // namespace seltzer
