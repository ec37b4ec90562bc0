#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/detail/engine/result_limit.hpp>
#include <seltzer/errors.hpp>

#include "driver/scheduler.hpp"
#include "engine/stage_failure.hpp"
#include "worker/tree_combine.hpp"

// The part of the scheduler that processes the ranks' reports on a stage.

namespace seltzer::detail {
namespace {

void requireResultSize(std::size_t bytes, const std::string& label, std::size_t limit) {
  if (bytes <= limit) return;
  throw ResultSizeError(
      fmt::format(
          "{}: the result is too large for the driver: at least {} bytes, where --seltzer-max-result-size allows "
          "{}; collect less (filter, aggregate, take, toLocalIterator), write it to files, or raise the limit",
          label, bytes, limit),
      bytes);
}

}  // namespace

void throwDriverFailure(std::string_view operation, const CallSite& where, std::size_t partition) {
  FailureRecord failure;
  describeException(failure);
  if (failure.nestedJob) throw;
  const std::string& host = Executor::current()->communicator().host();
  throw TaskError({0, host, partition, std::string(operation), toString(where), 1, std::move(failure.what),
                   failure.diskFull, failure.noRoom});
}

JobResult Scheduler::collectResults(StageOutcome outcome, const StageDescription& stage, std::string_view operation,
                                    const CallSite& where) {
  phaseClock().enter(Phase::resultGather);
  JobResult result;
  result.operation_ = operation;
  result.where_ = where;
  result.exact_ = outcome.summary.exact;
  result.partitions_ = stage.partitions;
  result.width_ = treeWidth(stage);
  const bool failed = outcome.summary.failedRanks > 0;
  const std::size_t resultBytes = outcome.summary.resultBytes;
  executor_.progress().finish(outcome.summary.progressPosts);
  collectReports(std::move(outcome), result);
  phaseClock().enter(Phase::resultDeserialize);
  if (failed) throwFailure(result);
  requireResultSize(resultBytes, rows_[row_].label, executor_.resultLimit());
  return result;
}

void Scheduler::collectReports(StageOutcome outcome, JobResult& result) {
  Communicator& communicator = executor_.communicator();
  result.reports_.resize(static_cast<std::size_t>(communicator.size()));
  result.reports_[0] = std::move(outcome.report);
  const bool tooLarge = outcome.summary.resultBytes > executor_.resultLimit();
  for (std::uint64_t i = 0; i < outcome.summary.reporters; ++i) {
    auto [source, message] = communicator.receiveAny(MessageTag::result);
    if (message.empty()) {  // a rank with large results asks whether to send them
      communicator.send(toWire(!tooLarge), source, MessageTag::result);
      message = communicator.receive(source, MessageTag::result);
    }
    phaseClock().count(Phase::resultGather, message.size(), 0);
    result.reports_[static_cast<std::size_t>(source)] = StageReport::fromMessage(std::move(message));
  }
  std::size_t count = 0;
  for (const StageReport& report : result.reports_) count += report.results.size();
  result.results_.resize(count);
  for (std::size_t rank = 0; rank < result.reports_.size(); ++rank) {
    const StageReport& report = result.reports_[rank];
    for (const ReportEntry& entry : report.results) {
      if (entry.position < count) result.results_[entry.position] = report.view(entry);
    }
    for (const BlockId id : report.dropped) blocks_.erase(id, static_cast<int>(rank));
    for (const BlockId id : report.stored) {
      recordStored(id, static_cast<int>(rank));
      result.stored_.push_back(id);
    }
  }
}

void Scheduler::recordStored(BlockId block, int rank) {
  blocks_.add(block, rank);
  const auto rdd = knownRDD(block.rdd);
  if (!rdd) return;
  if (rdd->placement->rankOf(block.partition) != rank) displaced_.insert(block.rdd);
  if (replication(rdd->level) > 1) uncopied_.push_back(block);
}

Scheduler::AddedByJob::AddedByJob(Scheduler& scheduler, const JobResult& result) : scheduler_(scheduler) {
  std::vector<std::pair<const ReportEntry*, const StageReport*>> values;
  for (const StageReport& report : result.reports_) {
    for (const ReportEntry& entry : report.accumulators) values.emplace_back(&entry, &report);
  }
  std::ranges::stable_sort(values, {}, [](const auto& value) { return value.first->position; });
  AccumulatorTable& table = scheduler.executor_.accumulators();
  table.beginJob();
  try {
    for (const auto& [entry, report] : values) {
      table.expectCommit(entry->accumulator);
      onDriver(result.operation_, result.where_, result.partitionOfTask(entry->position),
               [&table, entry = entry, report = report] {
                 WireReader reader(report->view(*entry));
                 table.at(entry->accumulator).merge(reader);
               });
    }
  } catch (...) {
    table.endJob(false);
    throw;
  }
}

Scheduler::AddedByJob::~AddedByJob() {
  if (running_) scheduler_.executor_.accumulators().endJob(false);
}

void Scheduler::AddedByJob::commit() noexcept {
  running_ = false;
  try {
    scheduler_.executor_.accumulators().endJob(true);
  } catch (const std::bad_alloc&) {
    scheduler_.executor_.communicator().abort(exitMemory, "out of memory: adding to an accumulator");
  }
}

void Scheduler::throwFailure(const JobResult& result) const {
  const FailureRecord* first = nullptr;
  std::size_t rank = 0;
  for (std::size_t r = 0; r < result.reports_.size(); ++r) {
    for (const FailureRecord& failure : result.reports_[r].failures) {
      if (first != nullptr && first->partition <= failure.partition) continue;
      first = &failure;
      rank = r;
    }
  }
  if (first == nullptr) throw std::logic_error("a rank counted a failure but reported none");
  TaskFailure failure;
  failure.rank = static_cast<int>(rank);
  failure.host = executor_.communicator().hostOf(failure.rank);
  failure.partition = first->partition;
  failure.operation = result.operation_;
  failure.callSite = toString(result.where_);
  if (const auto known = known_.find(first->operation); known != known_.end()) {
    if (const auto lineage = known->second.lock()) {
      failure.operation = lineage->operation;
      failure.callSite = toString(lineage->where);
    }
  }
  if (first->nestedJob) {
    throw NestedJobError(fmt::format("{} at {}: partition {} on rank {} ({}): {}", failure.operation, failure.callSite,
                                     failure.partition, failure.rank, failure.host, first->what));
  }
  failure.attempts = first->attempts;
  failure.what = first->what;
  failure.diskFull = first->diskFull;
  failure.noRoom = first->noRoom;
  throw TaskError(std::move(failure));
}

}  // namespace seltzer::detail
