#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <seltzer/config.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/engine/block_source.hpp>
#include <seltzer/detail/engine/broadcast_table.hpp>
#include <seltzer/detail/engine/operator_base.hpp>
#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/statistics.hpp>

#include "data/block_store.hpp"
#include "engine/stage_report.hpp"
#include "metrics/cgroup_limits.hpp"
#include "net/failure_detector.hpp"
#include "protocol/command.hpp"
#include "protocol/stage_summary.hpp"
#include "worker/progress_display.hpp"
#include "worker/rank_place.hpp"
#include "worker/task_queue.hpp"

namespace seltzer::detail {

class TaskRunner;

/// What is unique to a stage. Every rank counts them alike, as all get every stage.
struct StageNumbers {
  std::uint64_t id = 0;
  std::uint64_t firstAttempt = 0;  ///< of the first task, among the attempts of all tasks of all stages
};

/// What a stage produced on one rank; the summary is complete on rank 0 only.
struct StageOutcome {
  bool transferred = true;  ///< whether the stage's transfers succeeded; the same on all ranks
  StageSummary summary;
  StageReport report;
};

/// Runs on every rank: keeps the operators and blocks of this rank, and executes the driver's commands.
class Executor final : public BlockSource {
 public:
  /// `memoryLimit` is this rank's; 0 bytes: none.
  Executor(Communicator& communicator, FailureDetector& failureDetector, const Config& config,
           OriginatedLimit memoryLimit);
  ~Executor() override;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// This rank's executor; null outside `run`.
  static Executor* current();

  /// On ranks other than 0: executes the driver's commands until shutdown. Returns the program's exit code.
  int serve();

  /// The result of a command; all but the first two members are complete on rank 0 only.
  struct CommandResult {
    bool stop = false;
    int exitCode = 0;
    StageOutcome outcome;
    std::vector<Traffic> traffic;                            ///< by rank
    std::vector<std::vector<BlockStore::Holdings>> storage;  ///< by rank, of the RDDs asked for
    Statistics statistics;
  };

  /// **Collective.** Reads the rest of a command and executes it; `content` is rank 0's value for `createBroadcast`.
  /// What a user's function throws is in the outcome; any other error ends all ranks, since they wait for this one.
  CommandResult handleCommand(WireReader& command, const CommandHeader& header, ByteView content = {});

  /// Attributes the traffic of this rank since the last call, or since the start, to `row` of the statistics.
  void countTraffic(RowId row);

  /// Where `find` looks for blocks that are not stored here: the driver's sources. Rank 0 only.
  using SourceLookup = std::function<std::shared_ptr<const Block>(BlockId)>;
  void setSources(SourceLookup lookup) { sources_ = std::move(lookup); }

  std::shared_ptr<const Block> find(BlockId id) const override;
  void store(BlockId id, std::shared_ptr<const Block> block) override;

  /// Drops what `store` has kept since the stage began.
  void dropStored();

  /// As `store`, for a block from another rank, of which the driver knows.
  void keep(BlockId id, std::shared_ptr<const Block> block);

  /// The operator of an RDD, built from its bytes on the first call. Throws what a user's function throws while it is
  /// deserialized; then the next call tries again.
  OperatorBase& operatorOf(RDDId id);

  /// A new instance of a stage's action. Throws as `operatorOf` does.
  UniquePointer<Action> actionOf(const StageDescription& stage);

  /// "map at pi.cpp:42", or empty if the RDD is not known here.
  const std::string& operationOf(RDDId id) const;

  /// What this rank is doing, for messages: "map at pi.cpp:42, partition 3" in a task, the action alone in the rest of
  /// a stage, otherwise empty. For the rank's own thread.
  std::string activity() const;

  Communicator& communicator() { return communicator_; }

  /// Looked up on the first call.
  const RankPlace& place() {
    if (!place_) place_ = placeOf(communicator_);
    return *place_;
  }

  /// Likewise.
  const std::map<std::string, ResourceInformation>& resources() {
    if (!resources_) resources_ = resourcesAt(place());
    return *resources_;
  }

  const LocalProperties& localProperties() const { return properties_; }
  const Config& config() const { return config_; }

  /// As configured, else the number of ranks.
  std::size_t defaultParallelism() const {
    return config_.defaultParallelism > 0 ? config_.defaultParallelism : static_cast<std::size_t>(communicator_.size());
  }

  /// The bytes of this rank's send buffers in a round of an exchange: as configured, at most an eighth of the memory
  /// for data, but a frame in any case.
  std::size_t exchangeBudget() const;

  /// The most bytes that a job may bring to the driver.
  std::size_t resultLimit() const {
    return config_.maxResultSize == 0 ? std::numeric_limits<std::size_t>::max() : config_.maxResultSize;
  }

  BlockStore& blocks() { return blocks_; }
  AccumulatorTable& accumulators() { return accumulators_; }
  BroadcastTable& broadcasts() { return broadcasts_; }
  ProgressDisplay& progress() { return progress_; }

 private:
  struct Known {
    RDDDescription description;
    std::shared_ptr<const SourceData> source;           ///< if it goes to all ranks
    UniquePointer<OperatorBase> op;                     ///< null until it is built
    std::vector<UniquePointer<OperatorBase>> replaced;  ///< by `op`; operators of children may refer to them
  };

  template <class Work>
  auto orAbort(std::string_view activity, Work&& work);
  void handleOther(WireReader& command, const CommandHeader& header, ByteView content, CommandResult& result);
  void apply(Updates updates);
  void replace(Known& known, RDDDescription description);
  void setStorage(RDDId id, const StorageDescription& storage);
  Known& knownOf(RDDId id);
  void build(Known& known);
  ShuffleOperator& shuffleOf(RDDId id);
  StageOutcome runStage(const StageDescription& stage, bool polling);
  bool fetchBlocks(const StageDescription& stage, std::vector<BlockId>& temporary, StageReport& report);
  void runTasks(const StageDescription& stage, StageOutcome& outcome);
  void sendReport(StageReport report);
  void finishShuffle(const ShuffleDescription& shuffle, TaskRunner& tasks, StageReport& report);
  void accountForIdling(const CommandHeader& header, PhaseClock::Nanoseconds idleSince, PhaseClock::Nanoseconds now);

  Communicator& communicator_;
  FailureDetector& failureDetector_;
  const Config& config_;
  const OriginatedLimit memoryLimit_;
  std::unordered_map<RDDId, Known> operators_;
  BlockStore blocks_;
  AccumulatorTable accumulators_;
  BroadcastTable broadcasts_;
  ProgressDisplay progress_;
  SourceLookup sources_;
  std::optional<RankPlace> place_;
  std::optional<std::map<std::string, ResourceInformation>> resources_;
  LocalProperties properties_;
  StageNumbers next_;
  std::optional<TaskClaims> claims_;  // since the first stage whose tasks may move
  std::vector<BlockId> stored_;       // since the stage began
  RowId lastRow_ = 0;
  Traffic counted_;  // as of the last `countTraffic`
};

}  // namespace seltzer::detail
