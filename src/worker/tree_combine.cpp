#include "worker/tree_combine.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

#include "net/exchange.hpp"

namespace seltzer::detail {
namespace {

using Results = std::map<std::uint64_t, Bytes>;  // by place in the current level

/// **Collective.** Sends each result to the rank of the first of its group.
Results gatherGroups(Executor& executor, const std::vector<int>& homes, std::size_t scale, Results mine) {
  auto next = mine.begin();
  Bytes record;
  const auto produce = [&](OutgoingBuffers& out) {
    for (; next != mine.end(); ++next) {
      if (record.empty()) {
        WireWriter writer(record);
        writer << next->first << next->second;
      }
      if (!out.append(homes[next->first / scale * scale], record)) return true;
      record.clear();
      next->second = Bytes();
    }
    return false;
  };
  Results received;
  const auto consume = [&](int, ByteView records) {
    WireReader reader(records);
    while (!reader.atEnd()) {
      const auto place = reader.read<std::uint64_t>();
      received[place] = reader.read<Bytes>();
    }
  };
  exchange(executor.communicator(), executor.exchangeBudget(), produce, consume);
  return received;
}

/// Combines the members of each group; if that fails, returns nothing and adds the failure to `report`.
Results combineGroups(TaskRunner& tasks, std::size_t scale, std::size_t width, Results&& members, StageReport& report) {
  Results combined;
  for (auto& [place, bytes] : members) {
    const auto [group, isFirst] = combined.try_emplace(place / scale);
    if (isFirst) {
      group->second = std::move(bytes);
      continue;
    }
    auto both = tasks.combine(group->second, bytes, place * width, report);
    if (!both) return {};
    group->second = std::move(*both);
  }
  return combined;
}

/// **Collective.** Whether no rank has failed so far; counts as waiting.
bool allSucceeded(Communicator& communicator, bool ok) {
  const PhaseScope waiting(Phase::wait);
  return communicator.agree(ok);
}

/// A report with other results. In the data, accumulator values are interleaved with the results: both are laid out
/// again.
StageReport withResults(const Results& results, StageReport report) {
  StageReport combined;
  const auto append = [&combined](ByteView bytes) {
    const std::size_t begin = combined.data.size();
    combined.data.insert(combined.data.end(), bytes.begin(), bytes.end());
    return begin;
  };
  for (const auto& [place, bytes] : results) {
    const std::size_t begin = append(bytes);
    combined.results.push_back({place, begin, combined.data.size(), 0});
  }
  for (const ReportEntry& entry : report.accumulators) {
    const std::size_t begin = append(report.view(entry));
    combined.accumulators.push_back({entry.position, begin, combined.data.size(), entry.accumulator});
  }
  combined.failures = std::move(report.failures);
  return combined;
}

}  // namespace

std::size_t treeScale(std::size_t count, std::size_t depth) {
  const double root = std::pow(static_cast<double>(count), 1.0 / static_cast<double>(depth));
  return std::max<std::size_t>(2, static_cast<std::size_t>(std::ceil(root)));
}

namespace {

/// Whether ranks combine so many results further, or send them to the driver.
bool combinesFurther(std::size_t results, std::size_t scale) {
  return results > scale + (results + scale - 1) / scale;
}

}  // namespace

std::size_t treeWidth(const StageDescription& stage) {
  const std::size_t scale = stage.treeScale;
  std::size_t width = 1;
  if (scale == 0) return width;
  for (std::size_t results = stage.size(); combinesFurther(results, scale); results = (results + scale - 1) / scale)
    width *= scale;
  return width;
}

void combineInTree(Executor& executor, const StageDescription& stage, TaskRunner& tasks, StageReport& report) {
  Communicator& communicator = executor.communicator();
  std::vector<int> homes(stage.size());
  for (std::size_t place = 0; place < homes.size(); ++place) homes[place] = rankOf(stage, place, communicator.size());
  Results mine;
  for (const ReportEntry& entry : report.results) {
    const ByteView bytes = report.view(entry);
    mine[entry.position] = Bytes(bytes.begin(), bytes.end());
  }
  const std::size_t scale = stage.treeScale;
  std::size_t width = 1;  // of the stage's partitions in one result
  while (combinesFurther(homes.size(), scale)) {
    if (!allSucceeded(communicator, report.failures.empty())) return;
    mine = gatherGroups(executor, homes, scale, std::move(mine));
    mine = combineGroups(tasks, scale, width, std::move(mine), report);
    width *= scale;
    std::vector<int> firsts;
    for (std::size_t place = 0; place < homes.size(); place += scale) firsts.push_back(homes[place]);
    homes = std::move(firsts);
  }
  report = withResults(mine, std::move(report));
}

}  // namespace seltzer::detail
