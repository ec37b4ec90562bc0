#pragma once

#include <seltzer/detail/api/by_key.hpp>
#include <seltzer/detail/api/joins.hpp>
#include <seltzer/detail/api/transformations.hpp>
#include <seltzer/detail/operators/shuffle/repartitioned_rdd.hpp>

namespace seltzer {

namespace detail {

/// The elements in their order, in partitions of even size.
template <class T>
RDD<Owned<T>> repartitioned(const RDD<T>& rdd, std::size_t partitions, std::string_view operation,
                            const CallSite& where) {
  return deriveShuffled<RepartitionedRDD<T>>(rdd, operation, where, partitions, std::uint64_t{partitions},
                                             std::uint64_t{0});
}

/// Makes an element a key without a value.
struct AsKey {
  template <class T>
  auto operator()(T&& element) const {
    return std::pair<std::remove_cvref_t<T>, Nothing>(std::forward<T>(element), Nothing());
  }
};

/// Keeps the partitioner of an RDD of pairs.
template <class T>
auto elementsAsKeys(const RDD<T>& rdd, std::string_view operation, const CallSite& where) {
  auto keyed = deriveOneToOne<MappedRDD<T, std::pair<T, Nothing>, AsKey>>(rdd, operation, where, Function<AsKey>{});
  if constexpr (isPair<T>) {
    if (auto keys = std::dynamic_pointer_cast<const KeyPartitioner<KeyOf<T>>>(rdd.partitioner())) {
      keyed.lineage()->partitioner = newPartitioner<PairPartitioning<Owned<T>>>(std::move(keys));
    }
  }
  return keyed;
}

template <class K>
RDD<K> keysAsElements(const RDD<std::pair<K, Nothing>>& rdd, std::string_view operation, const CallSite& where) {
  auto elements = deriveOneToOne<MappedRDD<std::pair<K, Nothing>, K, First>>(rdd, operation, where, Function<First>{});
  if constexpr (isPair<K>) {
    const auto pairs = std::dynamic_pointer_cast<const PairPartitioning<K>>(rdd.partitioner());
    if (pairs) elements.lineage()->partitioner = pairs->keys();
  }
  return elements;
}

/// The partitioner of elements as keys: the chosen one; otherwise, for the chosen number of partitions or `otherwise`,
/// that of the first of these RDDs that has one with as many partitions, else by hash.
template <class T, class... Others>
KeyPartitionerPointer<Owned<T>> elementPartitioner(const PartitioningSpec<Owned<T>>& choice, std::size_t otherwise,
                                                   std::string_view operation, const CallSite& where,
                                                   const RDD<std::pair<T, Nothing>>& keyed, const Others&... others) {
  const std::size_t partitions = requirePartitions(choice.count(), otherwise, operation, where);
  if (!choice.count() && choice.partitioner()) return choice.partitioner();
  for (const std::shared_ptr<const Partitioner>& known : {keyed.partitioner(), others.partitioner()...}) {
    auto own = std::dynamic_pointer_cast<const KeyPartitioner<Owned<T>>>(known);
    if (own && own->numPartitions() == partitions) return own;
  }
  return newPartitioner<HashPartitioning<Owned<T>>>(partitions);
}

}  // namespace detail

template <class T>
RDD<Owned<T>> RDD<T>::repartition(std::int64_t partitions, CallSite where) const {
  SELTZER_CHECK_TRAVELS("repartition", (detail::travels<Owned<T>>), "the elements cannot travel to other ranks") {
    const std::size_t count = detail::requirePartitions(partitions, 0, "repartition", where);
    return detail::repartitioned(*this, count, "repartition", where);
  }
}

template <class T>
RDD<Owned<T>> RDD<T>::coalesce(std::int64_t partitions, bool shuffle, CallSite where) const {
  SELTZER_CHECK_TRAVELS("coalesce", (detail::travels<Owned<T>>), "the elements cannot travel to other ranks") {
    if (!shuffle) return detail::ownedElements(coalesce(partitions, where), "coalesce", where);
    const std::size_t count = detail::requirePartitions(partitions, 0, "coalesce", where);
    return detail::repartitioned(*this, count, "coalesce", where);
  }
}

template <class T>
RDD<Owned<T>> RDD<T>::distinct(ElementPartitioning partitions, CallSite where) const {
  SELTZER_CHECK_KEY("distinct", Owned<T>)
  SELTZER_CHECK_TRAVELS("distinct", (detail::travels<Owned<T>>), "the elements cannot travel to other ranks") {
    const auto keyed = detail::elementsAsKeys(*this, "distinct", where);
    const auto partitioner = detail::elementPartitioner(partitions, getNumPartitions(), "distinct", where, keyed);
    return detail::keysAsElements(
        detail::combinedByKey(keyed, partitioner, detail::PresenceAggregator<detail::Nothing>(), "distinct", where),
        "distinct", where);
  }
}

template <class T>
RDD<Owned<T>> RDD<T>::intersection(const RDD& other, ElementPartitioning partitions, CallSite where) const {
  SELTZER_CHECK_KEY("intersection", Owned<T>)
  SELTZER_CHECK_TRAVELS("intersection", (detail::travels<Owned<T>>), "the elements cannot travel to other ranks") {
    const std::size_t most = std::max(getNumPartitions(), other.getNumPartitions());
    const auto keyed = detail::elementsAsKeys(*this, "intersection", where);
    const auto others = detail::elementsAsKeys(other, "intersection", where);
    const auto partitioner = detail::elementPartitioner(partitions, most, "intersection", where, keyed, others);
    const auto distinctKeys = [&](const auto& keys) {
      return detail::combinedByKey(keys, partitioner, detail::PresenceAggregator<detail::Nothing>(), "intersection",
                                   where);
    };
    return detail::keysAsElements(
        detail::semiJoined<true>(distinctKeys(keyed), distinctKeys(others), partitioner, "intersection", where),
        "intersection", where);
  }
}

template <class T>
RDD<Owned<T>> RDD<T>::subtract(const RDD& other, ElementPartitioning partitions, CallSite where) const {
  SELTZER_CHECK_KEY("subtract", Owned<T>)
  SELTZER_CHECK_TRAVELS("subtract", (detail::travels<Owned<T>>), "the elements cannot travel to other ranks") {
    const auto keyed = detail::elementsAsKeys(*this, "subtract", where);
    const auto others = detail::elementsAsKeys(other, "subtract", where);
    const auto partitioner =
        detail::elementPartitioner(partitions, getNumPartitions(), "subtract", where, keyed, others);
    const auto removed =
        detail::combinedByKey(others, partitioner, detail::PresenceAggregator<detail::Nothing>(), "subtract", where);
    return detail::keysAsElements(detail::semiJoined<false>(keyed, removed, partitioner, "subtract", where), "subtract",
                                  where);
  }
}

}  // namespace seltzer
