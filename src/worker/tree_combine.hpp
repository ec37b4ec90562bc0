#pragma once

#include <cstddef>

#include "protocol/command.hpp"
#include "worker/executor.hpp"
#include "worker/task_runner.hpp"

namespace seltzer::detail {

/// How many results are combined into one at each level of a tree of `depth` levels over `count` results; at least 2.
std::size_t treeScale(std::size_t count, std::size_t depth);

/// How many consecutive partitions each result of a stage is of that reaches the driver; 1 if they are not combined.
std::size_t treeWidth(const StageDescription& stage);

/// **Collective.** Combines the results of a stage in groups of `stage.treeScale` consecutive partitions, on the rank
/// of the first of each group, and so on until few are left for the driver. The shape depends only on the number of
/// partitions. If a task or a combination failed on any rank, all stop. Source: Spark's RDD.treeAggregate.
void combineInTree(Executor& executor, const StageDescription& stage, TaskRunner& tasks, StageReport& report);

}  // namespace seltzer::detail
