#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include <seltzer/scheduler/block_table.hpp>
#include <seltzer/scheduler/call_site.hpp>
#include <seltzer/scheduler/executor.hpp>
#include <seltzer/scheduler/lineage.hpp>
#include <seltzer/scheduler/planner.hpp>
#include <seltzer/scheduler/task_error.hpp>
#include <seltzer/statistics/statistics.hpp>
#include <seltzer/statistics/traffic.hpp>

namespace seltzer::detail {

/// What an action asks for.
struct JobRequest {
  std::shared_ptr<Lineage> rdd;
  TypeId action = 0;
  Bytes parameters;  ///< of the action
  std::string_view operation;
  CallSite where;
  bool allPartitions = true;
  std::vector<std::size_t> partitions = {};  ///< unless all
  std::size_t treeDepth = 0;                 ///< at least 1: combine the results in a tree of this depth
};

/// For a handler. What a user's function throws on the driver is told like the failure of a task.
[[noreturn]] void throwDriverFailure(const std::string& host, std::string_view operation, const CallSite& where,
                                     std::size_t partition);

/// The results of a job, in the order of its partitions.
class JobResult {
 public:
  const ExactValue& exact() const { return exact_; }
  std::size_t size() const { return results_.size(); }
  ByteView operator[](std::size_t position) const { return results_[position]; }

  /// Calls a user's function on the driver, for the result at `position`; what it throws becomes a TaskError.
  template <class Work>
  void asTask(std::size_t position, Work&& work) const {
    try {
      work();
    } catch (...) {
      throwDriverFailure(host_, operation_, where_, position);
    }
  }

 private:
  friend class Scheduler;

  std::string_view operation_;
  CallSite where_;
  std::string host_;
  ExactValue exact_;
  bool stored_ = false;               // partitions of persisted RDDs, somewhere
  std::vector<StageReport> reports_;  // by rank
  std::vector<ByteView> results_;
};

/// The driver's side: knows all lineage, turns actions into jobs, and is the only one that gives commands.
class Scheduler {
 public:
  explicit Scheduler(Executor& executor);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// A new RDD's lineage, to be filled in. Throws NestedJobError inside a task.
  std::shared_ptr<Lineage> newLineage(std::string_view operation, CallSite where);

  /// The number of a new shuffle.
  RDDId newShuffle() { return nextRDD_++; }

  /// Runs a job and gives its result to `consume`, whose time counts as the job's last phase; returns what it returns,
  /// by value. What the tasks added to accumulators counts once `consume` has returned. Throws TaskError,
  /// NestedJobError.
  template <class Consume>
  auto run(JobRequest request, Consume&& consume) {
    prepare(request);
    RunningJob running(*this, request.operation, request.where);
    const JobResult result = runJob(request);
    AddedByJob added(*this, result);
    if constexpr (std::is_void_v<std::invoke_result_t<Consume&, const JobResult&>>) {
      consume(result);
      added.commit();
    } else {
      auto consumed = consume(result);
      added.commit();
      return consumed;
    }
  }

  /// For operations that cost the driver time outside a job: runs `work`, its time goes to `phase`.
  template <class Work>
  auto account(std::string_view operation, CallSite where, Phase phase, Work&& work) {
    RunningJob running(*this, operation, where);
    phaseClock().enter(phase);
    return work();
  }

  /// Calls functions of the user's on the driver for an operation, outside a job; what they throw becomes a TaskError.
  template <class Work>
  auto onDriver(std::string_view operation, const CallSite& where, Work&& work) {
    try {
      return work();
    } catch (...) {
      throwDriverFailure(executor_.communicator().host(), operation, where, 0);
    }
  }

  void setLevel(Lineage& rdd, StorageLevel level);

  /// **Collective**, as all that follow: the ranks take part when the command reaches them.
  std::uint32_t createBroadcast(ByteView content, CallSite where);
  void unpersistBroadcast(std::uint32_t id);
  void destroyBroadcast(std::uint32_t id, CallSite where);
  std::uint32_t createAccumulator(TypeId type, Bytes parameters, std::string name);
  void shutdown(int exitCode, CallSite where = CallSite::current());
  Statistics statistics(CallSite where);
  std::vector<Traffic> traffic(CallSite where);  ///< by rank

  /// True while a job runs: then no other command can be given.
  bool busy() const { return busy_; }
  bool stopped() const { return stopped_; }
  Executor& executor() { return executor_; }

  /// What the statistics say of the program; the build and the ranks are filled in here.
  void setContext(RunContext context) { context_ = std::move(context); }

  /// Throws NestedJobError inside a task or a job, and std::logic_error after the end of `run` and in any thread but
  /// the one that made the scheduler.
  void requireIdle(std::string_view operation, const CallSite& where) const;

