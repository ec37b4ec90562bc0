#include "worker/executor.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/errors.hpp>
#include <seltzer/task_context.hpp>

#include "data/heap.hpp"
#include "data/scratch_file.hpp"
#include "metrics/memory_limit.hpp"
#include "net/exception_text.hpp"
#include "worker/statistics_gather.hpp"

namespace seltzer::detail {
namespace {

Executor* currentExecutor = nullptr;

Eviction evictionAt(StorageLevel level) {
  return useMemory(level) && !useDisk(level) ? Eviction::drop : Eviction::spill;
}

void setStorageOf(OperatorBase& op, const StorageDescription& storage) {
  const bool isPlain = storage.level == StorageLevel::NONE && storage.folder.empty();
  op.setStorage(storage.level, isPlain ? nullptr : Registry::at(storage.type), storage.folder);
}

}  // namespace

Executor::Executor(Communicator& communicator, FailureDetector& failureDetector, const Config& config,
                   OriginatedLimit memoryLimit)
    : communicator_(communicator),
      failureDetector_(failureDetector),
      config_(config),
      memoryLimit_(std::move(memoryLimit)),
      progress_(communicator, config.progress) {
  currentExecutor = this;
  if (memoryLimit_.bytes > 0) {
    memoryAccount().setLimit(shareOfData(memoryLimit_.bytes), memoryLimit_.bytes);
    keepFreedMemory(memoryLimit_.bytes);
  }
  memoryAccount().spillEvery(config.spillEvery);
  setScratchFolder(scratchFolder(config.scratchFolder));
  counted_ = communicator.traffic();
}

Executor::~Executor() {
  operators_.clear();
  currentExecutor = nullptr;
}

Executor* Executor::current() {
  return currentExecutor;
}

std::size_t resultLimit() {
  return Executor::current()->resultLimit();
}

std::shared_ptr<const Block> Executor::find(BlockId id) const {
  if (auto block = blocks_.find(id)) return block;
  if (const auto known = operators_.find(id.rdd); known != operators_.end() && known->second.source) {
    return blockOf(known->second.source, id.partition);
  }
  return sources_ ? sources_(id) : nullptr;
}

void Executor::store(BlockId id, std::shared_ptr<const Block> block) {
  keep(id, std::move(block));
  stored_.push_back(id);
}

void Executor::dropStored() {
  for (const BlockId id : std::exchange(stored_, {})) blocks_.erase(id);
}

void Executor::keep(BlockId id, std::shared_ptr<const Block> block) {
  const auto known = operators_.find(id.rdd);
  const StorageLevel level = known == operators_.end() ? StorageLevel::NONE : known->second.description.storage.level;
  if (level != StorageLevel::NONE && !useMemory(level)) {
    if (const auto* wire = dynamic_cast<const WireBlock*>(block.get())) wire->spill();
  }
  blocks_.put(id, std::move(block), evictionAt(level));
}

std::size_t Executor::exchangeBudget() const {
  static_assert(shareOfData(leastMemory) / 8 >= shuffleFrameBytes);
  return std::min(config_.exchangeBudget, std::max(memoryAccount().limit() / 8, shuffleFrameBytes));
}

const std::string& Executor::operationOf(RDDId id) const {
  static const std::string none;
  const auto known = operators_.find(id);
  return known == operators_.end() ? none : known->second.description.operation;
}

std::string Executor::activity() const {
  const TaskContext* task = TaskContext::current();
  if (task == nullptr) return std::string(communicator_.activity());
  const auto operation = task->operation == ofAction ? communicator_.activity() : operationOf(task->operation);
  return fmt::format("{}, partition {}", operation, task->partition());
}

Executor::Known& Executor::knownOf(RDDId id) {
  const auto known = operators_.find(id);
  if (known == operators_.end()) throw std::logic_error(fmt::format("RDD {} was never sent to this rank", id));
  return known->second;
}

OperatorBase& Executor::operatorOf(RDDId id) {
  Known& wanted = knownOf(id);
  if (wanted.op) return *wanted.op;
  const PhaseScope phase(Phase::deserializeFunction);
  // Parents first, without recursion: a chain may have a hundred thousand operators.
  std::vector<Known*> waiting = {&wanted};
  while (!waiting.empty()) {
    Known& next = *waiting.back();
    const std::size_t before = waiting.size();
    for (const RDDId parent : next.description.parents) {
      if (Known& known = knownOf(parent); !known.op) waiting.push_back(&known);
    }
    if (waiting.size() > before) continue;
    waiting.pop_back();
    if (!next.op) build(next);  // it may be listed twice, by several children
  }
  return *wanted.op;
}

void Executor::build(Known& known) {
  if (TaskContext* task = TaskContext::current()) task->operation = known.description.id;
  const auto factory = reinterpret_cast<OperatorBase::Factory>(Registry::at(known.description.type));
  OperatorBase::Inputs inputs{*this, known.description.id, {}};
  for (const RDDId parent : known.description.parents) inputs.parents.push_back(knownOf(parent).op.get());
  WireReader parameters(known.description.parameters);
  auto op = factory(inputs, parameters);
  setStorageOf(*op, known.description.storage);
  known.op = std::move(op);
  known.description.parameters = Bytes();
}

int Executor::serve() {
  PhaseClock& clock = phaseClock();
  PhaseClock::Nanoseconds idleSince = clock.enter(0, Phase::outside);
  Bytes message;
  for (;;) {
    communicator_.broadcastMessage(message);
    WireReader command(message);
    const auto header = command.read<CommandHeader>();
    const bool isJob = header.row != 0;
    const PhaseClock::Nanoseconds begin = clock.enter(header.row, isJob ? Phase::deserializeFunction : Phase::outside);
    accountForIdling(header, idleSince, begin);
    const CommandResult result = handleCommand(command, header);
    const PhaseClock::Nanoseconds end = clock.enter(0, Phase::outside);
    if (isJob) clock.at(header.row).wallNanoseconds += end - begin;
    countTraffic(header.row);
    lastRow_ = header.row;
    idleSince = end;
    if (result.stop) return result.exitCode;
  }
}

void Executor::accountForIdling(const CommandHeader& header, PhaseClock::Nanoseconds idleSince,
                                PhaseClock::Nanoseconds now) {
  // For parts of the time the driver planned this job, prepared data and was outside jobs; for the rest the last job
  // still ran on other ranks. Row 0 is no job: its share stays in Phase::outside.
  PhaseClock::Nanoseconds left = now - idleSince;
  const auto waitFor = [&left](RowId row, PhaseClock::Nanoseconds time) {
    time = std::min(left, time);
    left -= time;
    if (row == 0) return;
    phaseClock().reattribute(0, Phase::outside, row, Phase::wait, time);
    phaseClock().at(row).wallNanoseconds += time;
  };
  waitFor(header.row, header.planningNanoseconds);
  waitFor(header.preparedRow, header.preparingNanoseconds);
  waitFor(0, header.outsideNanoseconds);
  waitFor(lastRow_, left);
}

void Executor::countTraffic(RowId row) {
  const Traffic now = communicator_.traffic();
  phaseClock().at(row).traffic += now - counted_;
  counted_ = now;
}

template <class Work>
auto Executor::orAbort(std::string_view activity, Work&& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    communicator_.abort(exitMemory, fmt::format("{}: out of memory; use more ranks or nodes, more and smaller "
                                                "partitions, or persist less",
                                                activity));
  } catch (const ScratchError& error) {
    communicator_.abort(exitMemory, fmt::format("{}: {}", activity, textOf(error)));
  } catch (const std::exception& error) {
    communicator_.abort(exitTask, fmt::format("{}: {}", activity, typedTextOf(error)));
  } catch (...) {
    communicator_.abort(exitTask, fmt::format("{}: {}", activity, textOfOtherException()));
  }
}

