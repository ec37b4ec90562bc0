#pragma once

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/by_key.hpp>
#include <seltzer/detail/operators/action/lookup_fold.hpp>
#include <seltzer/detail/operators/shuffle/count_aggregator.hpp>

namespace seltzer {

namespace detail {

/// Combines the values of each key within each partition of `rdd`, in one job without a shuffle, and calls
/// `consume(result, i, pairs)` on the driver with the combiners of each partition i, in order.
template <class T, class A, class Consume>
void combinersOfPartitions(const RDD<T>& rdd, const A& aggregator, std::string_view operation, const CallSite& where,
                           Consume consume) {
  using Pair = std::pair<Owned<typename T::first_type>, typename A::Combiner>;
  const auto combiners = combined<A>(rdd, KeyPartitionerPointer<KeyOf<T>>(), aggregator, operation, where);
  rdd.context().jobs().run(requestOf<CollectAction<Pair>>(combiners, operation, where, CollectAction<Pair>::noLimit),
                           [&consume](const JobResult& result) {
                             std::vector<Pair> pairs;
                             for (std::size_t i = 0; i < result.size(); ++i) {
                               pairs.clear();
                               result.asTask(i, [&] { CollectAction<Pair>::read(result[i], pairs); });
                               consume(result, i, std::span<Pair>(pairs));
                             }
                           });
}

/// The values of each key combined into a map on the driver, in first-seen order.
template <class T, class A>
auto combinedLocally(const RDD<T>& rdd, const A& aggregator, std::string_view operation, const CallSite& where) {
  using Key = Owned<typename T::first_type>;
  using Combiner = typename A::Combiner;
  AggregationTable<Key, Combiner> table(MemoryUse::aggregation);
  combinersOfPartitions(rdd, aggregator, operation, where,
                        [&](const JobResult& result, std::size_t position, std::span<std::pair<Key, Combiner>> pairs) {
                          result.asTask(position, [&] {
                            table.upsert(
                                pairs.size(), [&](std::size_t i) -> auto&& { return std::move(pairs[i].first); },
                                [&](std::size_t i) { return std::move(pairs[i].second); },
                                [&](Combiner& combiner, std::size_t i) {
                                  aggregator.mergeCombiners(combiner, std::move(pairs[i].second));
                                });
                          });
                        });
  OrderedMap<Key, Combiner> map;
  map.reserve(table.size());
  table.forEach([&map](std::uint64_t, Key& key, Combiner& combiner) {
    map.insert({std::move(key), std::move(combiner)});
  });
  return map;
}

}  // namespace detail

template <class T>
auto RDD<T>::countByKey(CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_KEY("countByKey", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("countByKey", (detail::travels<detail::KeyOf<T>>), "the keys cannot travel to the driver")
  return detail::combinedLocally(*this, detail::CountAggregator<typename T::second_type>(), "countByKey", where);
}

template <class T>
template <class F>
auto RDD<T>::reduceByKeyLocally(F f, CallSite where) const requires detail::isPair<T> {
  using V = typename T::second_type;
  SELTZER_CHECK_SHIPPABLE("reduceByKeyLocally", F)
  SELTZER_CHECK_CALLABLE("reduceByKeyLocally", (detail::reduces<F, V>), "f(value, value) that returns one")
  SELTZER_CHECK_PARAMETERS("reduceByKeyLocally", F, V, V)
  SELTZER_CHECK_LOSSLESS("reduceByKeyLocally", (detail::reducesLosslessly<F, V>), "f",
                         "map the values to the wider type first")
  SELTZER_CHECK_KEY("reduceByKeyLocally", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("reduceByKeyLocally", (detail::travels<Owned<T>>), "keys or values cannot travel to the driver")
  return detail::combinedLocally(*this, detail::ReduceAggregator<V, F>(std::move(f)), "reduceByKeyLocally", where);
}

template <class T>
template <class U, class Seq, class Comb>
auto RDD<T>::aggregateByKeyLocally(U zero, Seq seq, Comb comb, CallSite where) const requires detail::isPair<T> {
  using V = typename T::second_type;
  using A = detail::ZeroAggregator<V, U, Seq, Comb>;
  SELTZER_CHECK_SHIPPABLE("aggregateByKeyLocally", Seq)
  SELTZER_CHECK_SHIPPABLE("aggregateByKeyLocally", Comb)
  SELTZER_CHECK_CALLABLE("aggregateByKeyLocally", (detail::accumulates<Seq, U, V&&>), "seq(result, value)")
  SELTZER_CHECK_CALLABLE("aggregateByKeyLocally", (detail::accumulates<Comb, U, U&&>), "comb(result, result)")
  SELTZER_CHECK_PARAMETERS("aggregateByKeyLocally", Seq, U, V)
  SELTZER_CHECK_PARAMETERS("aggregateByKeyLocally", Comb, U, U)
  SELTZER_CHECK_LOSSLESS("aggregateByKeyLocally", (detail::accumulatesLosslessly<Seq, U, V&&>()), "seq",
                         "give the zero the wider type")
  SELTZER_CHECK_LOSSLESS("aggregateByKeyLocally", (detail::accumulatesLosslessly<Comb, U, U&&>()), "comb",
                         "give the zero the wider type")
  SELTZER_CHECK_KEY("aggregateByKeyLocally", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("aggregateByKeyLocally", (detail::travels<detail::KeyOf<T>> && detail::travels<U>),
                        "keys or results cannot travel to the driver")
  return detail::combinedLocally(
      *this, A({std::move(zero), detail::Function<Seq>{std::move(seq)}, detail::Function<Comb>{std::move(comb)}}),
      "aggregateByKeyLocally", where);
}

template <class T>
std::vector<detail::ValueOf<T>> RDD<T>::lookup(const detail::KeyOf<T>& key,
                                               CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_KEY("lookup", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("lookup", (detail::travels<Owned<T>>), "key or values cannot travel") {
    using Fold = detail::LookupFold<T>;
    using Values = typename Fold::State;
    if (getNumPartitions() == 0) return Values();
    const Fold fold(key);
    detail::JobRequest request =
        detail::requestOf<detail::FoldAction<T, Fold>>(*this, "lookup", where, detail::Function<Fold>{fold});
    using Known = detail::KeyPartitioner<detail::KeyOf<T>>;
    if (const auto known = std::dynamic_pointer_cast<const Known>(partitioner())) {
      request.allPartitions = false;
      request.partitions = {detail::onDriver("lookup", where, 0, [&] { return known->partitionOf(key); })};
    }
    return context_->jobs().run(std::move(request), [&fold](const detail::JobResult& result) {
      Values values;
      for (std::size_t i = 0; i < result.size(); ++i) {
        result.asTask(i, [&] { fold.merge(values, detail::fromWire<Values>(result[i])); });
      }
      return values;
    });
  }
}

}  // namespace seltzer
