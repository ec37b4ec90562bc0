#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/engine/shuffle_operator.hpp>

namespace seltzer::detail {

/// The action of a shuffle's map stage; collects the tasks' outputs for the exchange.
class WriteShuffle final : public Action {
 public:
  explicit WriteShuffle(ShuffleOperator& shuffled) : shuffled_(shuffled) {}

  void run(OperatorBase&, TaskContext& task, std::size_t partition, ExactValue& exact, WireWriter&) override {
    MapTaskOutput written{partition, shuffled_.write(task, partition)};
    if (!outputs.empty() && outputs.back().partition == partition)
      outputs.pop_back();  // from an attempt that failed afterwards
    outputs.push_back(std::move(written));
    exact = {1, 0, ExactMerge::sum, 1};
  }

  std::vector<MapTaskOutput> outputs;

 private:
  ShuffleOperator& shuffled_;
};

}  // namespace seltzer::detail
