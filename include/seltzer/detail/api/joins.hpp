#pragma once

#include <cstring>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/by_key.hpp>
#include <seltzer/detail/operators/narrow/broadcast_joined_rdd.hpp>
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
  auto lineage = newRDD<Op>(context, operation, where, partitioner->numPartitions(), partitioner->indexRanges());
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

/// The elements of an RDD in wire form, preceded by their number.
template <class T>
Bytes collectInWire(const RDD<T>& rdd, std::string_view operation, const CallSite& where) {
  return rdd.context().jobs().run(requestOf<CollectAction<T>>(rdd, operation, where, CollectAction<T>::noLimit),
                                  [](const JobResult& result) {
                                    std::uint64_t count = 0;
                                    Bytes elements = toWire(count);
                                    for (std::size_t i = 0; i < result.size(); ++i) {
                                      count += fromWire<std::uint64_t>(result[i].last(sizeof count));
                                      WireWriter(elements).writeBytes(result[i].first(result[i].size() - sizeof count));
                                    }
                                    std::memcpy(elements.data(), &count, sizeof count);
                                    return elements;
                                  });
}

/// The right side of a broadcast join, as far as it matters.
template <BroadcastJoin join, class U>
auto broadcastSide(const RDD<U>& right, std::string_view operation, const CallSite& where) {
  if constexpr (onlyKeysMatter(join)) {
    struct KeyAlone {
      std::pair<KeyOf<U>, Nothing> operator()(const U& pair) const { return {toOwned(pair.first), Nothing()}; }
    };
    using Op = MappedRDD<U, std::pair<KeyOf<U>, Nothing>, KeyAlone>;
    return deriveOneToOne<Op>(right, operation, where, Function<KeyAlone>{});
  } else {
    return right;
  }
}

template <BroadcastJoin join, class T, class U>
auto broadcastJoined(const RDD<T>& left, const RDD<U>& right, std::string_view operation, const CallSite& where) {
  using Op = BroadcastJoinedRDD<KeyOf<T>, ValueOf<T>, ValueOf<U>, join>;
  auto derived = deriveKeepingKeys<Op>(ownedElements(left, operation, where), operation, where, std::uint32_t{0});
  derived.lineage()->prepare = [side = broadcastSide<join>(right, operation, where), operation, where](Lineage& late) {
    const Bytes content = collectInWire(side, operation, where);
    late.broadcast = side.context().jobs().createBroadcast(content, operation, where);
    late.parameters = Op::Parameters::encode(*late.broadcast);
  };
  return derived;
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
auto RDD<T>::broadcastJoin(const RDD<U>& small, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "broadcastJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("broadcastJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("broadcastJoin", detail::travels<Owned<U>>, "keys or values cannot travel to other ranks")
  return detail::broadcastJoined<detail::BroadcastJoin::inner>(*this, small, "broadcastJoin", where);
}

template <class T>
template <class U>
auto RDD<T>::broadcastLeftOuterJoin(const RDD<U>& small, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "broadcastLeftOuterJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("broadcastLeftOuterJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("broadcastLeftOuterJoin", detail::travels<Owned<U>>,
                        "keys or values cannot travel to other ranks")
  return detail::broadcastJoined<detail::BroadcastJoin::leftOuter>(*this, small, "broadcastLeftOuterJoin", where);
}

template <class T>
template <class U>
RDD<Owned<T>> RDD<T>::broadcastLeftSemiJoin(const RDD<U>& small, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "broadcastLeftSemiJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("broadcastLeftSemiJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("broadcastLeftSemiJoin", detail::travels<Owned<U>>,
                        "keys or values cannot travel to other ranks")
  return detail::broadcastJoined<detail::BroadcastJoin::leftSemi>(*this, small, "broadcastLeftSemiJoin", where);
}

template <class T>
template <class U>
RDD<Owned<T>> RDD<T>::broadcastLeftAntiJoin(const RDD<U>& small, CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK((std::is_same_v<detail::KeyOf<T>, detail::KeyOf<U>>),
                "broadcastLeftAntiJoin: the RDDs must be of pairs whose keys are of the same type")
  SELTZER_CHECK_KEY("broadcastLeftAntiJoin", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("broadcastLeftAntiJoin", detail::travels<Owned<U>>,
                        "keys or values cannot travel to other ranks")
  return detail::broadcastJoined<detail::BroadcastJoin::leftAnti>(*this, small, "broadcastLeftAntiJoin", where);
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
