#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <seltzer/detail/data/wire/containers.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

#include "driver/scheduler.hpp"

// The part of the scheduler that decides where persisted and checkpointed partitions are kept.

namespace seltzer::detail {
namespace {

/// The next rank on another host or, if there is one host, the next rank.
int rankOfCopy(int rank, const Communicator& communicator) {
  const int ranks = communicator.size();
  for (int step = 1; step < ranks; ++step) {
    const int other = (rank + step) % ranks;
    if (communicator.hostOf(other) != communicator.hostOf(rank)) return other;
  }
  return (rank + 1) % ranks;
}

}  // namespace

void Scheduler::setLevel(Lineage& rdd, StorageLevel level) {
  rdd.level = level;
  if (level == StorageLevel::NONE) {
    blocks_.erase(rdd.id);
    displaced_.erase(rdd.id);
  }
  if (rdd.sent()) storage_.emplace_back(rdd.id, StorageDescription{level, rdd.storage, rdd.checkpointFolder});
}

void Scheduler::replaceOperator(Lineage& rdd, std::string_view kind, TypeId type, Bytes parameters) {
  rdd.kind = kind;
  rdd.type = type;
  rdd.parameters = std::move(parameters);
  rdd.source = nullptr;
  rdd.forgetParents();
  if (rdd.sent()) replaced_.push_back(describeRDD(rdd));
}

void Scheduler::writeCheckpoints(const std::shared_ptr<Lineage>& rdd) {
  if (lineages_->marked == 0) return;
  std::map<RDDId, std::shared_ptr<Lineage>> marked;  // parents first: their checkpoints shorten the others' jobs
  std::unordered_set<RDDId> seen{rdd->id};
  std::vector<std::shared_ptr<Lineage>> pending{rdd};
  while (!pending.empty()) {
    const std::shared_ptr<Lineage> next = std::move(pending.back());
    pending.pop_back();
    if (next->isMarked()) marked.emplace(next->id, next);
    for (const auto& dependency : next->dependencies) {
      if (seen.insert(dependency->parent()->id).second) pending.push_back(dependency->parent());
    }
  }
  for (const auto& [id, lineage] : marked) {
    auto write = lineage->takeMark();
    if (!write) continue;  // a job that wrote another one has written it
    try {
      write(lineage);
    } catch (...) {
      lineage->mark(std::move(write));
      throw;
    }
  }
}

/// Copies what was stored since the last time, also by jobs that then failed, if its RDD's level asks for it: by a
/// stage without tasks.
void Scheduler::replicate(std::string_view operation, const CallSite& where) {
  StageDescription stage;
  for (const BlockId block : std::exchange(uncopied_, {})) {
    const auto rdd = knownRDD(block.rdd);
    const int holder = blocks_.holder(block);
    if (!rdd || replication(rdd->level) < 2 || holder < 0) continue;
    const int other = rankOfCopy(holder, executor_.communicator());
    if (holder == other || blocks_.holds(block, other)) continue;
    stage.transfers.push_back({block, holder, other, true});
    if (!useDisk(rdd->level) && (stage.read.empty() || stage.read.back() != rdd->id)) stage.read.push_back(rdd->id);
  }
  if (!stage.transfers.empty()) runStage(stage, operation, where);
}

std::vector<RDDInfo> Scheduler::storageInfo(CallSite where) {
  const BetweenJobs running(*this, "getRDDStorageInfo", where);
  return gatherStorage();
}

std::vector<RDDInfo> Scheduler::gatherStorage() {
  std::vector<std::shared_ptr<Lineage>> persisted;
  for (const auto& [id, known] : known_) {
    if (auto rdd = known.lock(); rdd && rdd->level != StorageLevel::NONE) persisted.push_back(std::move(rdd));
  }
  if (persisted.empty()) return {};
  std::ranges::sort(persisted, {}, [](const auto& rdd) { return rdd->id; });
  std::vector<RDDId> ids;
  ids.reserve(persisted.size());
  for (const auto& rdd : persisted) ids.push_back(rdd->id);
  const auto storage = broadcastCommand(Command::gatherStorage, takeUpdates({}), toWire(ids)).storage;
  std::vector<RDDInfo> infos;
  for (std::size_t i = 0; i < persisted.size(); ++i) {
    const Lineage& rdd = *persisted[i];
    RDDInfo info;
    info.id = rdd.id;
    info.name = rdd.name;
    info.callSite = labelOf(rdd.operation, rdd.where);
    info.storageLevel = rdd.level;
    info.numPartitions = rdd.partitions;
    info.numCachedPartitions = blocks_.held(rdd.id);
    for (const auto& ofRank : storage) {
      info.ranks.push_back({ofRank[i].partitions, ofRank[i].memoryBytes, ofRank[i].diskBytes});
      info.memSize += ofRank[i].memoryBytes;
      info.diskSize += ofRank[i].diskBytes;
    }
    if (info.numCachedPartitions > 0) infos.push_back(std::move(info));
  }
  return infos;
}

}  // namespace seltzer::detail
