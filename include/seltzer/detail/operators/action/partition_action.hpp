#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>

namespace seltzer::detail {

/// Sends the result of `function(index, elements)` for each partition; nothing if it returns void.
template <class T, class F>
class PartitionAction final : public Action {
 public:
  using Result = Owned<std::invoke_result_t<const F&, std::size_t, PulledRange<T>&>>;

  using Parameters = detail::Parameters<Function<F>>;

  explicit PartitionAction(Function<F> function) : function_(std::move(function.call)) {}

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue& exact,
           WireWriter& result) override {
    PulledRange<T> elements(pulledFrom(task, static_cast<Operator<T>&>(rdd), partition, ofAction, [] {}));
    if constexpr (std::is_void_v<Result>) {
      std::invoke(function_, partition, elements);
      exact = {1, 0, ExactMerge::sum, 1};
    } else {
      const Result value = toOwned(std::invoke(function_, partition, elements));
      PhaseScope phase(Phase::resultSerialize);
      result << value;
    }
  }

 private:
  F function_;
};

}  // namespace seltzer::detail
