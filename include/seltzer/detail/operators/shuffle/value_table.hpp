#pragma once

#include <utility>

#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/detail/operators/shuffle/external_table.hpp>

namespace seltzer::detail {

/// How the values of an RDD of pairs `T` are combined if they were spilled.
template <class T, class A>
struct FoldValues {
  using Value = typename T::second_type;
  const A* aggregator;

  typename A::Combiner create(Value&& value) const { return aggregator->create(std::move(value)); }
  void merge(typename A::Combiner& combiner, Value&& value) const {
    aggregator->mergeValue(combiner, std::move(value));
  }

  typename A::Combiner create(Owned<Value>&& value) const requires(!isOwned<Value>) {
    return aggregator->create(borrow<Value>(value));
  }
  void merge(typename A::Combiner& combiner, Owned<Value>&& value) const requires(!isOwned<Value>) {
    aggregator->mergeValue(combiner, borrow<Value>(value));
  }
};

/// The table in which the values of an RDD of pairs `T` are combined by key.
template <class T, class A>
using ValueTable = ExternalTable<Owned<typename T::first_type>, typename A::Combiner, Owned<typename T::second_type>,
                                 FoldValues<T, A>>;

}  // namespace seltzer::detail
