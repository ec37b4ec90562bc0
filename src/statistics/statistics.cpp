#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <seltzer/statistics/statistics.hpp>

namespace seltzer {
namespace {

using Json = nlohmann::ordered_json;

/// A largest task this many times the median is called skewed.
constexpr double skewedFrom = 2;

double percentOf(double seconds, double whole) {
  return whole > 0 ? 100 * seconds / whole : 0;
}

std::string amount(std::uint64_t number) {
  if (number == 0) return "";
  constexpr std::array<const char*, 7> units = {"", "k", "M", "G", "T", "P", "E"};
  auto value = static_cast<double>(number);
  std::size_t unit = 0;
  for (; value >= 9999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{}", number) : fmt::format("{:.4g} {}", value, units[unit]);
}

std::string phaseLine(const StageStatistics& row, Phase phase) {
  const PhaseStatistics& times = row[phase];
  return fmt::format("{:<28}{:>11.6f}{:>11.6f}{:>11.6f}{:>6}{:>12.4f}{:>10}{:>10}\n", name(phase), times.seconds.min,
                     times.seconds.mean, times.seconds.max, times.seconds.maxRank,
                     percentOf(times.seconds.mean, row[Phase::execute].seconds.mean), amount(times.bytes),
                     amount(times.records));
}

std::string stageLine(const StageStatistics& stage) {
  const double skew = stage.medianTaskSeconds > 0 ? stage.maxTaskSeconds / stage.medianTaskSeconds : 1;
  return fmt::format("{:<28}{:>7}{:>9}{:>12.6f}{:>12.6f}{:>12.6f}{:>8.2f}{}\n",
                     stage.operation + " at " + stage.callSite, stage.jobs, stage.tasks, stage.wall.max,
                     stage[Phase::execute].seconds.mean, stage[Phase::wait].seconds.mean, skew,
                     skew >= skewedFrom ? "  skewed" : "");
}

Json toJson(const Spread& spread) {
  return {{"min", spread.min},
          {"mean", spread.mean},
          {"max", spread.max},
          {"min_rank", spread.minRank},
          {"max_rank", spread.maxRank}};
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
          {"task_median_seconds", stage.medianTaskSeconds},
          {"task_max_seconds", stage.maxTaskSeconds},
          {"phases", std::move(phases)}};
}

}  // namespace

std::string Statistics::table() const {
  std::string text = fmt::format("{:<28}{:>11}{:>11}{:>11}{:>6}{:>12}{:>10}{:>10}\n", "phase, seconds over ranks",
                                 "min", "mean", "max", "rank", "execute = %", "bytes", "records");
  for (std::size_t i = 0; i < phaseCount; ++i) text += phaseLine(total, static_cast<Phase>(i));
  text += fmt::format("{:<28}{:>11.6f}{:>11.6f}{:>11.6f}{:>6}   accounted for {:.2f} % to {:.2f} %\n",
                      "wall time of jobs", total.wall.min, total.wall.mean, total.wall.max, total.wall.maxRank,
                      100 * leastAccounted, 100 * mostAccounted);
  text += fmt::format("\n{:<28}{:>7}{:>9}{:>12}{:>12}{:>12}{:>8}\n", "stage", "jobs", "tasks", "wall s", "execute s",
                      "wait s", "skew");
  for (const StageStatistics& stage : stages) text += stageLine(stage);
  if (!accumulators.empty()) text += "\naccumulators\n";
  for (const auto& [name, value] : accumulators) text += fmt::format("{:<28}{}\n", name, value);
  return text;
}

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
  all["accumulators"] = Json::object();
  for (const auto& [name, value] : accumulators) all["accumulators"][name] = value;
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::ostream& operator<<(std::ostream& out, const Statistics& statistics) {
  return out << statistics.table();
}

}  // namespace seltzer
