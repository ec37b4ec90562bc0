#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <seltzer/statistics.hpp>

namespace seltzer {
namespace {

using Json = nlohmann::ordered_json;

Json toJson(const Spread& spread) {
  return {{"min", spread.min},
          {"mean", spread.mean},
          {"max", spread.max},
          {"min_rank", spread.minRank},
          {"max_rank", spread.maxRank}};
}

Json toJson(const MemoryPeak& peak) {
  return {{"max_bytes", peak.max()}, {"max_rank", peak.maxRank()}, {"sum_bytes", peak.sum()}, {"by_rank", peak.byRank}};
}

Json toJson(const MemoryLimit& limit) {
  return {{"bytes", limit.bytes},          {"rank", limit.rank},          {"origin", limit.origin},
          {"data_bytes", limit.dataBytes}, {"most_used", limit.mostUsed}, {"most_used_rank", limit.mostUsedRank}};
}

Json toJson(const HotKeyStatistics& key) {
  return {{"key", key.text}, {"share", key.share}, {"samples", key.samples}};
}

Json shuffleToJson(const StageStatistics& stage) {
  const PhaseStatistics& write = stage[Phase::shuffleWrite];
  const PhaseStatistics& exchange = stage[Phase::shuffleExchange];
  const PhaseStatistics& read = stage[Phase::shuffleRead];
  Json keys = Json::array();
  for (const HotKeyStatistics& key : stage.hotKeys) keys.push_back(toJson(key));
  return {{"written_records", write.records},
          {"written_bytes", write.bytes},
          {"exchanged_records", exchange.records},
          {"exchanged_bytes", exchange.bytes},
          {"exchange_seconds", toJson(exchange.seconds)},
          {"read_records", read.records},
          {"read_bytes", read.bytes},
          {"partitions", stage.shufflePartitions},
          {"sampled_records", stage.hotKeySamples},
          {"frequent_keys", std::move(keys)},
          {"hot_keys", stage.keysCalledHot().size()}};
}

Json spillToJson(const StageStatistics& stage) {
  return {{"written_bytes", stage[Phase::spillWrite].bytes},
          {"read_bytes", stage[Phase::spillRead].bytes},
          {"data_bytes", stage.dataBytes()},
          {"times_data", stage.timesSpilled()},
          {"too_much", stage.spilledTooMuch()}};
}

Json toJson(const TrafficStatistics::Amount& amount) {
  return {{"sum", amount.sum}, {"max", amount.max}};
}

Json trafficToJson(const StageStatistics& stage) {
  Json traffic = Json::object();
  for (std::size_t kind = 0; kind < stage.traffic.size(); ++kind) {
    const TrafficStatistics& of = stage.traffic[kind];
    traffic[std::string(trafficKinds[kind])] = {{"messages", toJson(of.messagesSent)},
                                                {"bytes", toJson(of.bytesSent)},
                                                {"received_messages", toJson(of.messagesReceived)},
                                                {"received_bytes", toJson(of.bytesReceived)}};
  }
  return traffic;
}

Json toJson(const RDDInfo& rdd) {
  Json ranks = Json::array();
  for (const RankStorage& rank : rdd.ranks) {
    ranks.push_back({{"partitions", rank.partitions}, {"memory_bytes", rank.memSize}, {"disk_bytes", rank.diskSize}});
  }
  return {{"id", rdd.id},
          {"name", rdd.name},
          {"call_site", rdd.callSite},
          {"level", name(rdd.storageLevel)},
          {"partitions", rdd.numPartitions},
          {"cached_partitions", rdd.numCachedPartitions},
          {"memory_bytes", rdd.memSize},
          {"disk_bytes", rdd.diskSize},
          {"by_rank", std::move(ranks)}};
}

Json memoryToJson(const Statistics& statistics) {
  Json memory = Json::object();
  for (const MemoryPeak& peak : statistics.memory) memory[peak.use] = toJson(peak);
  memory[statistics.resident.use] = toJson(statistics.resident);
  return memory;
}

Json toJson(const StageStatistics& stage) {
  Json phases = Json::object();
  for (std::size_t i = 0; i < phaseCount; ++i) {
    const PhaseStatistics& phase = stage.phases[i];
    phases[std::string(phaseNames[i])] = {
        {"seconds", toJson(phase.seconds)}, {"bytes", phase.bytes}, {"records", phase.records}};
  }
  return {{"operation", stage.operation},
          {"call_site", stage.callSite},
          {"jobs", stage.jobs},
          {"wall_seconds", toJson(stage.wall)},
          {"tasks", stage.tasks},
          {"moved_tasks", stage.movedTasks},
          {"moved_seconds", stage.movedSeconds},
          {"saved_seconds", stage.savedSeconds},
          {"task_median_seconds", stage.medianTaskSeconds},
          {"task_max_seconds", stage.maxTaskSeconds},
          {"task_max_partition", stage.maxTaskPartition},
          {"task_max_rank", stage.maxTaskRank},
          {"skew", stage.skew()},
          {"shuffle", shuffleToJson(stage)},
          {"spill", spillToJson(stage)},
          {"traffic", trafficToJson(stage)},
          {"phases", std::move(phases)}};
}

}  // namespace

std::string Statistics::json() const {
  Json all;
  all["context"] = {{"program", context.program}, {"arguments", context.arguments},    {"ranks", context.ranks},
                    {"hosts", context.hosts},     {"mpi_library", context.mpiLibrary}, {"version", context.version},
                    {"commit", context.commit},   {"compiler", context.compiler},      {"flags", context.flags},
                    {"date", context.date}};
  all["accounted"] = {{"least", leastAccounted}, {"most", mostAccounted}};
  all["total"] = toJson(total);
  all["stages"] = Json::array();
  for (const StageStatistics& stage : stages) all["stages"].push_back(toJson(stage));
  all["memory"] = memoryToJson(*this);
  all["memory_limit"] = toJson(memoryLimit);
  all["storage"] = Json::array();
  for (const RDDInfo& rdd : storage) all["storage"].push_back(toJson(rdd));
  all["accumulators"] = Json::object();
  for (const auto& [name, value] : accumulators) {
    std::string key = name;
    for (int number = 2; all["accumulators"].contains(key); ++number) key = fmt::format("{} ({})", name, number);
    all["accumulators"][key] = value;
  }
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace seltzer
