#include "driver/scheduler.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/errors.hpp>

#include "driver/shuffle_retention.hpp"
#include "driver/stage_descriptions.hpp"
#include "driver/time_limit.hpp"
#include "worker/task_runner.hpp"

namespace seltzer::detail {
namespace {

/// If all jobs of a row so far took less than this, the next does not poll for progress while it waits.
constexpr PhaseClock::Nanoseconds shortJob = 1'000'000;

}  // namespace

Scheduler::Scheduler(Executor& executor) : executor_(executor) {
  executor_.setSources([this](BlockId id) { return sourceBlock(id); });
  const Communicator& communicator = executor.communicator();
  for (int rank = 1; rank < communicator.size(); ++rank) {
    severalHosts_ = severalHosts_ || communicator.hostOf(rank) != communicator.hostOf(0);
  }
}

Scheduler::~Scheduler() {
  executor_.setSources({});
}

Scheduler::RunningJob::RunningJob(Scheduler& scheduler, std::string_view operation, const CallSite& where)
    : scheduler_(scheduler) {
  scheduler.requireIdle(operation, where);
  scheduler.busy_ = true;
  scheduler.commanded_ = false;
  scheduler.row_ = scheduler.rows_.of(operation, where);
  scheduler.begin_ = phaseClock().enter(scheduler.row_, Phase::plan);
  scheduler.outside_ += scheduler.begin_ - scheduler.idleSince_;
}

Scheduler::RunningJob::~RunningJob() {
  const PhaseClock::Nanoseconds end = phaseClock().enter(0, Phase::outside);
  scheduler_.endRow(end);
  if (!scheduler_.commanded_) {
    scheduler_.prepared_ += end - scheduler_.begin_;
    scheduler_.preparedRow_ = scheduler_.row_;
  }
  scheduler_.idleSince_ = end;
  scheduler_.busy_ = false;
}

Scheduler::BetweenJobs::BetweenJobs(Scheduler& scheduler, std::string_view operation, const CallSite& where)
    : scheduler_(scheduler) {
  scheduler.requireIdle(operation, where);
  scheduler.busy_ = true;
  scheduler.row_ = 0;
  scheduler.begin_ = PhaseClock::now();
  scheduler.outside_ += scheduler.begin_ - scheduler.idleSince_;
}

Scheduler::BetweenJobs::~BetweenJobs() {
  scheduler_.executor_.countTraffic(0);
  scheduler_.idleSince_ = PhaseClock::now();
  scheduler_.busy_ = false;
}

void Scheduler::requireIdle(std::string_view operation, const CallSite& where) const {
  if (std::this_thread::get_id() != driver_) {
    throw std::logic_error(
        labelOf(operation, where) +
        ": called from another thread; only the thread that runs the driver function may create RDDs "
        "and run jobs");
  }
  if (TaskContext::current() != nullptr || busy_) {
    throw NestedJobError(
        labelOf(operation, where) +
        ": an RDD was created or an action called inside a user's function; only the driver function may do "
        "that: collect or broadcast what the function needs before the job");
  }
  if (stopped_) throw std::logic_error(labelOf(operation, where) + ": the driver function has ended");
}

std::shared_ptr<Lineage> Scheduler::newLineage(std::string_view operation, CallSite where) {
  requireIdle(operation, where);
  auto lineage = std::make_shared<Lineage>(nextRDD_++, lineages_);
  lineage->operation = operation;
  lineage->where = where;
  return lineage;
}

/// A job whose stages have run; its members are destroyed in the order in which a job must end.
class Scheduler::CompletedJob final : public FinishedJob {
 public:
  CompletedJob(Scheduler& scheduler, JobRequest& request)
      : running_(scheduler, request.operation, request.where),
        result_(scheduler.runJob(request)),
        added_(scheduler, result_) {}

  const JobResult& result() const override { return result_; }
  void commit() noexcept override { added_.commit(); }

