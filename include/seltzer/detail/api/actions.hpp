#pragma once

#include <cmath>
#include <numeric>

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/data/huge_pages.hpp>
#include <seltzer/detail/operators/action/aggregate_fold.hpp>
#include <seltzer/detail/operators/action/collect_action.hpp>
#include <seltzer/detail/operators/action/exact_action.hpp>
#include <seltzer/detail/operators/action/fold_action.hpp>
#include <seltzer/detail/operators/action/histogram_fold.hpp>
#include <seltzer/detail/operators/action/ordered_fold.hpp>
#include <seltzer/detail/operators/action/partition_action.hpp>
#include <seltzer/detail/operators/action/size_action.hpp>
#include <seltzer/detail/operators/by_comparator.hpp>

namespace seltzer {

namespace detail {

/// The request for a job on all partitions of an RDD.
JobRequest requestOf(const LineagePointer& rdd, TypeId action, std::string_view operation, const CallSite& where,
                     ParameterSource parameters);

/// As above, of action `A`.
template <class A, class T, class... Values>
JobRequest requestOf(const RDD<T>& rdd, std::string_view operation, const CallSite& where, const Values&... values) {
  return requestOf(
      rdd.lineage(), Registered<Action, A>::id, operation, where,
      ParameterSource([&]([[maybe_unused]] WireWriter& writer) { A::Parameters::write(writer, values...); }));
}

template <class Reduction, class T>
ExactValue exactJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where,
                    const Reduction& reduction = {}) {
  return rdd.context().jobs().run(
      requestOf<ExactAction<T, Reduction>>(rdd, operation, where, Function<Reduction>{reduction}),
      [](const JobResult& result) { return result.exact(); });
}

/// The state of a fold over all partitions, merged in their order on the driver, after a tree of `treeDepth` levels on
/// the ranks unless that is 0.
template <class Fold, class T>
typename Fold::State foldJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where, const Fold& fold,
                             int treeDepth = 0) {
  JobRequest request = requestOf<FoldAction<T, Fold>>(rdd, operation, where, Function<Fold>{fold});
  request.treeDepth = static_cast<std::size_t>(treeDepth);
  return rdd.context().jobs().run(std::move(request), [&fold](const JobResult& result) {
    auto state = fold.start();
    for (std::size_t i = 0; i < result.size(); ++i) {
      result.asTask(i, [&] { fold.merge(state, fromWire<typename Fold::State>(result[i])); });
    }
    return state;
  });
}

/// The first `limit` elements of each of the given partitions (default: all), concatenated.
template <class T>
std::vector<Owned<T>> collectJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where,
                                 std::optional<std::vector<std::size_t>> partitions = {},
                                 std::uint64_t limit = CollectAction<T>::noLimit) {
  JobRequest request = requestOf<CollectAction<T>>(rdd, operation, where, limit);
  request.allPartitions = !partitions;
  if (partitions) request.partitions = std::move(*partitions);
  return rdd.context().jobs().run(std::move(request), [](const JobResult& result) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < result.size(); ++i) count += CollectAction<T>::countOf(result[i]);
    std::vector<Owned<T>> elements;
    reserveLarge(elements, count);
    for (std::size_t i = 0; i < result.size(); ++i) {
      result.asTask(i, [&] { CollectAction<T>::read(result[i], elements); });
    }
    return elements;
  });
}

/// The results of `f(index, elements)` on the given partitions (default: all), in their order.
template <class T, class F>
auto partitionJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where, const F& f,
                  std::optional<std::vector<std::size_t>> partitions = {}) {
  using Job = PartitionAction<T, F>;
  JobRequest request = requestOf<Job>(rdd, operation, where, Function<F>{f});
  request.allPartitions = !partitions;
  if (partitions) request.partitions = std::move(*partitions);
  return rdd.context().jobs().run(std::move(request), [](const JobResult& result) {
    if constexpr (!std::is_void_v<typename Job::Result>) {
      std::vector<typename Job::Result> values;
      for (std::size_t i = 0; i < result.size(); ++i) {
        result.asTask(i, [&] { values.push_back(fromWire<typename Job::Result>(result[i])); });
      }
      return values;
    }
  });
}

