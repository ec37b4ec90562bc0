#include "driver/stage_descriptions.hpp"

#include <cstddef>
#include <vector>

#include "worker/tree_combine.hpp"

namespace seltzer::detail {
namespace {

/// The tasks of a stage on some partitions of an RDD, or on all if `partitions` is null.
StageDescription describeStage(const Lineage& rdd, const std::vector<std::size_t>* partitions) {
  StageDescription stage;
  stage.rdd = rdd.id;
  stage.partitionCount = partitions == nullptr ? rdd.partitions : partitions->size();
  if (partitions != nullptr) {
    stage.partitions.assign(partitions->begin(), partitions->end());
    stage.rddPartitions = rdd.partitions;
  }
  if (rdd.placement->isBlocks()) {
    stage.placementPartitions = rdd.partitions;
  } else {
    for (std::size_t i = 0; i < stage.size(); ++i) stage.ranks.push_back(rdd.placement->rankOf(stage.partitionAt(i)));
  }
  return stage;
}

}  // namespace

StageDescription describeMapStage(const Lineage& shuffled) {
  const ShuffleDependency& shuffle = *shuffled.shuffle();
  StageDescription stage = describeStage(*shuffle.parent(), nullptr);
  stage.shuffle = ShuffleDescription{shuffle.id(), shuffled.id, shuffled.partitions};
  return stage;
}

StageDescription describeResultStage(const JobRequest& request) {
  StageDescription stage = describeStage(*request.rdd, request.allPartitions ? nullptr : &request.partitions);
  stage.action = request.action;
  stage.actionParameters = request.parameters;
  if (request.treeDepth > 0) stage.treeScale = treeScale(stage.size(), request.treeDepth);
  return stage;
}

}  // namespace seltzer::detail
