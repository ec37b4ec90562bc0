#include <algorithm>
#include <utility>
#include <vector>

#include <seltzer/detail/net/unique_pointer.hpp>

#include "engine/stage_failure.hpp"
#include "worker/block_transfer.hpp"
#include "worker/executor.hpp"
#include "worker/shuffle_exchange.hpp"
#include "worker/task_runner.hpp"
#include "worker/tree_combine.hpp"
#include "worker/write_shuffle.hpp"

namespace seltzer::detail {

ShuffleOperator& Executor::shuffleOf(RDDId id) {
  return dynamic_cast<ShuffleOperator&>(operatorOf(id));
}

UniquePointer<Action> Executor::actionOf(const StageDescription& stage) {
  if (stage.shuffle) return makeUnique<WriteShuffle>(shuffleOf(stage.shuffle->shuffled));
  const PhaseScope phase(Phase::deserializeFunction);
  const auto build = reinterpret_cast<Action::Factory>(Registry::at(stage.action));
  WireReader parameters(stage.actionParameters);
  return build(parameters);
}

/// Steps: 1. all ranks agree that every task succeeded and built its action, 2. `decide`, 3. the exchange.
void Executor::finishShuffle(const ShuffleDescription& shuffle, TaskRunner& tasks, StageReport& report) {
  WriteShuffle* written = nullptr;
  try {
    asPartOfStage(shuffle.shuffled, 0, [&] { written = &static_cast<WriteShuffle&>(tasks.action()); });
  } catch (const StageFailure& failure) {
    report.failures.push_back(failure.record());
  }
  phaseClock().enter(Phase::wait);
  if (!communicator_.agree(report.failures.empty())) return;
  phaseClock().enter(Phase::shuffleExchange);
  std::ranges::sort(written->outputs, {}, &MapTaskOutput::partition);  // tasks that moved came last
  try {
    ShuffleOperator& shuffled = shuffleOf(shuffle.shuffled);
    shuffled.decide(communicator_, written->outputs);
    exchangeShuffle(*this, shuffle, shuffled, written->outputs);
  } catch (const StageFailure& failure) {
    report.failures.push_back(failure.record());
  } catch (const RemoteError&) {  // that rank reports it
  }
}

/// Fetches the blocks that the stage needs; false on all ranks if that failed on one.
bool Executor::fetchBlocks(const StageDescription& stage, std::vector<BlockId>& temporary, StageReport& report) {
  if (stage.transfers.empty()) return true;
  phaseClock().enter(Phase::scatter);
  try {
    temporary = transferBlocks(*this, stage.transfers);
    return true;
  } catch (const StageFailure& failure) {
    report.failures.push_back(failure.record());
  } catch (const RemoteError&) {  // that rank reports it
  }
  return false;
}

void Executor::runTasks(const StageDescription& stage, StageOutcome& outcome) {
  if (stage.moves && !claims_) claims_.emplace(communicator_, config_.taskMoves);
  TaskRunner tasks(*this, stage, next_, stage.moves ? &*claims_ : nullptr);
  if (stage.isBarrier) {
    tasks.runTogether(outcome.report, outcome.summary.exact);
  } else {
    tasks.run(outcome.report, outcome.summary.exact);
  }
  if (stage.shuffle) finishShuffle(*stage.shuffle, tasks, outcome.report);
  if (stage.treeScale > 0) {
    phaseClock().enter(Phase::resultGather);
    combineInTree(*this, stage, tasks, outcome.report);
  }
}

StageOutcome Executor::runStage(const StageDescription& stage, bool polling) {
  const AccumulatorTable::StageScope inStage(accumulators_);
  failureDetector_.setActivity(stage.operation);
  if (communicator_.rank() != 0 && progress_.enabled()) progress_.begin(stage.size(), {});
  StageOutcome outcome;
  std::vector<BlockId> temporary;
  blocks_.beginStage(stage.read);
  outcome.transferred = fetchBlocks(stage, temporary, outcome.report);
  if (outcome.transferred) runTasks(stage, outcome);
  ++next_.id;
  next_.firstAttempt += stage.size() * config_.maxTaskFailures;
  for (const BlockId id : temporary) blocks_.erase(id);
  outcome.report.dropped = blocks_.endStage();
  outcome.report.stored = std::exchange(stored_, {});
  std::erase_if(outcome.report.stored, [this](BlockId id) { return !blocks_.contains(id); });

  phaseClock().enter(Phase::wait);
  outcome.summary.failedRanks = outcome.report.failures.empty() ? 0 : 1;
  outcome.summary.reporters = outcome.report.empty() || communicator_.rank() == 0 ? 0 : 1;
  outcome.summary.resultBytes = outcome.report.data.size();
  outcome.summary.progressPosts = progress_.posts();
  if (polling) {
    communicator_.reducePolling(outcome.summary, &mergeSummary, [this] { progress_.update(); });
  } else {
    communicator_.reduce(outcome.summary, &mergeSummary);
  }
  if (communicator_.rank() != 0 && outcome.summary.reporters > 0) sendReport(std::move(outcome.report));
  return outcome;
}

/// Steps, of which 1 and 2 apply only if this rank has more than its share of the result limit: 1. an empty message
/// asks the driver, which knows the total from the summary, 2. its answer says whether to send the results, 3. the
/// report.
void Executor::sendReport(StageReport report) {
  PhaseClock& clock = phaseClock();
  if (report.data.size() > resultLimit() / static_cast<std::size_t>(communicator_.size())) {
    communicator_.send({}, 0, MessageTag::result);
    if (!fromWire<bool>(communicator_.receive(0, MessageTag::result))) report.dropData();
  }
  clock.enter(Phase::resultSerialize);
  const Bytes message = std::move(report).toMessage();
  clock.enter(Phase::resultGather);
  communicator_.send(message, 0, MessageTag::result);
}

}  // namespace seltzer::detail