/// Calls a function of a partition's elements for its effect.
template <class F>
struct PartitionEffect : Around<F> {
  using Around<F>::Around;

  template <class Elements>
  void operator()(std::size_t, Elements& elements) const {
    std::invoke(this->function, elements);
  }
};

/// first, first + 1, ...
std::vector<std::size_t> partitionsFrom(std::size_t first, std::size_t count);

/// The size of each of the first `count` partitions.
template <class T>
std::vector<std::int64_t> countPartitions(const RDD<T>& rdd, std::size_t count, std::string_view operation,
                                          const CallSite& where) {
  JobRequest request = requestOf<SizeAction<T>>(rdd, operation, where);
  request.allPartitions = count == rdd.getNumPartitions();
  if (!request.allPartitions) request.partitions = partitionsFrom(0, count);
  return rdd.context().jobs().run(std::move(request), [](const JobResult& result) {
    std::vector<std::int64_t> sizes;
    for (std::size_t i = 0; i < result.size(); ++i) sizes.push_back(fromWire<std::int64_t>(result[i]));
    return sizes;
  });
}

/// How many partitions to visit next for `wanted` elements after `visited` ones had `taken`: one at first, then 1.5
/// times the estimate from those, but at most four times as many as were visited. As in Spark.
std::size_t partitionsToTry(std::size_t visited, std::size_t taken, std::size_t wanted);

std::size_t requireNotNegative(std::int64_t n, std::string_view operation, const CallSite& where);
void requireDepth(int depth, std::string_view operation, const CallSite& where);

/// The first `wanted` elements.
template <class T>
std::vector<Owned<T>> takeJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where,
                              std::size_t wanted) {
  std::vector<Owned<T>> taken;
  for (std::size_t visited = 0; visited < rdd.getNumPartitions() && taken.size() < wanted;) {
    auto partitions = partitionsFrom(
        visited, std::min(partitionsToTry(visited, taken.size(), wanted), rdd.getNumPartitions() - visited));
    visited += partitions.size();
    auto more = collectJob(rdd, operation, where, std::move(partitions), wanted - taken.size());
    const std::size_t fit = std::min(more.size(), wanted - taken.size());
    std::move(more.begin(), more.begin() + static_cast<std::ptrdiff_t>(fit), std::back_inserter(taken));
  }
  return taken;
}

template <class State>
auto requirePresent(State state, std::string_view operation, const CallSite& where) {
  if (!state) throwAt<EmptyRDDError>(operation, where, "the RDD has no elements");
  return std::move(*state);
}

}  // namespace detail

template <class T>
std::vector<Owned<T>> RDD<T>::collect(CallSite where) const {
  SELTZER_CHECK_TRAVELS("collect", detail::travels<Owned<T>>, "the elements cannot travel to the driver")
  return detail::collectJob(*this, "collect", where);
}

