#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <seltzer/statistics.hpp>

namespace seltzer {
namespace {

/// A stage is skewed if its longest task took this many times the median, and at least so many seconds.
constexpr double skewedFrom = 2;
constexpr double worthMentioning = 0.1;

/// Bounds of the width of the stage names' column.
constexpr std::size_t leastStageWidth = 28;
constexpr std::size_t mostStageWidth = 38;

/// The most characters of a memory limit's origin.
constexpr std::size_t mostOriginWidth = 80;

double percentOf(double seconds, double whole) {
  return whole > 0 ? 100 * seconds / whole : 0;
}

/// At most seven characters; empty for 0.
std::string amount(std::uint64_t number) {
  if (number == 0) return "";
  constexpr std::array<const char*, 7> units = {"", "k", "M", "G", "T", "P", "E"};
  auto value = static_cast<double>(number);
  std::size_t unit = 0;
  for (; value >= 9999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{}", number) : fmt::format("{:.4g} {}", value, units[unit]);
}

std::string seconds(double value) {
  return value > 0 ? fmt::format("{:.6f}", value) : "";
}

/// In quotes, on one line and safe for a terminal: control characters are escaped, and bytes that are not UTF-8
/// replaced.
std::string quoted(const std::string& text) {
  const std::string escaped = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const auto byte = static_cast<unsigned char>(escaped[i]);
    const auto next = static_cast<unsigned char>(i + 1 < escaped.size() ? escaped[i + 1] : 0);
    if (byte == 0x7f) {
      safe += "\\u007f";
    } else if (byte == 0xc2 && next < 0xa0) {  // U+0080 to U+009F
      safe += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      safe += escaped[i];
    }
  }
  return safe;
}

/// As `quoted`, without the quotes.
std::string printable(const std::string& text) {
  const std::string inQuotes = quoted(text);
  return inQuotes.substr(1, inQuotes.size() - 2);
}

std::string labelOf(const StageStatistics& stage) {
  return stage.operation + " at " + stage.callSite;
}

/// A phase, and its mean as a percentage of that of `execute`.
std::string phaseLine(const StageStatistics& row, Phase phase) {
  const PhaseStatistics& times = row[phase];
  return fmt::format("{:<28}{:>11.6f}{:>11.6f}{:>11.6f}{:>9}{:>14.4f}{:>10}{:>10}\n", name(phase), times.seconds.min,
                     times.seconds.mean, times.seconds.max, times.seconds.maxRank,
                     percentOf(times.seconds.mean, row[Phase::execute].seconds.mean), amount(times.bytes),
                     amount(times.records));
}

std::string phaseTable(const Statistics& statistics) {
  const Spread& wall = statistics.total.wall;
  std::string text = fmt::format("{:<28}{:>11}{:>11}{:>11}{:>9}{:>14}{:>10}{:>10}\n", "phase, seconds over ranks",
                                 "min", "mean", "max", "on rank", "% of execute", "bytes", "records");
  for (std::size_t i = 0; i < phaseCount; ++i) text += phaseLine(statistics.total, static_cast<Phase>(i));
  return text + fmt::format("{:<28}{:>11.6f}{:>11.6f}{:>11.6f}{:>9}   accounted for {:.2f} % to {:.2f} %\n",
                            "wall time of jobs", wall.min, wall.mean, wall.max, wall.maxRank,
                            100 * statistics.leastAccounted, 100 * statistics.mostAccounted);
}

/// A name too long for its column gets a line of its own.
std::string stageLine(const StageStatistics& stage, std::size_t width) {
  std::string label = labelOf(stage);
  if (label.size() > width) label += fmt::format("\n{:<{}}", "", width);
  const PhaseStatistics& write = stage[Phase::shuffleWrite];
  const PhaseStatistics& read = stage[Phase::shuffleRead];
  return fmt::format("{:<{}}{:>6}{:>8}{:>11.6f}{:>11.6f}{:>11.6f}{:>7.2f}{:>9}{:>9}{:>11}{:>9}{:>9}\n", label, width,
                     stage.jobs, stage.tasks, stage.wall.max, stage[Phase::execute].seconds.mean,
                     stage[Phase::wait].seconds.mean, stage.skew(), amount(write.records), amount(write.bytes),
                     seconds(stage[Phase::shuffleExchange].seconds.mean), amount(read.records), amount(read.bytes));
}

std::string stageTable(const std::vector<StageStatistics>& stages) {
  std::size_t width = leastStageWidth;
  for (const StageStatistics& stage : stages) width = std::max(width, labelOf(stage).size());
  width = std::min(width, mostStageWidth);
  std::string text =
      fmt::format("\n{:<{}}{:>63}{:>9}{:>11}{:>9}{:>9}\n", "", width, "written", "written", "exchange", "read", "read");
  text += fmt::format("{:<{}}{:>6}{:>8}{:>11}{:>11}{:>11}{:>7}{:>9}{:>9}{:>11}{:>9}{:>9}\n", "stage", width, "jobs",
                      "tasks", "wall s", "execute s", "wait s", "skew", "records", "bytes", "s", "records", "bytes");
  for (const StageStatistics& stage : stages) text += stageLine(stage, width);
  return text;
}

/// Empty if nothing was spilled.
std::string spillTable(const std::vector<StageStatistics>& stages) {
  std::string text;
  for (const StageStatistics& stage : stages) {
    const PhaseStatistics& written = stage[Phase::spillWrite];
    const PhaseStatistics& read = stage[Phase::spillRead];
    if (written.bytes == 0 && read.bytes == 0) continue;
    std::string label = labelOf(stage);
    if (label.size() > mostStageWidth) label += fmt::format("\n{:<{}}", "", mostStageWidth);
    const std::string times = stage.timesSpilled() > 0 ? fmt::format("{:.2f}", stage.timesSpilled()) : "";
    text += fmt::format("{:<{}}{:>11}{:>11}{:>9}{:>11}{:>11}\n", label, mostStageWidth, amount(written.bytes),
                        amount(stage.dataBytes()), times, amount(read.bytes),
                        seconds(written.seconds.mean + read.seconds.mean));
  }
  if (text.empty()) return text;
  return fmt::format("\n{:<{}}{:>11}{:>11}{:>9}{:>11}{:>11}\n", "scratch files, bytes of all ranks", mostStageWidth,
                     "written", "data", "times", "read", "mean s") +
         text;
}

/// Moved tasks, skewed ones, hot keys and stages that need more memory.
std::string remarks(const std::vector<StageStatistics>& stages) {
  std::string text;
  for (const StageStatistics& stage : stages) {
    if (stage.movedSeconds >= worthMentioning) {
      text += fmt::format("moved: {}: {} of {} tasks, {:.3f} s, to idle ranks; {:.3f} s {}\n", labelOf(stage),
                          stage.movedTasks, stage.tasks, stage.movedSeconds, std::abs(stage.savedSeconds),
                          stage.savedSeconds < 0 ? "lost" : "saved");
    }
    if (stage.skew() >= skewedFrom && stage.maxTaskSeconds >= worthMentioning) {
      text +=
          fmt::format("skewed: {}: partition {} on rank {} took {:.6f} s, {:.2f} times the median task\n",
                      labelOf(stage), stage.maxTaskPartition, stage.maxTaskRank, stage.maxTaskSeconds, stage.skew());
    }
    for (const HotKeyStatistics& key : stage.keysCalledHot()) {
      text += fmt::format("hot key of {}: {} {:.1f} % of the elements\n", labelOf(stage), quoted(key.text),
                          100 * key.share);
    }
    if (stage.spilledTooMuch()) {
      text += fmt::format("short of memory: {} spilled {:.1f} times its data: use more memory, partitions or ranks\n",
                          labelOf(stage), stage.timesSpilled());
    }
  }
  return text;
}

/// Empty if nothing was sent, as on a single rank.
std::string trafficTable(const StageStatistics& total) {
  std::string text;
  for (std::size_t kind = 0; kind < total.traffic.size(); ++kind) {
    const TrafficStatistics& of = total.traffic[kind];
    if (of.messagesReceived.sum == 0) continue;
    text += fmt::format("{:<28}{:>11}{:>11}{:>11}{:>11}\n", trafficKinds[kind], amount(of.messagesSent.sum),
                        amount(of.messagesSent.max), amount(of.bytesSent.sum), amount(of.bytesSent.max));
  }
  if (text.empty()) return text;
  return fmt::format("\n{:<28}{:>11}{:>11}{:>11}{:>11}\n", "traffic, sent by ranks", "messages", "by one", "bytes",
                     "by one") +
         text;
}

/// Empty if no limit is known.
std::string limitLine(const MemoryLimit& limit) {
  if (limit.bytes == 0) return "";
  std::string origin = limit.origin;
  if (origin.size() > mostOriginWidth) origin = origin.substr(0, mostOriginWidth) + "...";
  return fmt::format("{:<28}{:>11}{:>6}  {}\n", "least limit of a rank", amount(limit.bytes), limit.rank,
                     printable(origin)) +
         fmt::format("{:<28}{:>11}{:>6}  at most {:.1f} % in use at once on rank {}\n", "of it, for data",
                     amount(limit.dataBytes), limit.rank, 100 * limit.mostUsed, limit.mostUsedRank);
}

std::string memoryTable(const Statistics& statistics) {
  std::vector<MemoryPeak> peaks = statistics.memory;
  peaks.push_back(statistics.resident);
  std::string text;
  for (const MemoryPeak& peak : peaks) {
    if (peak.max() == 0) continue;
    text += fmt::format("{:<28}{:>11}{:>6}{:>11}\n", peak.use, amount(peak.max()), peak.maxRank(), amount(peak.sum()));
  }
  text += limitLine(statistics.memoryLimit);
  if (text.empty()) return text;
  return fmt::format("\n{:<28}{:>11}{:>6}{:>11}\n", "memory, peak over ranks", "bytes", "rank", "all ranks") + text;
}

/// Empty if no partition is stored.
std::string storageTable(const std::vector<RDDInfo>& storage) {
  if (storage.empty()) return "";
  std::string text =
      fmt::format("\n{:<28}{:>11}{:>11}{:>11}  {}\n", "stored", "partitions", "in memory", "on disk", "level");
  for (const RDDInfo& rdd : storage) {
    const std::string name = rdd.name.empty() ? rdd.callSite : printable(rdd.name);
    text += fmt::format("{:<28}{:>11}{:>11}{:>11}  {}\n", name,
                        fmt::format("{} of {}", rdd.numCachedPartitions, rdd.numPartitions), amount(rdd.memSize),
                        amount(rdd.diskSize), seltzer::name(rdd.storageLevel));
  }
  return text;
}

}  // namespace

std::string Statistics::table() const {
  std::string text = phaseTable(*this) + stageTable(stages) + remarks(stages) + spillTable(stages) +
                     trafficTable(total) + memoryTable(*this) + storageTable(storage);
  if (!accumulators.empty()) text += "\naccumulators\n";
  for (const auto& [name, value] : accumulators) text += fmt::format("{:<28}{}\n", printable(name), printable(value));
  return text;
}

}  // namespace seltzer
