#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/engine/job_service.hpp>
#include <seltzer/detail/engine/lineage.hpp>
#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/errors.hpp>
#include <seltzer/statistics.hpp>

#include "driver/block_table.hpp"
#include "driver/planner.hpp"
#include "driver/statistics_rows.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// The driver: knows all lineage, turns actions into jobs, and is the only issuer of commands.
class Scheduler final : public JobService {
 public:
  explicit Scheduler(Executor& executor);
  ~Scheduler() override;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  std::shared_ptr<Lineage> newLineage(std::string_view operation, CallSite where) override;
  RDDId newShuffle() override { return nextRDD_++; }
  void setLevel(Lineage& rdd, StorageLevel level) override;
  void replaceOperator(Lineage& rdd, std::string_view kind, TypeId type, Bytes parameters) override;
  void endAtCheckpoints() override { endsAtCheckpoints_ = true; }
  void throwAtTimeLimit(const std::string& stopped) const override;
  std::uint32_t createBroadcast(ByteView content, std::string_view operation, CallSite where) override;
  void unpersistBroadcast(std::uint32_t id) override;
  void destroyBroadcast(std::uint32_t id, CallSite where) override;
  std::uint32_t createAccumulator(TypeId type, Bytes parameters, std::string name) override;
  void requireIdle(std::string_view operation, const CallSite& where) const override;

  /// **Collective**, like the following three: the other ranks take part when the command reaches them.
  void shutdown(int exitCode, CallSite where = CallSite::current());
  Statistics statistics(CallSite where);
  std::vector<RDDInfo> storageInfo(CallSite where);
  std::vector<Traffic> traffic(CallSite where);  ///< by rank

  /// True while a job runs: then no other command can be issued.
  bool busy() const { return busy_; }
  Executor& executor() { return executor_; }

  /// Tells the functions of later jobs a value; without one, no longer.
  void setLocalProperty(const std::string& key, std::optional<std::string> value, const CallSite& where);
  const LocalProperties& localProperties() const { return properties_; }

  /// Describes the program, build and ranks for the statistics.
  void setContext(RunContext context) { context_ = std::move(context); }

  /// The program's name, as it was called.
  const std::string& program() const { return context_.program; }

 private:
  /// Marks the scheduler busy and sets the clock's row until the end of the scope.
  class RunningJob : public DriverScope {
   public:
    RunningJob(Scheduler& scheduler, std::string_view operation, const CallSite& where);
    ~RunningJob() override;
    RunningJob(const RunningJob&) = delete;
    RunningJob& operator=(const RunningJob&) = delete;

   private:
    Scheduler& scheduler_;
  };

  /// Marks the scheduler busy for a command that is not a job: its time counts as outside jobs.
  class BetweenJobs {
   public:
    BetweenJobs(Scheduler& scheduler, std::string_view operation, const CallSite& where);
    ~BetweenJobs();
    BetweenJobs(const BetweenJobs&) = delete;
    BetweenJobs& operator=(const BetweenJobs&) = delete;

   private:
    Scheduler& scheduler_;
  };

  /// What a stage's tasks added to accumulators: added to the totals by `commit`, discarded otherwise.
  class AddedByJob {
   public:
    /// Throws TaskError if the user's merge or `serialize` throws.
    AddedByJob(Scheduler& scheduler, const JobResult& result);
    ~AddedByJob();
    AddedByJob(const AddedByJob&) = delete;
    AddedByJob& operator=(const AddedByJob&) = delete;
    void commit() noexcept;

   private:
    Scheduler& scheduler_;
    bool running_ = true;
  };

  class CompletedJob;

  UniquePointer<FinishedJob> runStages(JobRequest request) override;
  UniquePointer<DriverScope> enter(std::string_view operation, const CallSite& where, Phase phase) override;
  void prepare(const JobRequest& request);
  void endRow(PhaseClock::Nanoseconds end);
  void enterRow(std::string_view operation, const CallSite& where);
  JobResult runJob(JobRequest& request);
  void writeCheckpoints(const std::shared_ptr<Lineage>& rdd) override;
  bool isComplete(const Lineage& shuffled) const;
  StagePlan planOf(StageDescription& stage, const Lineage& rdd);
  StagePlan planTogether(StageDescription& stage, const Lineage& rdd, StagePlan plan);
  void forgetStored(const Lineage& rdd);
  int holderOf(const Lineage& rdd, std::size_t partition, int home) const;
  void letMove(StageDescription& stage, const Lineage& rdd) const;
  JobResult runStage(StageDescription& stage, std::string_view operation, const CallSite& where);
  void replicate(std::string_view operation, const CallSite& where);
  void recordShuffle(const Lineage& shuffled);
  void releaseShuffles();
  static RDDDescription describeRDD(const Lineage& lineage);
  Updates takeUpdates(const std::vector<std::shared_ptr<Lineage>>& unsent);
  Executor::CommandResult broadcastCommand(Command command, const Updates& updates, ByteView body,
                                           ByteView content = {});
  std::vector<RDDInfo> gatherStorage();
  JobResult collectResults(StageOutcome outcome, const StageDescription& stage, std::string_view operation,
                           const CallSite& where);
  void collectReports(StageOutcome outcome, JobResult& result);
  void recordTransfers(const StageDescription& stage);
  void recordStored(BlockId block, int rank);
  [[noreturn]] void throwFailure(const JobResult& result) const;
  std::shared_ptr<Lineage> knownRDD(RDDId id) const;
  std::shared_ptr<const Block> sourceBlock(BlockId id) const;
  void requireRoomOnHost(std::size_t bytes, std::string_view operation, CallSite where) const;

  Executor& executor_;
  const std::thread::id driver_ = std::this_thread::get_id();
  RunContext context_;
  BlockTable blocks_;
  std::unordered_set<RDDId> displaced_;  // RDDs of which a rank stores partitions that others were meant to compute
  std::shared_ptr<LineageTable> lineages_ = std::make_shared<LineageTable>();
  std::vector<std::pair<RDDId, StorageDescription>> storage_;
  std::vector<RDDDescription> replaced_;
  std::vector<AccumulatorDescription> accumulators_;
  std::vector<std::uint32_t> unpersisted_;
  std::vector<std::uint32_t> namedAccumulators_;
  std::vector<std::shared_ptr<Lineage>> unsent_;             // of the running job, until its first stage
  std::unordered_map<RDDId, std::weak_ptr<Lineage>> known_;  // sent, for error messages and sources
  std::vector<BlockId> uncopied_;                            // stored partitions that are to have a second copy
  StatisticsRows rows_;
  RowId row_ = 0;  // of the running job
  LocalProperties properties_;
  bool propertiesChanged_ = false;  // since the last command
  std::uint64_t jobs_ = 0;
  RDDId nextRDD_ = 0;
  std::uint32_t nextBroadcast_ = 0;
  std::uint32_t nextAccumulator_ = 0;
  PhaseClock::Nanoseconds idleSince_ = PhaseClock::now();
  PhaseClock::Nanoseconds begin_ = 0;     // of the running stage, including its planning
  PhaseClock::Nanoseconds outside_ = 0;   // time outside jobs since the last command
  PhaseClock::Nanoseconds prepared_ = 0;  // since the last command, in jobs that sent none
  RowId preparedRow_ = 0;                 // of the last of them
  bool commanded_ = false;                // whether the running job has sent a command
  bool busy_ = false;
  bool endsAtCheckpoints_ = false;
  bool stopped_ = false;
  bool severalHosts_ = false;
};

}  // namespace seltzer::detail