template <class T>
auto RDD<T>::collectAsMap(CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_KEY("collectAsMap", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("collectAsMap", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    OrderedMap<detail::KeyOf<T>, detail::ValueOf<T>> map;
    for (auto& [key, value] : detail::collectJob(*this, "collectAsMap", where)) {
      map.insert_or_assign(std::move(key), std::move(value));
    }
    return map;
  }
}

template <class T>
Owned<T> RDD<T>::first(CallSite where) const {
  SELTZER_CHECK_TRAVELS("first", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    auto elements = detail::takeJob(*this, "first", where, 1);
    if (elements.empty()) detail::throwAt<EmptyRDDError>("first", where, "the RDD has no elements");
    return std::move(elements.front());
  }
}

template <class T>
std::vector<Owned<T>> RDD<T>::take(std::int64_t n, CallSite where) const {
  SELTZER_CHECK_TRAVELS("take", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    return detail::takeJob(*this, "take", where, detail::requireNotNegative(n, "take", where));
  }
}

template <class T>
template <class Key>
std::vector<Owned<T>> RDD<T>::top(std::int64_t n, Key key, CallSite where) const {
  SELTZER_CHECK((!std::is_same_v<T, bool>), "top: an RDD of bool has only two values; count them")
  SELTZER_CHECK_SHIPPABLE("top", Key)
  SELTZER_CHECK_TAKES_VIEWS("top", Key, T)
  if constexpr (detail::isComparator<Key, T>) {
    SELTZER_CHECK_PARAMETERS("top", Key, T, T)
    return top(n, detail::ByComparator<T, Key>(std::move(key)), where);
  } else
    SELTZER_CHECK_CALLABLE("top", (std::is_invocable_v<const Key&, const T&>),
                           "key(const element&) or less(const element&, const element&)")
  SELTZER_CHECK_PARAMETERS("top", Key, T)
  SELTZER_CHECK_VIEW("top", Key, detail::ComparedKey<std::invoke_result_t<const Key&, const T&>, T>, T)
  SELTZER_CHECK((detail::hasOrder<std::invoke_result_t<const Key&, const T&>>),
                "top: the elements, or their keys, cannot be ordered; give their type an operator<")
  SELTZER_CHECK_TRAVELS("top", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    const std::size_t limit = detail::requireNotNegative(n, "top", where);
    return detail::foldJob(*this, "top", where, detail::OrderedFold<T, Key, false>(limit, std::move(key)));
  }
}

template <class T>
template <class Key>
std::vector<Owned<T>> RDD<T>::takeOrdered(std::int64_t n, Key key, CallSite where) const {
  SELTZER_CHECK((!std::is_same_v<T, bool>), "takeOrdered: an RDD of bool has only two values; count them")
  SELTZER_CHECK_SHIPPABLE("takeOrdered", Key)
  SELTZER_CHECK_TAKES_VIEWS("takeOrdered", Key, T)
  if constexpr (detail::isComparator<Key, T>) {
    SELTZER_CHECK_PARAMETERS("takeOrdered", Key, T, T)
    return takeOrdered(n, detail::ByComparator<T, Key>(std::move(key)), where);
  } else
    SELTZER_CHECK_CALLABLE("takeOrdered", (std::is_invocable_v<const Key&, const T&>),
                           "key(const element&) or less(const element&, const element&)")
  SELTZER_CHECK_PARAMETERS("takeOrdered", Key, T)
  SELTZER_CHECK_VIEW("takeOrdered", Key, detail::ComparedKey<std::invoke_result_t<const Key&, const T&>, T>, T)
  SELTZER_CHECK((detail::hasOrder<std::invoke_result_t<const Key&, const T&>>),
                "takeOrdered: the elements, or their keys, cannot be ordered; give their type an operator<")
  SELTZER_CHECK_TRAVELS("takeOrdered", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    const std::size_t limit = detail::requireNotNegative(n, "takeOrdered", where);
    return detail::foldJob(*this, "takeOrdered", where, detail::OrderedFold<T, Key, true>(limit, std::move(key)));
  }
}

template <class T>
OrderedMap<Owned<T>, std::int64_t> RDD<T>::countByValue(CallSite where) const {
  SELTZER_CHECK_KEY("countByValue", Owned<T>)
  SELTZER_CHECK_TRAVELS("countByValue", detail::travels<Owned<T>>, "the elements cannot travel to the driver")
  return detail::foldJob(*this, "countByValue", where, detail::CountByValueFold<T>()).map;
}

template <class T>
std::int64_t RDD<T>::count(CallSite where) const {
  const auto value = detail::exactJob<detail::Counting<T>>(*this, "count", where);
  return detail::exactSumOf(value).template value<std::int64_t>();
}

template <class T>
bool RDD<T>::isEmpty(CallSite where) const {
  for (std::size_t visited = 0; visited < getNumPartitions();) {
    auto request = detail::requestOf<detail::ExactAction<T, detail::Presence<T>>>(
        *this, "isEmpty", where, detail::Function<detail::Presence<T>>{});
    request.allPartitions = false;
    request.partitions =
        detail::partitionsFrom(visited, std::min(detail::partitionsToTry(visited, 0, 1), getNumPartitions() - visited));
    visited += request.partitions.size();
    const auto present =
        context().jobs().run(std::move(request), [](const detail::JobResult& result) { return result.exact(); });
    if (detail::exactSumOf(present).template value<std::int64_t>() > 0) return false;
  }
  return true;
}

template <class T>
template <class F>
Owned<T> RDD<T>::reduce(F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("reduce", F)
  SELTZER_CHECK_CALLABLE("reduce", (detail::reduces<F, T>), "f(element, element) that returns one")
  SELTZER_CHECK_PARAMETERS("reduce", F, T, T)
  SELTZER_CHECK_LOSSLESS("reduce", (detail::reducesLosslessly<F, T>), "f", "map the elements to the wider type first")
  SELTZER_CHECK_TRAVELS("reduce", detail::travels<Owned<T>>, "the elements cannot travel to the driver")
  return detail::requirePresent(detail::foldJob(*this, "reduce", where, detail::ReduceFold<T, F>(std::move(f))),
                                "reduce", where);
}

template <class T>
template <class F>
Owned<T> RDD<T>::fold(Owned<T> zero, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("fold", F)
  SELTZER_CHECK_CALLABLE("fold",
                         (detail::accumulates<F, Owned<T>, T&&> && detail::accumulates<F, Owned<T>, Owned<T>&&>),
                         "f(result, element)")
  SELTZER_CHECK_PARAMETERS("fold", F, T, T)
  SELTZER_CHECK_LOSSLESS(
      "fold",
      (detail::accumulatesLosslessly<F, Owned<T>, T&&>() && detail::accumulatesLosslessly<F, Owned<T>, Owned<T>&&>()),
      "f", "map the elements to the wider type first, or aggregate")
  SELTZER_CHECK_TRAVELS("fold", detail::travels<Owned<T>>, "the elements cannot travel to the driver")
  return detail::foldJob(*this, "fold", where, detail::AggregateFold<T, Owned<T>, F, F>(std::move(zero), f, f));
}

template <class T>
template <class U, class Seq, class Comb>
U RDD<T>::aggregate(U zero, Seq seq, Comb comb, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("aggregate", Seq)
  SELTZER_CHECK_SHIPPABLE("aggregate", Comb)
  SELTZER_CHECK_CALLABLE("aggregate", (detail::accumulates<Seq, U, T&&>), "seq(result, element)")
  SELTZER_CHECK_CALLABLE("aggregate", (detail::accumulates<Comb, U, U&&>), "comb(result, result)")
  SELTZER_CHECK_PARAMETERS("aggregate", Seq, U, T)
  SELTZER_CHECK_PARAMETERS("aggregate", Comb, U, U)
  SELTZER_CHECK_LOSSLESS("aggregate", (detail::accumulatesLosslessly<Seq, U, T&&>()), "seq",
                         "give the zero the wider type")
  SELTZER_CHECK_LOSSLESS("aggregate", (detail::accumulatesLosslessly<Comb, U, U&&>()), "comb",
                         "give the zero the wider type")
  SELTZER_CHECK(detail::travels<U>,
                "aggregate: the result cannot travel; give its type a Boost.Serialization `serialize` and a "
                "default constructor")
  return detail::foldJob(*this, "aggregate", where,
                         detail::AggregateFold<T, U, Seq, Comb>(std::move(zero), std::move(seq), std::move(comb)));
}

template <class T>
template <class F>
Owned<T> RDD<T>::treeReduce(F f, int depth, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("treeReduce", F)
  SELTZER_CHECK_CALLABLE("treeReduce", (detail::reduces<F, T>), "f(element, element) that returns one")
  SELTZER_CHECK_PARAMETERS("treeReduce", F, T, T)
  SELTZER_CHECK_LOSSLESS("treeReduce", (detail::reducesLosslessly<F, T>), "f",
                         "map the elements to the wider type first")
  SELTZER_CHECK_TRAVELS("treeReduce", detail::travels<Owned<T>>, "the elements cannot travel to the driver") {
    detail::requireDepth(depth, "treeReduce", where);
    return detail::requirePresent(
        detail::foldJob(*this, "treeReduce", where, detail::ReduceFold<T, F>(std::move(f)), depth), "treeReduce",
        where);
  }
}

template <class T>
template <class U, class Seq, class Comb>
U RDD<T>::treeAggregate(U zero, Seq seq, Comb comb, int depth, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("treeAggregate", Seq)
  SELTZER_CHECK_SHIPPABLE("treeAggregate", Comb)
  SELTZER_CHECK_CALLABLE("treeAggregate", (detail::accumulates<Seq, U, T&&>), "seq(result, element)")
  SELTZER_CHECK_CALLABLE("treeAggregate", (detail::accumulates<Comb, U, U&&>), "comb(result, result)")
  SELTZER_CHECK_PARAMETERS("treeAggregate", Seq, U, T)
  SELTZER_CHECK_PARAMETERS("treeAggregate", Comb, U, U)
  SELTZER_CHECK_LOSSLESS("treeAggregate", (detail::accumulatesLosslessly<Seq, U, T&&>()), "seq",
                         "give the zero the wider type")
  SELTZER_CHECK_LOSSLESS("treeAggregate", (detail::accumulatesLosslessly<Comb, U, U&&>()), "comb",
                         "give the zero the wider type")
  SELTZER_CHECK(detail::travels<U>,
                "treeAggregate: the result cannot travel; give its type a Boost.Serialization `serialize` and a "
                "default constructor") {
    detail::requireDepth(depth, "treeAggregate", where);
    return detail::foldJob(*this, "treeAggregate", where,
                           detail::AggregateFold<T, U, Seq, Comb>(std::move(zero), std::move(seq), std::move(comb)),
                           depth);
  }
}

template <class T>
template <class F>
auto RDD<T>::foreach (F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("foreach", F)
  SELTZER_CHECK_TAKES_VIEWS("foreach", F, T)
  SELTZER_CHECK_CALLABLE("foreach", (std::is_invocable_v<const F&, T&>), "f(element)")
  SELTZER_CHECK_PARAMETERS("foreach", F, T)
  detail::exactJob(*this, "foreach", where, detail::Visiting<T, F>(std::move(f)));
}

template <class T>
template <class F>
auto RDD<T>::foreachPartition(F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("foreachPartition", F)
  SELTZER_CHECK_CALLABLE("foreachPartition", (std::is_invocable_v<const F&, PartitionElements<T>&>), "f(elements)")
  detail::partitionJob(*this, "foreachPartition", where, detail::PartitionEffect<F>(std::move(f)));
}

template <class T, class F>
auto Context::runJob(const RDD<T>& rdd, F f, const std::vector<std::size_t>& partitions, CallSite where) {
  SELTZER_CHECK_SHIPPABLE("runJob", F)
  SELTZER_CHECK_CALLABLE("runJob", (std::is_invocable_v<const F&, std::size_t, PartitionElements<T>&>),
                         "f(index, elements)")
  SELTZER_CHECK_TRAVELS("runJob",
                        (detail::isJobResult<std::invoke_result_t<const F&, std::size_t, PartitionElements<T>&>>),
                        "the results cannot travel to the driver") {
    for (const std::size_t partition : partitions) {
      if (partition >= rdd.getNumPartitions()) {
        detail::throwAt<std::out_of_range>("runJob", where,
                                           "there is no partition " + std::to_string(partition) + " in an RDD of " +
                                               std::to_string(rdd.getNumPartitions()));
      }
    }
    return detail::partitionJob(rdd, "runJob", where, f, partitions);
  }
}

template <class T, class F>
auto Context::runJob(const RDD<T>& rdd, F f, CallSite where) {
  SELTZER_CHECK_SHIPPABLE("runJob", F)
  SELTZER_CHECK_CALLABLE("runJob", (std::is_invocable_v<const F&, std::size_t, PartitionElements<T>&>),
                         "f(index, elements)")
  SELTZER_CHECK_TRAVELS("runJob",
                        (detail::isJobResult<std::invoke_result_t<const F&, std::size_t, PartitionElements<T>&>>),
                        "the results cannot travel to the driver") {
    return detail::partitionJob(rdd, "runJob", where, f);
  }
}

}  // namespace seltzer
