#pragma once

#include <cstddef>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/engine/exact_value.hpp>
#include <seltzer/detail/engine/operator_base.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// What a job does with each partition of its RDD. Built on every rank from its type id and encoded parameters.
class Action {
 public:
  using Factory = UniquePointer<Action> (*)(WireReader& parameters);

  Action() = default;
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;
  virtual ~Action();

  /// Runs one task: consumes a partition of `rdd` and writes its result to `exact` or `result`. The driver gets the
  /// results in the order of the job's partitions.
  virtual void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue& exact,
                   WireWriter& result) = 0;

  /// Tree actions only: the result of combining `left` and, after it in partition order, `right`.
  virtual Bytes combine(ByteView left, ByteView right);

  /// The factory of action type `A`, for the registry.
  template <class A>
  static UniquePointer<Action> build(WireReader& parameters) {
    return A::Parameters::template make<Action, A>(parameters);
  }
};

}  // namespace seltzer::detail