Executor::CommandResult Executor::handleCommand(WireReader& command, const CommandHeader& header, ByteView content) {
  if (header.hasUpdates) {
    orAbort("the updates before a job", [&] { apply(command.read<Updates>()); });
  }
  CommandResult result;
  if (header.command == Command::runStage) {
    const auto stage = command.read<StageDescription>();
    communicator_.setActivity(stage.operation);
    result.outcome = orAbort(stage.operation, [&] { return runStage(stage, header.polling); });
    communicator_.setActivity({});
  } else {
    orAbort(name(header.command), [&] { handleOther(command, header, content, result); });
  }
  return result;
}

void Executor::handleOther(WireReader& command, const CommandHeader& header, ByteView content, CommandResult& result) {
  switch (header.command) {
    case Command::runStage:
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
      result.statistics = reduceStatistics(communicator_, command.read<std::uint32_t>(), memoryLimit_);
      break;
    case Command::gatherStorage: {
      std::vector<BlockStore::Holdings> mine;
      for (const RDDId id : command.read<std::vector<RDDId>>()) mine.push_back(blocks_.holdings(id));
      for (const Bytes& theirs : communicator_.gather(toWire(mine))) {
        result.storage.push_back(fromWire<std::vector<BlockStore::Holdings>>(theirs));
      }
      break;
    }
    case Command::gatherTraffic:
      for (const Bytes& traffic : communicator_.gather(toWire(communicator_.traffic()))) {
        result.traffic.push_back(fromWire<Traffic>(traffic));
      }
      break;
    case Command::shutdown:
      broadcasts_.clear();
      if (claims_) claims_->free();
      failureDetector_.prepareForFinalize();
      result.stop = true;
      result.exitCode = command.read<std::int32_t>();
      break;
  }
}

void Executor::apply(Updates updates) {
  for (const RDDId id : updates.released) {
    operators_.erase(id);
    blocks_.erase(id);
  }
  for (RDDDescription& description : updates.created) {
    const auto [known, isNew] = operators_.try_emplace(description.id);
    if (isNew) {
      if (description.source) {
        known->second.source = std::make_shared<SourceData>(std::move(*std::exchange(description.source, {})));
      }
      known->second.description = std::move(description);
    } else {
      replace(known->second, std::move(description));
    }
  }
  for (const auto& [id, storage] : updates.storage) setStorage(id, storage);
  for (AccumulatorDescription& description : updates.accumulators) accumulators_.add(std::move(description));
  if (updates.properties) properties_ = std::move(*updates.properties);
  for (const BroadcastUpdate& update : updates.broadcasts) {
    if (update.isReleased != 0) {
      broadcasts_.destroy(update.id);
    } else {
      broadcasts_.forgetDecoded(update.id);
    }
  }
}

void Executor::replace(Known& known, RDDDescription description) {
  known.description = std::move(description);
  known.source = nullptr;
  if (!known.op) return;
  known.replaced.push_back(std::move(known.op));
  build(known);
  known.replaced.back()->replaceBy(*known.op);
}

void Executor::setStorage(RDDId id, const StorageDescription& storage) {
  Known& known = knownOf(id);
  known.description.storage = storage;
  if (known.op) setStorageOf(*known.op, storage);
  if (storage.level == StorageLevel::NONE) {
    blocks_.erase(id);
  } else {
    blocks_.setEviction(id, evictionAt(storage.level));
  }
}

}  // namespace seltzer::detail
