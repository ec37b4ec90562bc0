#pragma once

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/by_key.hpp>
#include <seltzer/detail/api/sort_partitioning.hpp>
#include <seltzer/detail/operators/by_comparator.hpp>
#include <seltzer/detail/operators/narrow/range_filtered_rdd.hpp>
#include <seltzer/detail/operators/shuffle/partition_sorted_rdd.hpp>
#include <seltzer/detail/operators/shuffle/sorted_rdd.hpp>

namespace seltzer {

namespace detail {

/// Applies a function to the key of a pair.
template <class F>
struct OnKey : Around<F> {
  using Around<F>::Around;
  template <class K, class V>
  decltype(auto) operator()(const std::pair<K, V>& pair) const {
    return std::invoke(this->function, pair.first);
  }
};

/// Whether elements, and the keys that a function returns for them, can travel to be sorted.
template <class T, class Given>
inline constexpr bool sortable = travels<Owned<T>>&& travels<Owned<std::remove_cvref_t<Given>>>;

/// All elements in the order of `key`, cut into partitions as `Cut` does.
template <class Cut, class T, class F>
RDD<Owned<T>> sorted(const RDD<T>& rdd, const F& key, bool ascending, std::size_t partitions,
                     std::string_view operation, const CallSite& where) {
  return deriveShuffled<SortedRDD<T, F, Cut>>(rdd, operation, where, partitions, std::uint64_t{rdd.getNumPartitions()},
                                              std::uint64_t{partitions}, static_cast<std::uint8_t>(ascending),
                                              Function<F>{key});
}

/// The partitioner of a finished sort of pairs T by their keys, or by a function of these, with the given bounds.
template <class T>
KeyPartitionerPointer<KeyOf<T>> rangesOf(PairKey, const std::vector<KeyOf<T>>& bounds, bool ascending,
                                         std::size_t partitions) {
  return newPartitioner<RangePartitioning<KeyOf<T>>>(RangePartitioner<KeyOf<T>>(bounds, ascending), partitions);
}
template <class T, class F, class Part>
KeyPartitionerPointer<KeyOf<T>> rangesOf(const OnKey<F>& key, const std::vector<Part>& bounds, bool ascending,
                                         std::size_t partitions) {
  return newPartitioner<RangePartitioningBy<typename T::first_type, F>>(
      key.function, RangePartitioner<Part>(bounds, ascending), partitions);
}

/// `sorted`, with equal keys in one partition. When it runs, it gives its ranges to `partitioner`.
template <class T, class F>
RDD<Owned<T>> sortedFor(const std::shared_ptr<SortPartitioning<KeyOf<T>>>& partitioner, const RDD<T>& rdd, const F& key,
                        bool ascending, const CallSite& where) {
  const std::size_t partitions = partitioner->numPartitions();
  auto result = sorted<CutBetweenKeys>(rdd, key, ascending, partitions, "sortByKey", where);
  result.lineage()->decided = [weak = std::weak_ptr(partitioner), key, ascending, partitions](const OperatorBase& op) {
    const auto& cuts = static_cast<const SortedRDD<T, F, CutBetweenKeys>&>(op).cuts();
    if (const auto known = weak.lock()) known->choose(rangesOf<T>(key, cuts, ascending, partitions));
  };
  return result;
}

/// The action of a job that only serves to run the shuffle before it.
struct LeaveElements {
  template <class Elements>
  void operator()(std::size_t, Elements&) const {}
};

template <class T, class F>
RDD<Owned<T>> sortedByKey(const RDD<T>& rdd, const F& key, bool ascending, PartitionCount partitions,
                          const CallSite& where) {
  const std::size_t count = requirePartitions(partitions, rdd.getNumPartitions(), "sortByKey", where);
  const auto partitioner = std::make_shared<SortPartitioning<KeyOf<T>>>(count);
  auto result = sortedFor(partitioner, rdd, key, ascending, where);
  if (count == 0) return result;
  result.lineage()->partitioner = partitioner;
  // Held weakly, because the result holds the partitioner; if it is gone, another sort finds the same ranges.
  partitioner->runBy(
      [weak = std::weak_ptr(partitioner), known = std::weak_ptr(result.lineage()), rdd, key, ascending, where] {
        const auto lineage = known.lock();
        const auto sort =
            lineage ? RDD<Owned<T>>(rdd.context(), lineage) : sortedFor(weak.lock(), rdd, key, ascending, where);
        partitionJob(sort, "sortByKey", where, LeaveElements(), std::vector<std::size_t>{0});
      });
  return result;
}

}  // namespace detail

template <class T>
template <class F>
RDD<Owned<T>> RDD<T>::sortBy(F key, bool ascending, PartitionCount partitions, CallSite where) const {
  using Key = detail::KeyOrComparator<F, T>;
  SELTZER_CHECK_SHIPPABLE("sortBy", F)
  SELTZER_CHECK_TAKES_VIEWS("sortBy", F, T)
  SELTZER_CHECK_CALLABLE("sortBy", (std::is_invocable_v<const Key&, const T&>),
                         "key(const element&) or less(const element&, const element&)")
  SELTZER_CHECK_PARAMETERS("sortBy", F, T)
  SELTZER_CHECK_PARAMETERS("sortBy", F, T, T)
  SELTZER_CHECK((!detail::isComparator<F, T> || detail::isStatelessComparator<F>),
                "sortBy: a comparator must not capture anything; sort by a key, key(const element&), which may")
  SELTZER_CHECK_VIEW("sortBy", Key, detail::ComparedKey<std::invoke_result_t<const Key&, const T&>, T>, T)
  SELTZER_CHECK((detail::hasOrder<std::invoke_result_t<const Key&, const T&>>),
                "sortBy: the keys cannot be ordered; give their type an operator<")
  SELTZER_CHECK((detail::sortable<T, std::invoke_result_t<const Key&, const T&>>),
                "sortBy: keys or elements cannot travel to other ranks; give their types a Boost.Serialization "
                "`serialize` and a default constructor") {
    const std::size_t count = detail::requirePartitions(partitions, getNumPartitions(), "sortBy", where);
    return detail::sorted<detail::CutBetweenElements>(*this, Key(std::move(key)), ascending, count, "sortBy", where);
  }
}

template <class T>
template <class F>
RDD<Owned<T>> RDD<T>::merge(const RDD& other, F key, bool ascending, PartitionCount partitions, CallSite where) const {
  using Key = detail::KeyOrComparator<F, T>;
  SELTZER_CHECK_SHIPPABLE("merge", F)
  SELTZER_CHECK_TAKES_VIEWS("merge", F, T)
  SELTZER_CHECK_CALLABLE("merge", (std::is_invocable_v<const Key&, const T&>),
                         "key(const element&) or less(const element&, const element&)")
  SELTZER_CHECK_PARAMETERS("merge", F, T)
  SELTZER_CHECK_PARAMETERS("merge", F, T, T)
  SELTZER_CHECK((!detail::isComparator<F, T> || detail::isStatelessComparator<F>),
                "merge: a comparator must not capture anything; sort by a key, key(const element&), which may")
  SELTZER_CHECK_VIEW("merge", Key, detail::ComparedKey<std::invoke_result_t<const Key&, const T&>, T>, T)
  SELTZER_CHECK((detail::hasOrder<std::invoke_result_t<const Key&, const T&>>),
                "merge: the keys cannot be ordered; give their type an operator<")
  SELTZER_CHECK((detail::sortable<T, std::invoke_result_t<const Key&, const T&>>),
                "merge: keys or elements cannot travel to other ranks; give their types a Boost.Serialization "
                "`serialize` and a default constructor") {
    const std::size_t most = std::max(getNumPartitions(), other.getNumPartitions());
    const std::size_t count = detail::requirePartitions(partitions, most, "merge", where);
    return detail::sorted<detail::CutBetweenElements>(union_(other, where), Key(std::move(key)), ascending, count,
                                                      "merge", where);
  }
}

template <class T>
RDD<Owned<T>> RDD<T>::sortByKey(bool ascending, PartitionCount partitions,
                                CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((detail::hasOrder<typename T::first_type>),
                "sortByKey: the keys cannot be ordered; give their type an operator<")
  SELTZER_CHECK((detail::sortable<T, typename T::first_type>),
                "sortByKey: keys or elements cannot travel to other ranks; give their types a Boost.Serialization "
                "`serialize` and a default constructor")
  return detail::sortedByKey(*this, detail::PairKey(), ascending, partitions, where);
}

template <class T>
template <class F>
RDD<Owned<T>> RDD<T>::sortByKey(bool ascending, PartitionCount partitions, F key,
                                CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_SHIPPABLE("sortByKey", F)
  SELTZER_CHECK_CALLABLE("sortByKey", (std::is_invocable_v<const F&, const typename T::first_type&>), "f(const key&)")
  SELTZER_CHECK_PARAMETERS("sortByKey", F, typename T::first_type)
  SELTZER_CHECK((detail::hasOrder<std::invoke_result_t<const F&, const typename T::first_type&>>),
                "sortByKey: the keys cannot be ordered; give their type an operator<")
  SELTZER_CHECK((detail::sortable<T, std::invoke_result_t<const F&, const typename T::first_type&>>),
                "sortByKey: keys or elements cannot travel to other ranks; give their types a Boost.Serialization "
                "`serialize` and a default constructor")
  return detail::sortedByKey(*this, detail::OnKey<F>(std::move(key)), ascending, partitions, where);
}

template <class T>
RDD<Owned<T>> RDD<T>::repartitionAndSortWithinPartitions(Partitioning partitioner, bool ascending,
                                                         CallSite where) const requires detail::isPair<T> {
  using Key = detail::KeyOf<T>;
  SELTZER_CHECK_KEY("repartitionAndSortWithinPartitions", detail::KeyOf<T>)
  SELTZER_CHECK((detail::hasOrder<Key>),
                "repartitionAndSortWithinPartitions: the keys cannot be ordered; give their type an operator<")
  SELTZER_CHECK_TRAVELS("repartitionAndSortWithinPartitions", (detail::travels<Owned<T>>),
                        "keys or values cannot travel to other ranks") {
    const auto chosen = detail::choosePartitioner(partitioner, "repartitionAndSortWithinPartitions", where, *this);
    auto sorted = detail::deriveShuffled<detail::PartitionSortedRDD<T>>(
        *this, "repartitionAndSortWithinPartitions", where, chosen->numPartitions(),
        detail::PartitionerParameter<Key>{chosen}, static_cast<std::uint8_t>(ascending));
    sorted.lineage()->partitioner = chosen;
    return sorted;
  }
}

template <class T>
RDD<T> RDD<T>::filterByRange(const detail::KeyOf<T>& least, const detail::KeyOf<T>& greatest,
                             CallSite where) const requires detail::isPair<T> {
  using Key = detail::KeyOf<T>;
  SELTZER_CHECK((detail::hasOrder<Key>), "filterByRange: the keys cannot be ordered; give their type an operator<")
  SELTZER_CHECK_TRAVELS("filterByRange", detail::travels<Key>, "the keys cannot travel to other ranks") {
    const detail::PartitionerParameter<Key> known{
        std::dynamic_pointer_cast<const detail::KeyPartitioner<Key>>(partitioner())};
    return detail::deriveKeepingKeys<detail::RangeFilteredRDD<T>>(*this, "filterByRange", where, least, greatest,
                                                                  known);
  }
}

}  // namespace seltzer
