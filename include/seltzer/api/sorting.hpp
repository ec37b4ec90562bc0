#pragma once

#include <seltzer/api/actions.hpp>
#include <seltzer/api/by_key.hpp>
#include <seltzer/operators/partition_sorted_rdd.hpp>
#include <seltzer/operators/range_filtered_rdd.hpp>
#include <seltzer/operators/sorted_rdd.hpp>

namespace seltzer {

namespace detail {

/// A function of the key of a pair.
template <class F>
struct OnKey : Around<F> {
  using Around<F>::Around;
  template <class K, class V>
  decltype(auto) operator()(const std::pair<K, V>& pair) const {
    return std::invoke(this->function, pair.first);
  }
};

template <class T, class F>
RDD<Owned<T>> sorted(const RDD<T>& rdd, F key, bool ascending, PartitionCount partitions, std::string_view operation,
                     const CallSite& where) {
  using Key = Owned<typename SortKeyOf<T, F>::Result>;
  static_assert(OrderedKey<Key>, "sortBy: the keys cannot be ordered; give their type an operator<");
  static_assert(isWireable<Key> && isMadeByReading<Key> && isWireable<Owned<T>> && isMadeByReading<Owned<T>>,
                "sortBy: keys or elements cannot travel to other ranks; give their types a Boost.Serialization "
                "`serialize` and a default constructor");
  const std::size_t parents = rdd.getNumPartitions();
  const std::size_t count = requirePartitions(partitions, parents, operation, where);
  return deriveShuffled<SortedRDD<T, F>>(rdd, operation, where, count, std::uint64_t{parents}, std::uint64_t{count},
                                         static_cast<std::uint8_t>(ascending), Function<F>{std::move(key)});
}

}  // namespace detail

template <class T>
template <class F>
RDD<Owned<T>> RDD<T>::sortBy(F key, bool ascending, PartitionCount partitions, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("sortBy", F);
  SELTZER_CHECK_CALLABLE("sortBy", (std::is_invocable_v<const F&, const T&>), "key(const element&)");
  return detail::sorted(*this, std::move(key), ascending, partitions, "sortBy", where);
}

template <class T>
RDD<Owned<T>> RDD<T>::sortByKey(bool ascending, PartitionCount partitions,
                                CallSite where) const requires detail::isPair<T> {
  return detail::sorted(*this, detail::PairKey(), ascending, partitions, "sortByKey", where);
}

template <class T>
template <class F>
RDD<Owned<T>> RDD<T>::sortByKey(bool ascending, PartitionCount partitions, F key,
                                CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_SHIPPABLE("sortByKey", F);
  SELTZER_CHECK_CALLABLE("sortByKey", (std::is_invocable_v<const F&, const typename T::first_type&>), "f(const key&)");
  return detail::sorted(*this, detail::OnKey<F>(std::move(key)), ascending, partitions, "sortByKey", where);
}

template <class T>
RDD<Owned<T>> RDD<T>::repartitionAndSortWithinPartitions(Partitioning partitioner, bool ascending,
                                                         CallSite where) const requires detail::isPair<T> {
  using Key = detail::KeyOf<T>;
  static_assert(detail::OrderedKey<Key>,
                "repartitionAndSortWithinPartitions: the keys cannot be ordered; give their type an operator<");
  const auto chosen = detail::choosePartitioner(partitioner, *this);
  auto sorted = detail::deriveShuffled<detail::PartitionSortedRDD<T>>(
      *this, "repartitionAndSortWithinPartitions", where, chosen->numPartitions(),
      detail::PartitionerParameter<Key>{chosen}, static_cast<std::uint8_t>(ascending));
  sorted.lineage()->partitioner = chosen;
  return sorted;
}

template <class T>
RDD<T> RDD<T>::filterByRange(const detail::KeyOf<T>& least, const detail::KeyOf<T>& greatest,
                             CallSite where) const requires detail::isPair<T> {
  static_assert(detail::OrderedKey<detail::KeyOf<T>>,
                "filterByRange: the keys cannot be ordered; give their type an operator<");
  using Key = detail::KeyOf<T>;
  const detail::PartitionerParameter<Key> partitioner{
      std::dynamic_pointer_cast<const detail::KeyPartitioner<Key>>(this->partitioner())};
  return detail::deriveKeepingKeys<detail::RangeFilteredRDD<T>>(*this, "filterByRange", where, least, greatest,
                                                                partitioner);
}

}  // namespace seltzer
