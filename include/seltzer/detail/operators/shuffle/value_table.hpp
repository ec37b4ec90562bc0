#pragma once

#include <span>
#include <utility>

#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/detail/operators/shuffle/external_table.hpp>

namespace seltzer::detail {

/// How the values of an RDD of pairs `T` are combined if they were spilled.
template <class T, class A>
struct FoldValues {
  using Value = typename T::second_type;
  const A* aggregator;

  typename A::Combiner create(Owned<Value>&& value) const { return aggregator->create(takeStored<Value>(value)); }
  void merge(typename A::Combiner& combiner, Owned<Value>&& value) const {
    aggregator->mergeValue(combiner, takeStored<Value>(value));
  }
};

/// The table in which the values of an RDD of pairs `T` are combined by key.
template <class T, class A>
using ValueTable = ExternalTable<Owned<typename T::first_type>, typename A::Combiner, Owned<typename T::second_type>,
                                 FoldValues<T, A>>;

/// Combines pairs in `table`; moves from them.
template <class T, class A>
void combineValues(std::span<T> pairs, const A& aggregator, ValueTable<T, A>& table) {
  using Combiner = typename A::Combiner;
  table.upsert(
      pairs.size(), [&](std::size_t i) -> auto&& { return std::move(pairs[i].first); },
      [&](std::size_t i) { return aggregator.create(std::move(pairs[i].second)); },
      [&](Combiner& combiner, std::size_t i) { aggregator.mergeValue(combiner, std::move(pairs[i].second)); },
      [&](std::size_t i) -> const auto& { return pairs[i].second; });
}

}  // namespace seltzer::detail
