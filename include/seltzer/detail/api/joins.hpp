#pragma once

#include <seltzer/detail/api/by_key.hpp>
#include <seltzer/detail/operators/shuffle/cogrouped_rdd.hpp>
#include <seltzer/detail/operators/shuffle/joined_rdd.hpp>
#include <seltzer/detail/operators/shuffle/semi_joined_rdd.hpp>

namespace seltzer {

namespace detail {

/// An RDD that operator `Op` computes from parents co-partitioned by `partitioner`.
template <class Op, class K, class... Ts>
RDD<typename Op::Element> deriveCoPartitioned(const KeyPartitionerPointer<K>& partitioner, std::string_view operation,
                                              const CallSite& where, const RDD<Ts>&... parents) {
  const std::array partitioned{partitionedBy(parents, partitioner, operation, where).lineage()...};
  Context& context = std::get<0>(std::tie(parents...)).context();
  auto lineage = newRDD<Op>(context, operation, where, partitioner->numPartitions());
  lineage->partitioner = partitioner;
  dependOnEach(*lineage, partitioned);
  return {context, std::move(lineage)};
}

template <JoinKind kind, class T, class U>
auto joined(const RDD<T>& left, const RDD<U>& right, const PartitioningSpec<KeyOf<T>>& choice,
            std::string_view operation, const CallSite& where) {
  using Op = JoinedRDD<KeyOf<T>, ValueOf<T>, ValueOf<U>, kind>;
  return deriveCoPartitioned<Op>(choosePartitioner(choice, operation, where, left, right), operation, where, left,
                                 right);
}

template <bool wanted, class T, class U>
RDD<Owned<T>> semiJoined(const RDD<T>& left, const RDD<U>& right, const KeyPartitionerPointer<KeyOf<T>>& partitioner,
                         std::string_view operation, const CallSite& where) {
  using Op = SemiJoinedRDD<KeyOf<T>, ValueOf<T>, ValueOf<U>, wanted>;
  return deriveCoPartitioned<Op>(partitioner, operation, where, left, right);
}

template <class T, class... Us>
auto cogrouped(const PartitioningSpec<KeyOf<T>>& choice, const CallSite& where, const RDD<T>& first,
               const RDD<Us>&... others) {
  using Lists = Groups<ValueOf<T>, ValueOf<Us>...>;
  using Op = CoGroupedRDD<Lists, KeyOf<T>, ValueOf<T>, ValueOf<Us>...>;
  return deriveCoPartitioned<Op>(choosePartitioner(choice, "cogroup", where, first, others...), "cogroup", where, first,
                                 others...);
}

}  // namespace detail

template <class T>
template <class U>
auto RDD<T>::cogroup(const RDD<U>& other, Partitioning partitions, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "cogroup: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("cogroup", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("cogroup", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::cogrouped(partitions, where, *this, other);
}

template <class T>
template <class U, class V>
auto RDD<T>::cogroup(const RDD<U>& second, const RDD<V>& third, Partitioning partitions,
                     CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK(
      (std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>> && std::is_same_v<detail::KeyOf<T>, detail::KeyOf<V>>),
      "cogroup: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("cogroup", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("cogroup",
                        (detail::travels<Owned<T>> && detail::travels<Owned<U>> && detail::travels<Owned<V>>),
                        "keys or values cannot travel to other ranks")
  return detail::cogrouped(partitions, where, *this, second, third);
}

template <class T>
template <class U, class V, class W>
auto RDD<T>::cogroup(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, Partitioning partitions,
                     CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK(
      (std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>> && std::is_same_v<detail::KeyOf<T>, detail::KeyOf<V>> &&
       std::is_same_v<detail::KeyOf<T>, detail::KeyOf<W>>),
      "cogroup: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("cogroup", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("cogroup",
                        (detail::travels<Owned<T>> && detail::travels<Owned<U>> && detail::travels<Owned<V>> &&
                         detail::travels<Owned<W>>),
                        "keys or values cannot travel to other ranks")
  return detail::cogrouped(partitions, where, *this, second, third, fourth);
}

template <class T>
template <class U>
auto RDD<T>::join(const RDD<U>& other, Partitioning partitions, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "join: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("join", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("join", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::joined<detail::JoinKind::inner>(*this, other, partitions, "join", where);
}

template <class T>
template <class U>
auto RDD<T>::leftOuterJoin(const RDD<U>& other, Partitioning partitions,
                           CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "leftOuterJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("leftOuterJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("leftOuterJoin", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::joined<detail::JoinKind::leftOuter>(*this, other, partitions, "leftOuterJoin", where);
}

template <class T>
template <class U>
auto RDD<T>::rightOuterJoin(const RDD<U>& other, Partitioning partitions,
                            CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "rightOuterJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("rightOuterJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("rightOuterJoin", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::joined<detail::JoinKind::rightOuter>(*this, other, partitions, "rightOuterJoin", where);
}

template <class T>
template <class U>
auto RDD<T>::fullOuterJoin(const RDD<U>& other, Partitioning partitions,
                           CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "fullOuterJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("fullOuterJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("fullOuterJoin", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::joined<detail::JoinKind::fullOuter>(*this, other, partitions, "fullOuterJoin", where);
}

template <class T>
template <class U>
RDD<Owned<T>> RDD<T>::leftSemiJoin(const RDD<U>& other, Partitioning partitions,
                                   CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "leftSemiJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("leftSemiJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("leftSemiJoin", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::semiJoined<true>(
      *this, other, detail::choosePartitioner(partitions, "leftSemiJoin", where, *this, other), "leftSemiJoin", where);
}

template <class T>
template <class U>
RDD<Owned<T>> RDD<T>::leftAntiJoin(const RDD<U>& other, Partitioning partitions,
                                   CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "leftAntiJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("leftAntiJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("leftAntiJoin", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::semiJoined<false>(
      *this, other, detail::choosePartitioner(partitions, "leftAntiJoin", where, *this, other), "leftAntiJoin", where);
}

template <class T>
template <class U>
RDD<Owned<T>> RDD<T>::subtractByKey(const RDD<U>& other, Partitioning partitions,
                                    CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "subtractByKey: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("subtractByKey", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("subtractByKey", (detail::travels<Owned<T>> && detail::travels<Owned<U>>),
                        "keys or values cannot travel to other ranks")
  return detail::semiJoined<false>(*this, other, detail::choosePartitioner(partitions, "subtractByKey", where, *this),
                                   "subtractByKey", where);
}

}  // namespace seltzer