 private:
  RunningJob running_;
  JobResult result_;
  AddedByJob added_;
};

UniquePointer<FinishedJob> Scheduler::runStages(JobRequest request) {
  prepare(request);
  return makeUnique<CompletedJob>(*this, request);
}

UniquePointer<DriverScope> Scheduler::enter(std::string_view operation, const CallSite& where, Phase phase) {
  auto scope = makeUnique<RunningJob>(*this, operation, where);
  phaseClock().enter(phase);
  return scope;
}

void Scheduler::prepare(const JobRequest& request) {
  requireIdle(request.operation, request.where);
  for (const auto& lineage : unsentLineage(request.rdd)) {
    if (const auto hook = std::exchange(lineage->prepare, {})) {
      try {
        hook(*lineage);
      } catch (...) {
        lineage->prepare = hook;
        throw;
      }
    }
  }
}

void Scheduler::endRow(PhaseClock::Nanoseconds end) {
  const PhaseClock::Nanoseconds wall = end - begin_;
  phaseClock().at(row_).wallNanoseconds += wall;
  executor_.countTraffic(row_);
  StatisticsRow& row = rows_[row_];
  row.longest = std::max(row.longest, wall);
}

void Scheduler::enterRow(std::string_view operation, const CallSite& where) {
  const RowId row = rows_.of(operation, where);
  if (row == row_) return;
  const PhaseClock::Nanoseconds now = phaseClock().enter(row, Phase::plan);
  endRow(now);
  row_ = row;
  begin_ = now;
}

/// Runs map stages until no shuffle is missing, then the action's stage.
JobResult Scheduler::runJob(JobRequest& request) {
  ++jobs_;
  unsent_ = unsentLineage(request.rdd);
  std::vector<const Lineage*> pending;  // a stack of shuffled RDDs whose map side must run
  for (;;) {
    const Lineage* shuffled = pending.empty() ? nullptr : pending.back();
    if (shuffled != nullptr && isComplete(*shuffled)) {
      pending.pop_back();
      continue;
    }
    const std::string_view operation = shuffled != nullptr ? shuffled->operation : request.operation;
    const CallSite& where = shuffled != nullptr ? shuffled->where : request.where;
    enterRow(operation, where);
    StageDescription stage = shuffled != nullptr ? describeMapStage(*shuffled) : describeResultStage(request);
    const Lineage& rdd = shuffled != nullptr ? *shuffled->shuffle()->parent() : *request.rdd;
    StagePlan plan = planOf(stage, rdd);
    if (!plan.missing.empty()) {
      pending.insert(pending.end(), plan.missing.begin(), plan.missing.end());
      continue;
    }
    if (!plan.readsBlocks && !stage.isBarrier) letMove(stage, rdd);
    stage.transfers = std::move(plan.transfers);
    stage.read = std::move(plan.read);
    if (!endsAtCheckpoints_) throwAtTimeLimit(fmt::format("{}: stopped before this stage", rows_[row_].label));
    ++rows_[row_].jobs;
    JobResult result = runStage(stage, operation, where);
    replicate(operation, where);
    if (shuffled != nullptr) {
      AddedByJob added(*this, result);
      recordShuffle(*shuffled);  // or else the stage runs again, and adds then
      added.commit();
    }
    if (shuffled != nullptr || !result.stored_.empty()) releaseShuffles();
    if (shuffled == nullptr) return result;
  }
}

void Scheduler::setLocalProperty(const std::string& key, std::optional<std::string> value, const CallSite& where) {
  requireIdle("setLocalProperty", where);
  if (value) {
    properties_[key] = std::move(*value);
  } else {
    properties_.erase(key);
  }
  propertiesChanged_ = true;
}

void Scheduler::throwAtTimeLimit(const std::string& stopped) const {
  if (!takeTimeLimitSignal()) return;
  throw TimeLimitError(stopped +
                       ", since SIGUSR1 said that the time limit is near; run the program again with more time, or "
                       "requeue it");
}

bool Scheduler::isComplete(const Lineage& shuffled) const {
  return blocks_.complete(shuffled.shuffle()->id(), shuffled.partitions);
}

JobResult Scheduler::runStage(StageDescription& stage, std::string_view operation, const CallSite& where) {
  stage.operation = rows_[row_].label;
  if (executor_.progress().enabled()) executor_.progress().begin(stage.size(), stage.operation);
  phaseClock().enter(Phase::serializeFunction);
  const Updates updates = takeUpdates(unsent_);
  Bytes description;
  description.reserve(512);  // otherwise a short one is copied half a dozen times while it grows
  WireWriter(description) << stage;
  StageOutcome outcome = broadcastCommand(Command::runStage, updates, description).outcome;
  if (outcome.transferred) recordTransfers(stage);
  for (const auto& lineage : std::exchange(unsent_, {})) lineage->setSent();

  return collectResults(std::move(outcome), stage, operation, where);
}

void Scheduler::recordShuffle(const Lineage& shuffled) {
  if (shuffled.decided) {  // before the blocks are recorded: if it throws, the shuffle runs again
    onDriver(shuffled.operation, shuffled.where, 0, [&] { shuffled.decided(executor_.operatorOf(shuffled.id)); });
  }
  const RDDId shuffle = shuffled.shuffle()->id();
  for (std::size_t p = 0; p < shuffled.partitions; ++p) blocks_.add({shuffle, p}, shuffled.placement->rankOf(p));
  lineages_->shuffled.emplace(shuffled.id, &shuffled);
}

/// Has the next command release the shuffles that no job on a held RDD would read.
void Scheduler::releaseShuffles() {
  for (const RDDId rdd : unneededShuffles(*lineages_, blocks_)) {
    const RDDId shuffle = lineages_->shuffled.at(rdd)->shuffle()->id();
    blocks_.erase(shuffle);
    lineages_->released.push_back(shuffle);
    lineages_->shuffled.erase(rdd);
  }
}

/// The description of a known or new RDD.
RDDDescription Scheduler::describeRDD(const Lineage& lineage) {
  RDDDescription description;
  description.id = lineage.id;
  description.type = lineage.type;
  description.storage = {lineage.level, lineage.storage, lineage.checkpointFolder};
  for (const auto& dependency : lineage.dependencies) description.parents.push_back(dependency->parent()->id);
  description.parameters = lineage.parameters;
  if (lineage.source && lineage.source->goesToAllRanks()) description.source = *lineage.source;
  description.operation = labelOf(lineage.operation, lineage.where);
  return description;
}

Updates Scheduler::takeUpdates(const std::vector<std::shared_ptr<Lineage>>& unsent) {
  Updates updates;
  updates.released = std::exchange(lineages_->released, {});
  updates.created = std::exchange(replaced_, {});
  updates.storage = std::exchange(storage_, {});
  updates.accumulators = std::exchange(accumulators_, {});
  if (std::exchange(propertiesChanged_, false)) updates.properties = properties_;
  for (const std::uint32_t id : std::exchange(unpersisted_, {})) updates.broadcasts.push_back({id, 0});
  for (const std::uint32_t id : std::exchange(lineages_->releasedBroadcasts, {})) updates.broadcasts.push_back({id, 1});
  for (const RDDId id : updates.released) {
    blocks_.erase(id);
    displaced_.erase(id);
    known_.erase(id);
    std::erase_if(updates.created, [id](const RDDDescription& rdd) { return rdd.id == id; });
    std::erase_if(updates.storage, [id](const auto& change) { return change.first == id; });
  }
  for (const auto& lineage : unsent) {
    updates.created.push_back(describeRDD(*lineage));
    known_[lineage->id] = lineage;
  }
  return updates;
}

Executor::CommandResult Scheduler::broadcastCommand(Command command, const Updates& updates, ByteView body,
                                                    ByteView content) {
  PhaseClock& clock = phaseClock();
  CommandHeader header;
  header.command = command;
  header.row = row_;
  header.hasUpdates = !updates.empty();
  header.polling = executor_.progress().enabled() && (rows_[row_].jobs <= 1 || rows_[row_].longest > shortJob);
  commanded_ = true;
  header.outsideNanoseconds = std::exchange(outside_, 0);
  header.planningNanoseconds = PhaseClock::now() - begin_;
  header.preparedRow = preparedRow_;
  header.preparingNanoseconds = std::exchange(prepared_, 0);
  Bytes message;
  message.reserve(512 + body.size());
  WireWriter writer(message);
  writer << header;
  if (header.hasUpdates) writer << updates;
  writer.writeBytes(body);
  if (row_ != 0) {
    clock.enter(Phase::broadcast);
    clock.count(Phase::broadcast, message.size(), updates.created.size());
  }
  executor_.communicator().broadcastMessage(message);
  if (row_ != 0) clock.enter(Phase::deserializeFunction);
  WireReader reader(message);
  const auto received = reader.read<CommandHeader>();
  return executor_.handleCommand(reader, received, content);
}

void Scheduler::recordTransfers(const StageDescription& stage) {
  for (const Transfer& transfer : stage.transfers) {
    if (transfer.keep) blocks_.add(transfer.block, transfer.to);
  }
}

std::shared_ptr<Lineage> Scheduler::knownRDD(RDDId id) const {
  const auto known = known_.find(id);
  return known == known_.end() ? nullptr : known->second.lock();
}

std::shared_ptr<const Block> Scheduler::sourceBlock(BlockId id) const {
  const auto lineage = knownRDD(id.rdd);
  if (!lineage || !lineage->source) return nullptr;
  return blockOf(lineage->source, id.partition);
}

/// The ranks of a host hold the bytes of a broadcast value once.
void Scheduler::requireRoomOnHost(std::size_t bytes, std::string_view operation, CallSite where) const {
  const Communicator& communicator = executor_.communicator();
  std::size_t ranks = 1;
  for (int rank = 1; rank < communicator.size(); ++rank) ranks += communicator.hostOf(rank) == communicator.host();
  const std::size_t limit = memoryAccount().limit();
  if (bytes / ranks <= limit) return;
  throw MemoryError(fmt::format(
      "{} at {}: a value of {:.1f} MB does not fit in the {:.1f} MB that the ranks of a host have for data: give each "
      "rank more memory (fewer ranks per node, --seltzer-memory), or keep it in an RDD and join by a shuffle",
      operation, toString(where), static_cast<double>(bytes) / 1e6, static_cast<double>(ranks * limit) / 1e6));
}

std::uint32_t Scheduler::createBroadcast(ByteView content, std::string_view operation, CallSite where) {
  requireRoomOnHost(content.size(), operation, where);
  RunningJob running(*this, operation, where);
  const std::uint32_t id = nextBroadcast_++;
  phaseClock().count(Phase::broadcast, content.size(), 1);
  broadcastCommand(Command::createBroadcast, takeUpdates({}), toWire(id), content);
  return id;
}

void Scheduler::unpersistBroadcast(std::uint32_t id) {
  executor_.broadcasts().forgetDecoded(id);  // throws if it was destroyed
  if (executor_.communicator().size() > 1) unpersisted_.push_back(id);
}

void Scheduler::destroyBroadcast(std::uint32_t id, CallSite where) {
  executor_.broadcasts().bytes(id);  // throws if it was already destroyed
  std::erase(unpersisted_, id);
  RunningJob running(*this, "destroy", where);
  broadcastCommand(Command::destroyBroadcast, takeUpdates({}), toWire(id));
}

std::uint32_t Scheduler::createAccumulator(TypeId type, Bytes parameters, std::string name) {
  const AccumulatorDescription description{nextAccumulator_++, type, std::move(parameters), std::move(name)};
  executor_.accumulators().add(description);
  executor_.accumulators().at(description.id);  // fails here if the zero cannot be deserialized
  if (!description.name.empty()) namedAccumulators_.push_back(description.id);
  if (executor_.communicator().size() > 1) accumulators_.push_back(description);
  return description.id;
}

void Scheduler::shutdown(int exitCode, CallSite where) {
  const BetweenJobs running(*this, "shutdown", where);
  broadcastCommand(Command::shutdown, Updates{}, toWire(std::int32_t{exitCode}));
  stopped_ = true;
}

std::vector<Traffic> Scheduler::traffic(CallSite where) {
  const BetweenJobs running(*this, "traffic", where);
  return broadcastCommand(Command::gatherTraffic, takeUpdates({}), toWire(std::uint8_t{0})).traffic;
}

Statistics Scheduler::statistics(CallSite where) {
  const BetweenJobs running(*this, "stats", where);
  const std::uint32_t rows = rows_.size();
  Statistics statistics = broadcastCommand(Command::gatherStatistics, takeUpdates({}), toWire(rows)).statistics;
  statistics.storage = gatherStorage();
  statistics.context = context_;
  rows_.label(statistics);
  statistics.total.jobs = jobs_;
  AccumulatorTable& accumulators = executor_.accumulators();
  for (const std::uint32_t id : namedAccumulators_) {
    statistics.accumulators.emplace_back(accumulators.nameOf(id), accumulators.at(id).text());
  }
  return statistics;
}

}  // namespace seltzer::detail
