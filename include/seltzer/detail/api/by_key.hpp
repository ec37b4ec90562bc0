#pragma once

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/operators/narrow/mapped_rdd.hpp>
#include <seltzer/detail/operators/shuffle/combined_rdd.hpp>
#include <seltzer/detail/operators/shuffle/grouped_rdd.hpp>
#include <seltzer/detail/operators/shuffle/shuffled_rdd.hpp>

namespace seltzer {

namespace detail {

template <class K>
using KeyPartitionerPointer = std::shared_ptr<const KeyPartitioner<K>>;

/// The chosen partitioner; else that of the parent with the most partitions among those that have one, else by hash
/// into as many partitions as the largest parent has. Throws std::invalid_argument for a chosen number that is out of
/// range.
template <class K, class... Ts>
KeyPartitionerPointer<K> choosePartitioner(const PartitioningSpec<K>& choice, std::string_view operation,
                                           const CallSite& where, const RDD<Ts>&... parents) {
  requirePartitions(choice.count(), 1, operation, where);
  KeyPartitionerPointer<K> chosen = choice.partitioner();
  if (chosen) return chosen;
  std::size_t most = 0;
  const auto look = [&](const auto& parent) {
    most = std::max(most, parent.getNumPartitions());
    if (chosen && chosen->numPartitions() >= parent.getNumPartitions()) return;
    if (auto own = std::dynamic_pointer_cast<const KeyPartitioner<K>>(parent.partitioner())) chosen = std::move(own);
  };
  (look(parents), ...);
  return chosen ? chosen : newPartitioner<HashPartitioning<K>>(most);
}

/// The elements in their owned form.
template <class T>
RDD<Owned<T>> ownedElements(const RDD<T>& rdd, std::string_view operation, const CallSite& where) {
  if constexpr (isOwned<T>) {
    return rdd;
  } else {
    struct ToOwned {
      Owned<T> operator()(const T& element) const { return toOwned(element); }
    };
    return deriveKeepingKeys<MappedRDD<T, Owned<T>, ToOwned>>(rdd, operation, where, Function<ToOwned>{});
  }
}

/// The pairs of `rdd` partitioned by `partitioner`; without a shuffle if they already are.
template <class K, class T>
RDD<Owned<T>> partitionedBy(const RDD<T>& rdd, const KeyPartitionerPointer<K>& partitioner, std::string_view operation,
                            const CallSite& where) {
  if (samePartitioner(rdd.partitioner(), partitioner)) return ownedElements(rdd, operation, where);
  auto shuffled = deriveShuffled<ShuffledRDD<T>>(rdd, operation, where, partitioner->numPartitions(),
                                                 PartitionerParameter<K>{partitioner});
  shuffled.lineage()->partitioner = partitioner;
  return shuffled;
}

/// Derives an operator that brings the pairs of each key together: across a shuffle or, without a partitioner, within
/// each partition.
template <class Op, class K, class T, class... Values>
RDD<typename Op::Element> byKey(const RDD<T>& rdd, const KeyPartitionerPointer<K>& partitioner,
                                std::string_view operation, const CallSite& where, const Values&... values) {
  Context& context = rdd.context();
  const IndexRanges indices = partitioner ? partitioner->indexRanges() : indexRangesOf(rdd.partitioner());
  const RDDId shuffle = partitioner ? context.jobs().newShuffle() : RDDId{};
  auto lineage =
      newRDD<Op>(context, operation, where, partitioner ? partitioner->numPartitions() : rdd.getNumPartitions(),
                 shuffle, PartitionerParameter<K>{partitioner}, indices, values...);
  if (partitioner) {
    lineage->partitioner = partitioner;
    dependOnShuffle(*lineage, rdd.lineage(), shuffle, context);
  } else {
    lineage->kind = "LocallyCombinedRDD";
    lineage->partitioner = rdd.partitioner();
    dependOneToOne(*lineage, rdd.lineage());
  }
  return {context, std::move(lineage)};
}

/// Combines the values of each key by an aggregator.
template <class A, class K, class T>
RDD<std::pair<K, typename A::Combiner>> combined(const RDD<T>& rdd, const KeyPartitionerPointer<K>& partitioner,
                                                 const A& aggregator, std::string_view operation,
                                                 const CallSite& where) {
  return byKey<CombinedRDD<T, A>>(rdd, partitioner, operation, where, Function<A>{aggregator});
}

/// The partitioner, unless the RDD is partitioned that way already.
template <class K, class T>
KeyPartitionerPointer<K> unlessPartitioned(const RDD<T>& rdd, const KeyPartitionerPointer<K>& partitioner) {
  return samePartitioner(rdd.partitioner(), partitioner) ? nullptr : partitioner;
}

/// As `combined`, without a shuffle if the RDD is partitioned that way already: the primitive of all combining
/// operations.
template <class A, class K, class T>
RDD<std::pair<K, typename A::Combiner>> combinedByKey(const RDD<T>& rdd, const KeyPartitionerPointer<K>& partitioner,
                                                      const A& aggregator, std::string_view operation,
                                                      const CallSite& where) {
  return combined<A, K>(rdd, unlessPartitioned(rdd, partitioner), aggregator, operation, where);
}

/// The values of each key; without a shuffle if the RDD is partitioned that way already.
template <class K, class T>
auto groupedByKey(const RDD<T>& rdd, const KeyPartitionerPointer<K>& partitioner, std::string_view operation,
                  const CallSite& where) {
  return byKey<GroupedRDD<T>>(rdd, unlessPartitioned(rdd, partitioner), operation, where);
}

}  // namespace detail

template <class T>
RDD<Owned<T>> RDD<T>::partitionBy(Partitioning partitioner, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_KEY("partitionBy", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("partitionBy", (detail::travels<Owned<T>>), "keys or values cannot travel to other ranks")
  return detail::partitionedBy(*this, detail::choosePartitioner(partitioner, "partitionBy", where, *this),
                               "partitionBy", where);
}

template <class T>
template <class F>
RDD<Owned<T>> RDD<T>::partitionBy(std::int64_t partitions, F f, CallSite where) const
    requires(detail::isPair<T> && !std::is_convertible_v<F, CallSite>) {
  using Key = detail::KeyOf<T>;
  SELTZER_CHECK_SHIPPABLE("partitionBy", F)
  SELTZER_CHECK_CALLABLE("partitionBy", (detail::isCustomPartitioner<FunctionPartitioner<F>, Key>),
                         "f(const key&) that returns an integer")
  SELTZER_CHECK_PARAMETERS("partitionBy", F, Key)
  return partitionBy(FunctionPartitioner<F>(partitions, std::move(f)), where);
}

template <class T>
template <class F>
auto RDD<T>::reduceByKey(F f, Partitioning partitions, CallSite where) const requires detail::isPair<T> {
  using V = typename T::second_type;
  using A = detail::ReduceAggregator<V, F>;
  SELTZER_CHECK_SHIPPABLE("reduceByKey", F)
  SELTZER_CHECK_CALLABLE("reduceByKey", (detail::reduces<F, V>), "f(value, value) that returns one")
  SELTZER_CHECK_PARAMETERS("reduceByKey", F, V, V)
  SELTZER_CHECK_LOSSLESS("reduceByKey", (detail::reducesLosslessly<F, V>), "f",
                         "map the values to the wider type first")
  SELTZER_CHECK_KEY("reduceByKey", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("reduceByKey", (detail::travels<Owned<T>>), "keys or values cannot travel to other ranks")
  return detail::combinedByKey(*this, detail::choosePartitioner(partitions, "reduceByKey", where, *this),
                               A(std::move(f)), "reduceByKey", where);
}

template <class T>
template <class F>
auto RDD<T>::foldByKey(detail::ValueOf<T> zero, F f, Partitioning partitions,
                       CallSite where) const requires detail::isPair<T> {
  using V = typename T::second_type;
  using A = detail::ZeroAggregator<V, Owned<V>, F, F>;
  SELTZER_CHECK_SHIPPABLE("foldByKey", F)
  SELTZER_CHECK_CALLABLE("foldByKey",
                         (detail::accumulates<F, Owned<V>, V&&> && detail::accumulates<F, Owned<V>, Owned<V>&&>),
                         "f(result, value)")
  SELTZER_CHECK_PARAMETERS("foldByKey", F, V, V)
  SELTZER_CHECK_LOSSLESS(
      "foldByKey",
      (detail::accumulatesLosslessly<F, Owned<V>, V&&>() && detail::accumulatesLosslessly<F, Owned<V>, Owned<V>&&>()),
      "f", "map the values to the wider type first, or aggregateByKey")
  SELTZER_CHECK_KEY("foldByKey", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("foldByKey", (detail::travels<Owned<T>>), "keys or values cannot travel to other ranks") {
    const detail::Function<F> function{std::move(f)};
    return detail::combinedByKey(*this, detail::choosePartitioner(partitions, "foldByKey", where, *this),
                                 A({std::move(zero), function, function}), "foldByKey", where);
  }
}

template <class T>
template <class U, class Seq, class Comb>
auto RDD<T>::aggregateByKey(U zero, Seq seq, Comb comb, Partitioning partitions,
                            CallSite where) const requires detail::isPair<T> {
  using V = typename T::second_type;
  using A = detail::ZeroAggregator<V, U, Seq, Comb>;
  SELTZER_CHECK_SHIPPABLE("aggregateByKey", Seq)
  SELTZER_CHECK_SHIPPABLE("aggregateByKey", Comb)
  SELTZER_CHECK_CALLABLE("aggregateByKey", (detail::accumulates<Seq, U, V&&>), "seq(result, value)")
  SELTZER_CHECK_CALLABLE("aggregateByKey", (detail::accumulates<Comb, U, U&&>), "comb(result, result)")
  SELTZER_CHECK_PARAMETERS("aggregateByKey", Seq, U, V)
  SELTZER_CHECK_PARAMETERS("aggregateByKey", Comb, U, U)
  SELTZER_CHECK_LOSSLESS("aggregateByKey", (detail::accumulatesLosslessly<Seq, U, V&&>()), "seq",
                         "give the zero the wider type")
  SELTZER_CHECK_LOSSLESS("aggregateByKey", (detail::accumulatesLosslessly<Comb, U, U&&>()), "comb",
                         "give the zero the wider type")
  SELTZER_CHECK_KEY("aggregateByKey", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("aggregateByKey", (detail::travels<Owned<T>> && detail::travels<U>),
                        "keys, values or results cannot travel to other ranks")
  return detail::combinedByKey(
      *this, detail::choosePartitioner(partitions, "aggregateByKey", where, *this),
      A({std::move(zero), detail::Function<Seq>{std::move(seq)}, detail::Function<Comb>{std::move(comb)}}),
      "aggregateByKey", where);
}

template <class T>
template <class Create, class MergeValue, class MergeCombiners>
auto RDD<T>::combineByKey(Create create, MergeValue mergeValue, MergeCombiners mergeCombiners, Partitioning partitions,
                          CallSite where) const requires detail::isPair<T> {
  using V = typename T::second_type;
  SELTZER_CHECK_SHIPPABLE("combineByKey", Create)
  SELTZER_CHECK_SHIPPABLE("combineByKey", MergeValue)
  SELTZER_CHECK_SHIPPABLE("combineByKey", MergeCombiners)
  SELTZER_CHECK_CALLABLE("combineByKey", (std::is_invocable_v<const Create&, V&&>), "create(value)")
  SELTZER_CHECK_PARAMETERS("combineByKey", Create, V) {
    using C = Owned<std::remove_cvref_t<std::invoke_result_t<const Create&, V&&>>>;
    using A = detail::CombineAggregator<V, C, Create, MergeValue, MergeCombiners>;
    SELTZER_CHECK_CALLABLE("combineByKey", (detail::accumulates<MergeValue, C, V&&>), "mergeValue(combiner, value)")
    SELTZER_CHECK_CALLABLE("combineByKey", (detail::accumulates<MergeCombiners, C, C&&>),
                           "mergeCombiners(combiner, combiner)")
    SELTZER_CHECK_PARAMETERS("combineByKey", MergeValue, C, V)
    SELTZER_CHECK_PARAMETERS("combineByKey", MergeCombiners, C, C)
    SELTZER_CHECK_LOSSLESS("combineByKey", (detail::accumulatesLosslessly<MergeValue, C, V&&>()), "mergeValue",
                           "let create return the wider type")
    SELTZER_CHECK_LOSSLESS("combineByKey", (detail::accumulatesLosslessly<MergeCombiners, C, C&&>()), "mergeCombiners",
                           "let create return the wider type")
    SELTZER_CHECK_KEY("combineByKey", detail::KeyOf<T>)
    SELTZER_CHECK_TRAVELS("combineByKey", (detail::travels<Owned<T>> && detail::travels<C>),
                          "keys, values or combiners cannot travel to other ranks")
    return detail::combinedByKey(
        *this, detail::choosePartitioner(partitions, "combineByKey", where, *this),
        A({detail::Function<Create>{std::move(create)}, detail::Function<MergeValue>{std::move(mergeValue)},
           detail::Function<MergeCombiners>{std::move(mergeCombiners)}}),
        "combineByKey", where);
  }
}

template <class T>
auto RDD<T>::groupByKey(Partitioning partitions, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_KEY("groupByKey", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("groupByKey", (detail::travels<Owned<T>>), "keys or values cannot travel to other ranks")
  return detail::groupedByKey(*this, detail::choosePartitioner(partitions, "groupByKey", where, *this), "groupByKey",
                              where);
}

template <class T>
template <class F>
auto RDD<T>::groupBy(F f, PartitioningSpec<detail::KeyMadeBy<F, T>> partitions, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("groupBy", F)
  SELTZER_CHECK_TAKES_VIEWS("groupBy", F, T)
  SELTZER_CHECK_CALLABLE("groupBy", (std::is_invocable_v<const F&, const T&>), "f(const element&)")
  SELTZER_CHECK_PARAMETERS("groupBy", F, T)
  SELTZER_CHECK((detail::isElement<std::invoke_result_t<const F&, const T&>>),
                "groupBy: the function must return a key, which can be copied")
  SELTZER_CHECK_VIEW("groupBy", F, std::invoke_result_t<const F&, const T&>, T)
  SELTZER_CHECK_KEY("groupBy", Owned<std::remove_cvref_t<std::invoke_result_t<const F&, const T&>>>)
  SELTZER_CHECK_TRAVELS("groupBy", (detail::travels<Owned<T>>), "the elements cannot travel to other ranks") {
    const auto keyed = keyBy(std::move(f), where);
    return detail::groupedByKey(keyed, detail::choosePartitioner(partitions, "groupBy", where, keyed), "groupBy",
                                where);
  }
}

}  // namespace seltzer
