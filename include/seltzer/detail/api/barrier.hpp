#pragma once

#include <utility>

#include <seltzer/detail/api/transformations.hpp>

namespace seltzer {

namespace detail {

/// Has all tasks that compute a new RDD run at once. Throws UsageError if it has more partitions than there are ranks.
void computeTogether(Lineage& derived, const Context& context);

template <class U>
RDD<U> computedTogether(RDD<U> derived) {
  computeTogether(*derived.lineage(), derived.context());
  return derived;
}
inline Refused computedTogether(Refused refused) {
  return refused;
}

}  // namespace detail

template <class T>
RDDBarrier<T> RDD<T>::barrier() const {
  return RDDBarrier<T>(*this);
}

template <class T>
template <class F>
auto RDDBarrier<T>::mapPartitions(F f, bool preservesPartitioning, CallSite where) const {
  return detail::computedTogether(rdd_.mapPartitions(std::move(f), preservesPartitioning, where));
}

template <class T>
template <class U, class F>
RDD<U> RDDBarrier<T>::mapPartitions(F f, bool preservesPartitioning, CallSite where) const {
  return detail::computedTogether(rdd_.template mapPartitions<U>(std::move(f), preservesPartitioning, where));
}

template <class T>
template <class F>
auto RDDBarrier<T>::mapPartitionsWithIndex(F f, bool preservesPartitioning, CallSite where) const {
  return detail::computedTogether(rdd_.mapPartitionsWithIndex(std::move(f), preservesPartitioning, where));
}

template <class T>
template <class U, class F>
RDD<U> RDDBarrier<T>::mapPartitionsWithIndex(F f, bool preservesPartitioning, CallSite where) const {
  return detail::computedTogether(rdd_.template mapPartitionsWithIndex<U>(std::move(f), preservesPartitioning, where));
}

}  // namespace seltzer
