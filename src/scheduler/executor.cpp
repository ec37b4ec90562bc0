#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <seltzer/scheduler/block_transfer.hpp>
#include <seltzer/scheduler/executor.hpp>
#include <seltzer/scheduler/shuffle_exchange.hpp>
#include <seltzer/scheduler/statistics_gather.hpp>
#include <seltzer/scheduler/task_runner.hpp>
#include <seltzer/scheduler/tree_combine.hpp>

namespace seltzer::detail {
namespace {

Executor* currentExecutor = nullptr;

}  // namespace

Bytes Action::combine(ByteView, ByteView) {
  throw std::logic_error("this action does not combine its results in a tree");
}

Executor::Executor(Communicator& communicator, RankWatch& watch, const Config& config)
    : communicator_(communicator), watch_(watch), config_(config), progress_(communicator, config.progress) {
  currentExecutor = this;
  counted_ = communicator.traffic();
}

Executor::~Executor() {
  std::vector<RDDId> ids;
  for (const auto& [id, known] : operators_) ids.push_back(id);
  std::ranges::sort(ids, std::greater());  // children first: no destructor recurses through a long lineage
  for (const RDDId id : ids) operators_.erase(id);
  currentExecutor = nullptr;
}

Executor* Executor::current() {
  return currentExecutor;
}

std::shared_ptr<const Block> Executor::find(BlockId id) const {
  if (auto block = blocks_.find(id)) return block;
  return sources_ ? sources_(id) : nullptr;
}

void Executor::store(BlockId id, std::shared_ptr<const Block> block) {
  blocks_.put(id, std::move(block));
  stored_.push_back(id);
}

const std::string& Executor::operationOf(RDDId id) const {
  static const std::string none;
  const auto known = operators_.find(id);
  return known == operators_.end() ? none : known->second.operation;
}

OperatorBase& Executor::operatorOf(RDDId id) const {
  const auto known = operators_.find(id);
  if (known == operators_.end()) throw std::logic_error(fmt::format("RDD {} was never sent to this rank", id));
  return *known->second.op;
}

int Executor::serve() {
  PhaseClock& clock = phaseClock();
  PhaseClock::Nanoseconds idleSince = clock.enter(0, Phase::outside);
  Bytes message;
  for (;;) {
    communicator_.broadcastMessage(message);
    WireReader command(message);
    const auto header = command.read<CommandHeader>();
    const PhaseClock::Nanoseconds begin = clock.enter(header.row, Phase::deserializeFunction);
    accountForIdling(header, idleSince, begin);
    const Obeyed obeyed = obey(command, header);
    const PhaseClock::Nanoseconds end = clock.enter(0, Phase::outside);
    clock.at(header.row).wallNanoseconds += end - begin;
    countTraffic(header.row);
    lastRow_ = header.row;
    idleSince = end;
    if (obeyed.stop) return obeyed.exitCode;
  }
}

void Executor::accountForIdling(const CommandHeader& header, PhaseClock::Nanoseconds idleSince,
                                PhaseClock::Nanoseconds now) {
  // The driver was outside jobs for some of the time and planned this job for some; for the rest the last job went on
  // elsewhere.
  PhaseClock& clock = phaseClock();
  const PhaseClock::Nanoseconds idle = now - idleSince;
  const PhaseClock::Nanoseconds planning = std::min(idle, header.planningNanoseconds);
  const PhaseClock::Nanoseconds outside = std::min(idle - planning, header.outsideNanoseconds);
  const PhaseClock::Nanoseconds tail = idle - planning - outside;
  clock.reattribute(0, Phase::outside, header.row, Phase::wait, planning);
  clock.at(header.row).wallNanoseconds += planning;
  clock.reattribute(0, Phase::outside, lastRow_, Phase::wait, tail);
  clock.at(lastRow_).wallNanoseconds += tail;
}

void Executor::countTraffic(RowId row) {
  const Traffic now = communicator_.traffic();
  phaseClock().at(row).traffic += now - counted_;
  counted_ = now;
}

Executor::Obeyed Executor::obey(WireReader& command, const CommandHeader& header, ByteView content) {
  if (header.hasUpdates) apply(command.read<Updates>());
  Obeyed obeyed;
  switch (header.command) {
    case Command::runStage:
      obeyed.outcome = runStage(command.read<StageDescription>(), header.polling);
      break;
    case Command::createBroadcast:
      phaseClock().enter(Phase::broadcast);
      broadcasts_.create(communicator_, command.read<std::uint32_t>(), content);
      break;
    case Command::destroyBroadcast:
      phaseClock().enter(Phase::broadcast);
      broadcasts_.destroy(command.read<std::uint32_t>());
      break;
    case Command::gatherStatistics:
      obeyed.statistics = reduceStatistics(communicator_, command.read<std::uint32_t>());
      break;
    case Command::gatherTraffic:
      for (const Bytes& traffic : communicator_.gather(toWire(communicator_.traffic()))) {
        obeyed.traffic.push_back(fromWire<Traffic>(traffic));
      }
      break;
    case Command::shutdown:
      broadcasts_.clear();
      watch_.prepareForFinalize();
      obeyed.stop = true;
      obeyed.exitCode = command.read<std::int32_t>();
      break;
  }
  return obeyed;
}

void Executor::apply(const Updates& updates) {
  for (const RDDId id : updates.released) {
    operators_.erase(id);
    blocks_.erase(id);
  }
  for (const RDDDescription& description : updates.created) create(description);
  for (const auto& [id, level] : updates.levels) {
    operatorOf(id).setLevel(level);
    if (level == StorageLevel::NONE) blocks_.erase(id);
  }
  for (const AccumulatorDescription& description : updates.accumulators) accumulators_.create(description);
  for (const std::uint32_t id : updates.unpersisted) broadcasts_.forgetDecoded(id);
}

void Executor::create(const RDDDescription& description) {
  const auto build = reinterpret_cast<OperatorBase::Factory>(Registry::at(description.type));
  WireReader parameters(description.parameters);
  OperatorBase::Inputs inputs{*this, description.id, {}, parameters};
  for (const RDDId parent : description.parents) {
    operatorOf(parent);
    inputs.parents.push_back(operators_.at(parent).op);
  }
  auto op = build(inputs);
  op->setLevel(description.level);
  operators_[description.id] = {std::move(op), description.operation};
}

ShuffleOperator& Executor::shuffleOf(RDDId id) const {
  return dynamic_cast<ShuffleOperator&>(operatorOf(id));
}

std::unique_ptr<Action> Executor::actionOf(const StageDescription& stage) const {
  if (stage.shuffle) return std::make_unique<WriteShuffle>(shuffleOf(stage.shuffle->shuffled));
  const auto build = reinterpret_cast<Action::Factory>(Registry::at(stage.action));
  WireReader parameters(stage.actionParameters);
  return build(parameters);
}

void Executor::finishShuffle(const ShuffleDescription& shuffle, WriteShuffle& written, StageReport& report) {
  phaseClock().enter(Phase::wait);
  if (!communicator_.agree(report.failures.empty())) return;
  phaseClock().enter(Phase::shuffleExchange);
  shuffleOf(shuffle.shuffled).decide(communicator_, written.outputs);
  try {
    exchangeShuffle(*this, shuffle, written.outputs);
  } catch (const MapOutputError& error) {
    FailureRecord& failure = report.failures.emplace_back();
    failure.partition = error.partition();
    failure.operation = shuffle.shuffled;
    failure.attempts = 1;
    failure.what = error.what();
  } catch (const RemoteError&) {  // that rank reports it
  }
}

StageOutcome Executor::runStage(const StageDescription& stage, bool polling) {
  PhaseClock& clock = phaseClock();
  const std::unique_ptr<Action> action = actionOf(stage);
  OperatorBase& rdd = operatorOf(stage.rdd);

  watch_.setActivity(stage.operation);
  if (communicator_.rank() != 0 && progress_.enabled()) progress_.begin(stage.size(), {});
  std::vector<BlockId> temporary;
  if (!stage.transfers.empty()) {
    clock.enter(Phase::scatter);
    temporary = transferBlocks(*this, stage.transfers);
  }
  StageOutcome outcome;
  TaskRunner(*this, stage, rdd, *action).run(outcome.report, outcome.verdict.exact);
  if (stage.shuffle) finishShuffle(*stage.shuffle, static_cast<WriteShuffle&>(*action), outcome.report);
  if (stage.treeScale > 0) {
    clock.enter(Phase::resultGather);
    combineInTree(*this, stage, *action, outcome.report);
  }
  for (const BlockId id : temporary) blocks_.erase(id);
  outcome.report.stored = std::exchange(stored_, {});

  clock.enter(Phase::wait);
  outcome.verdict.failedRanks = outcome.report.failures.empty() ? 0 : 1;
  outcome.verdict.reporters = outcome.report.empty() || communicator_.rank() == 0 ? 0 : 1;
  outcome.verdict.resultBytes = outcome.report.data.size();
  outcome.verdict.progressPosts = progress_.posts();
  if (polling) {
    communicator_.reducePolling(outcome.verdict, &mergeVerdict, [this] { progress_.update(); });
  } else {
    communicator_.reduce(outcome.verdict, &mergeVerdict);
  }
  if (communicator_.rank() != 0 && outcome.verdict.reporters > 0) sendReport(std::move(outcome.report));
  return outcome;
}

/// Steps, the first and second only where this rank has so much that all together may exceed the limit: 1. an empty
/// message asks the driver, who knows the sum from the verdict, 2. its answer says whether to send the results, 3. the
/// report.
void Executor::sendReport(StageReport report) {
  PhaseClock& clock = phaseClock();
  if (report.data.size() > resultLimit() / static_cast<std::size_t>(communicator_.size())) {
    communicator_.send({}, 0, Channel::Result);
    if (!fromWire<bool>(communicator_.receive(0, Channel::Result))) report.dropData();
  }
  clock.enter(Phase::resultSerialize);
  const Bytes message = std::move(report).toMessage();
  clock.enter(Phase::resultGather);
  communicator_.send(message, 0, Channel::Result);
}

}  // namespace seltzer::detail
