#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/context.hpp>
#include <seltzer/detail/api/checkpoint_store.hpp>
#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/rdd.hpp>

#include "driver/scheduler.hpp"
#include "engine/diagnostic.hpp"
#include "metrics/build_info.hpp"
#include "operators/range_rdd.hpp"

namespace seltzer {
namespace {

Context* currentContext = nullptr;

detail::Executor& requireExecutor(std::string_view what) {
  detail::Executor* executor = detail::Executor::current();
  if (executor == nullptr) throw std::logic_error(fmt::format("{}: used outside of seltzer::run", what));
  return *executor;
}

}  // namespace

void detail::requireDriverFunction(std::string_view what) {
  const bool onDriver = currentContext != nullptr && !currentContext->scheduler().busy();
  if (TaskContext::current() == nullptr && (onDriver || Executor::current() == nullptr)) return;
  throw NestedJobError(
      fmt::format("{}: only the driver function may use this, not a user's function on a rank: read a total after "
                  "the action, and capture what a function needs by value; what a task knows of itself is in "
                  "TaskContext::current()",
                  what));
}

Context::Context(detail::Scheduler& scheduler) : scheduler_(scheduler) {
  currentContext = this;
  const std::string program = std::filesystem::path(scheduler.program()).filename();
  checkpoints_ = detail::makeUnique<detail::CheckpointStore>(
      detail::ProgramTag{program, detail::Registry::size(), detail::Registry::hash()}, applicationId());
}
Context::~Context() {
  currentContext = nullptr;
}
Context* Context::current() {
  detail::requireDriverFunction("Context::current");
  return currentContext;
}

detail::JobService& Context::jobs() {
  if (this != currentContext) throw std::logic_error("the RDD or context was used after seltzer::run had ended");
  return scheduler_;
}

detail::Scheduler& Context::scheduler() {
  static_cast<void>(jobs());
  return scheduler_;
}

std::vector<RDDInfo> Context::getRDDStorageInfo(CallSite where) {
  return scheduler().storageInfo(where);
}

void Context::setLocalProperty(const std::string& key, std::optional<std::string> value, CallSite where) {
  scheduler().setLocalProperty(key, std::move(value), where);
}

std::optional<std::string> Context::getLocalProperty(const std::string& key) const {
  detail::requireDriverFunction("Context::getLocalProperty");
  const auto& properties = scheduler_.localProperties();
  const auto found = properties.find(key);
  return found == properties.end() ? std::nullopt : std::optional(found->second);
}

Statistics Context::stats(CallSite where) {
  return scheduler().statistics(where);
}

std::vector<Traffic> Context::traffic(CallSite where) {
  return scheduler().traffic(where);
}

void Context::setCheckpointDir(const std::string& directory, CallSite where) {
  scheduler().requireIdle("setCheckpointDir", where);
  checkpoints_->setDirectory(directory, where);
}

std::optional<std::string> Context::getCheckpointDir() const {
  detail::requireDriverFunction("Context::getCheckpointDir");
  return checkpoints_->directory();
}

void Context::checkpointed(const std::string& name, CallSite where) {
  scheduler().requireIdle("checkpointed", where);
  scheduler_.endAtCheckpoints();
  checkpoints_->complete(checkpoints_->newPath(name, where), {}, where, name);
  scheduler_.throwAtTimeLimit(detail::messagePrefix("checkpointed", where) + "stopped after this checkpoint");
}

bool Context::restored() const {
  detail::requireDriverFunction("Context::restored");
  return checkpoints_->restored();
}

RDD<std::int64_t> Context::range(std::int64_t start, std::int64_t end, std::int64_t step, PartitionCount partitions,
                                 CallSite where) {
  if (step == 0) throw std::invalid_argument(detail::messagePrefix("range", where) + "the step is 0");
  // The distance of two int64 fits 64 unsigned bits, where a signed difference could overflow.
  const auto distance = step > 0 ? static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(start)
                                 : static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(end);
  const auto stride = step > 0 ? static_cast<std::uint64_t>(step) : ~static_cast<std::uint64_t>(step) + 1;
  const bool none = step > 0 ? start >= end : start <= end;
  const std::uint64_t count = none ? 0 : (distance - 1) / stride + 1;
  const std::size_t parts = detail::requirePartitions(partitions, *this, "range", where);
  return detail::newSource<detail::RangeRDD>(*this, "range", where, parts, start, step, count, std::uint64_t{parts});
}

RDD<std::int64_t> Context::range(std::int64_t n, CallSite where) {
  return range(0, n, 1, {}, where);
}

std::size_t Context::defaultParallelism() const {
  detail::requireDriverFunction("Context::defaultParallelism");
  return scheduler_.executor().defaultParallelism();
}

int Context::ranks() const {
  detail::requireDriverFunction("Context::ranks");
  return scheduler_.executor().communicator().size();
}

std::vector<std::string> Context::hosts() const {
  detail::requireDriverFunction("Context::hosts");
  const auto& communicator = scheduler_.executor().communicator();
  std::vector<std::string> hosts;
  hosts.reserve(static_cast<std::size_t>(communicator.size()));
  for (int rank = 0; rank < communicator.size(); ++rank) hosts.push_back(communicator.hostOf(rank));
  return hosts;
}

std::string Context::version() const {
  detail::requireDriverFunction("Context::version");
  return std::string(buildInfo().version);
}

std::string Context::applicationId() const {
  detail::requireDriverFunction("Context::applicationId");
  if (const char* job = std::getenv("SLURM_JOB_ID")) return fmt::format("slurm-{}", job);
  return fmt::format("{}-{}", scheduler_.executor().communicator().host(), ::getpid());
}

const Config& Context::config() const {
  detail::requireDriverFunction("Context::config");
  return scheduler_.executor().config();
}

void Context::log(std::string_view message) const {
  detail::requireDriverFunction("Context::log");
  detail::writeToStderr(fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {}\n", fmt::gmtime(std::time(nullptr)), message));
}

namespace detail {

AccumulatorTable& requireAccumulators(std::string_view what) {
  return requireExecutor(what).accumulators();
}

AccumulatorBase& requireTotal(std::string_view what, std::uint32_t id) {
  AccumulatorTable& table = requireAccumulators(what);
  const std::string& name = table.nameOf(id);
  requireDriverFunction(name.empty() ? std::string(what) : fmt::format("{} of \"{}\"", what, name));
  return table.at(id);
}

BroadcastTable& requireBroadcasts(std::string_view what) {
  return requireExecutor(what).broadcasts();
}

JobService& requireJobService(std::string_view operation, const CallSite& where) {
  if (TaskContext::current() != nullptr || (currentContext == nullptr && Executor::current() != nullptr)) {
    throw NestedJobError(messagePrefix(operation, where) +
                         "only the driver function may do this, not a user's function on a rank");
  }
  if (currentContext == nullptr)
    throw std::logic_error(messagePrefix(operation, where) + "used outside of the driver function");
  return currentContext->scheduler();
}

}  // namespace detail
}  // namespace seltzer