 private:
  /// Marks the scheduler busy and the clock's row, until the end of the scope.
  class RunningJob {
   public:
    RunningJob(Scheduler& scheduler, std::string_view operation, const CallSite& where);
    ~RunningJob();
    RunningJob(const RunningJob&) = delete;
    RunningJob& operator=(const RunningJob&) = delete;

   private:
    Scheduler& scheduler_;
  };

  /// Marks the scheduler busy for a command that is no job: its time stays outside jobs.
  class BetweenJobs {
   public:
    BetweenJobs(Scheduler& scheduler, std::string_view operation, const CallSite& where);
    ~BetweenJobs();
    BetweenJobs(const BetweenJobs&) = delete;
    BetweenJobs& operator=(const BetweenJobs&) = delete;

   private:
    Scheduler& scheduler_;
  };

  /// What a stage's tasks added to accumulators: in the totals after `commit`, forgotten otherwise.
  class AddedByJob {
   public:
    /// Throws TaskError where a merge or a `serialize` of the user's throws.
    AddedByJob(Scheduler& scheduler, const JobResult& result);
    ~AddedByJob();
    AddedByJob(const AddedByJob&) = delete;
    AddedByJob& operator=(const AddedByJob&) = delete;
    void commit() noexcept;

   private:
    Scheduler& scheduler_;
    bool running_ = true;
  };

  void prepare(const JobRequest& request);
  void endRow(PhaseClock::Nanoseconds end);
  void enterRow(std::string_view operation, const CallSite& where);
  JobResult runJob(JobRequest& request);
  void throwAtTimeLimit() const;
  bool isComplete(const Lineage& shuffled) const;
  static StageDescription describeStage(const Lineage& rdd, const std::vector<std::size_t>* partitions);
  static StageDescription describeMapStage(const Lineage& shuffled);
  static StageDescription describeResultStage(const JobRequest& request);
  StagePlan planOf(const StageDescription& stage, const Lineage& rdd) const;
  JobResult runStage(StageDescription& stage, std::string_view operation, const CallSite& where);
  void recordShuffle(const Lineage& shuffled);
  void releaseShuffles();
  Updates takeUpdates(const std::vector<std::shared_ptr<Lineage>>& unsent);
  template <class Body>
  Executor::Obeyed give(Command command, const Updates& updates, const Body& body, ByteView content = {});
  JobResult takeIn(StageOutcome outcome, std::string_view operation, const CallSite& where);
  void collectReports(StageOutcome outcome, JobResult& result);
  void recordTransfers(const StageDescription& stage);
  [[noreturn]] void throwFailure(const JobResult& result) const;
  RowId rowOf(std::string_view operation, const CallSite& where);
  std::shared_ptr<const Block> sourceBlock(BlockId id) const;

  struct Row {
    std::string_view operation;
    CallSite where;
    std::string label;                    // of both
    std::uint64_t jobs = 0;               // that ran this stage
    PhaseClock::Nanoseconds longest = 0;  // job
  };
  using RowKey = std::tuple<const void*, const void*, std::uint32_t>;

  Executor& executor_;
  const std::thread::id driver_ = std::this_thread::get_id();
  RunContext context_;
  BlockTable blocks_;
  std::shared_ptr<LineageTable> lineages_ = std::make_shared<LineageTable>();
  std::vector<std::pair<RDDId, StorageLevel>> levels_;
  std::vector<AccumulatorDescription> accumulators_;
  std::vector<std::uint32_t> unpersisted_;
  std::vector<std::pair<std::uint32_t, std::string>> accumulatorNames_;
  std::vector<std::shared_ptr<Lineage>> unsent_;             // of the running job, until its first stage
  std::unordered_map<RDDId, std::weak_ptr<Lineage>> known_;  // sent, for error messages and sources
  std::map<RowKey, RowId> rowIds_;
  std::vector<Row> rows_ = std::vector<Row>(1);
  RowId row_ = 0;  // of the running job
  std::uint64_t jobs_ = 0;
  RDDId nextRDD_ = 0;
  std::uint32_t nextBroadcast_ = 0;
  std::uint32_t nextAccumulator_ = 0;
  PhaseClock::Nanoseconds idleSince_ = PhaseClock::now();
  PhaseClock::Nanoseconds begin_ = 0;     // of the running stage, with its planning
  PhaseClock::Nanoseconds outside_ = 0;   // since the last command, until that of the running job
  PhaseClock::Nanoseconds prepared_ = 0;  // likewise, in jobs that gave no command
  RowId preparedRow_ = 0;                 // of the last of them
  bool commanded_ = false;                // by the running job
  bool busy_ = false;
  bool stopped_ = false;
};

}  // namespace seltzer::detail
