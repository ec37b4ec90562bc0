#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ranges>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/statistics_actions.hpp>
#include <seltzer/detail/operators/narrow/prefix_sum_rdd.hpp>
#include <seltzer/detail/operators/narrow/window_rdd.hpp>

namespace seltzer {

namespace detail {

/// What precedes each partition, combined: the results of a fold of all partitions but the last, each combined with
/// those before it.
template <class T, class U, class F>
std::vector<U> prefixStarts(const RDD<T>& rdd, const U& neutral, const F& f, std::string_view operation,
                            const CallSite& where) {
  using Fold = AggregateFold<T, U, F, F>;
  const Fold fold(neutral, f, f);
  JobRequest request = requestOf<FoldAction<T, Fold>>(rdd, operation, where, Function<Fold>{fold});
  request.allPartitions = false;
  request.partitions = partitionsFrom(0, rdd.getNumPartitions() - 1);
  return rdd.context().jobs().run(std::move(request), [&](const JobResult& result) {
    std::vector<U> starts{neutral};
    for (std::size_t i = 0; i < result.size(); ++i) {
      result.asTask(i, [&] {
        U next = starts.back();
        fold.merge(next, fromWire<U>(result[i]));
        starts.push_back(std::move(next));
      });
    }
    return starts;
  });
}

template <class T, class U, class F>
RDD<U> prefixSums(const RDD<T>& rdd, const U& neutral, const F& f, bool exclusive, std::string_view operation,
                  const CallSite& where) {
  using Op = PrefixSumRDD<T, U, F>;
  const Function<F> function{f};
  auto sums = deriveOneToOne<Op>(rdd, operation, where, std::vector<U>{neutral}, neutral,
                                 static_cast<std::uint8_t>(exclusive), function);
  if (rdd.getNumPartitions() > 1) {
    sums.lineage()->prepare = [rdd, neutral, function, exclusive, operation, where](Lineage& lineage) {
      lineage.parameters = Op::Parameters::encode(prefixStarts<T, U, F>(rdd, neutral, function.call, operation, where),
                                                  neutral, static_cast<std::uint8_t>(exclusive), function);
    };
  }
  return sums;
}

/// The first `limit` elements of each partition but the first.
template <class T>
std::vector<std::vector<Owned<T>>> headsOfPartitions(const RDD<T>& rdd, std::uint64_t limit, std::string_view operation,
                                                     const CallSite& where) {
  JobRequest request = requestOf<CollectAction<T>>(rdd, operation, where, limit);
  request.allPartitions = false;
  request.partitions = partitionsFrom(1, rdd.getNumPartitions() - 1);
  return rdd.context().jobs().run(std::move(request), [](const JobResult& result) {
    std::vector<std::vector<Owned<T>>> heads(result.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
      result.asTask(i, [&] { CollectAction<T>::read(result[i], heads[i]); });
    }
    return heads;
  });
}

template <class Op, class T, class F>
RDD<typename Op::Element> windows(const RDD<T>& rdd, std::int64_t n, F f, std::string_view operation,
                                  const CallSite& where) {
  using Heads = std::vector<std::vector<Owned<T>>>;
  if (n < 1) throwAt<std::invalid_argument>(operation, where, "a window must have at least one element");
  const auto size = static_cast<std::uint64_t>(n);
  const Function<F> function{std::move(f)};
  auto results = deriveOneToOne<Op>(rdd, operation, where, size, Heads(), function);
  if (rdd.getNumPartitions() > 1 && n > 1) {
    results.lineage()->prepare = [rdd, size, function, operation, where](Lineage& lineage) {
      lineage.parameters = Op::Parameters::encode(size, headsOfPartitions(rdd, size - 1, operation, where), function);
    };
  }
  return results;
}

/// What a function of a window returns; void if it cannot be called.
template <class F, class T>
struct OfWindow {
  using Type = void;
};
template <class F, class T>
requires std::is_invocable_v<const F&, std::span<const Owned<T>>>
struct OfWindow<F, T> {
  using Type = std::invoke_result_t<const F&, std::span<const Owned<T>>>;
};

}  // namespace detail

template <class T>
auto RDD<T>::prefixSum(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::prefixSums(*this, detail::SumOf<T>(), detail::CheckedPlus(), false, "prefixSum", where);
}

template <class T>
template <class F>
auto RDD<T>::prefixSum(Owned<T> neutral, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("prefixSum", F)
  SELTZER_CHECK_CALLABLE("prefixSum",
                         (detail::accumulates<F, Owned<T>, T&&> && detail::accumulates<F, Owned<T>, Owned<T>&&>),
                         "f(result, element)")
  SELTZER_CHECK_PARAMETERS("prefixSum", F, T, T)
  SELTZER_CHECK_LOSSLESS(
      "prefixSum",
      (detail::accumulatesLosslessly<F, Owned<T>, T&&>() && detail::accumulatesLosslessly<F, Owned<T>, Owned<T>&&>()),
      "f", "map the elements to the wider type first")
  SELTZER_CHECK_TRAVELS("prefixSum", detail::travels<Owned<T>>, "the elements cannot travel to other ranks")
  return detail::prefixSums(*this, neutral, f, false, "prefixSum", where);
}

template <class T>
auto RDD<T>::exclusivePrefixSum(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::prefixSums(*this, detail::SumOf<T>(), detail::CheckedPlus(), true, "exclusivePrefixSum", where);
}

template <class T>
template <class F>
auto RDD<T>::exclusivePrefixSum(Owned<T> neutral, F f, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("exclusivePrefixSum", F)
  SELTZER_CHECK_CALLABLE("exclusivePrefixSum",
                         (detail::accumulates<F, Owned<T>, T&&> && detail::accumulates<F, Owned<T>, Owned<T>&&>),
                         "f(result, element)")
  SELTZER_CHECK_PARAMETERS("exclusivePrefixSum", F, T, T)
  SELTZER_CHECK_LOSSLESS(
      "exclusivePrefixSum",
      (detail::accumulatesLosslessly<F, Owned<T>, T&&>() && detail::accumulatesLosslessly<F, Owned<T>, Owned<T>&&>()),
      "f", "map the elements to the wider type first")
  SELTZER_CHECK_TRAVELS("exclusivePrefixSum", detail::travels<Owned<T>>, "the elements cannot travel to other ranks")
  return detail::prefixSums(*this, neutral, f, true, "exclusivePrefixSum", where);
}

template <class T>
template <class F>
auto RDD<T>::window(std::int64_t n, F f, CallSite where) const {
  using Result = typename detail::OfWindow<F, T>::Type;
  SELTZER_CHECK((!std::is_same_v<T, bool>), "window: elements of bool cannot be seen as a span; map them to int")
  SELTZER_CHECK_SHIPPABLE("window", F)
  SELTZER_CHECK_CALLABLE("window", (std::is_invocable_v<const F&, std::span<const Owned<T>>>),
                         "f(std::span<const element>)")
  SELTZER_CHECK((detail::isElement<Result>), "window: the function must return an element, which can be copied")
  SELTZER_CHECK_TRAVELS("window", detail::travels<Owned<T>>, "the elements cannot travel to other ranks") {
    using Op = detail::WindowRDD<T, Owned<Result>, F, false>;
    return detail::windows<Op>(*this, n, std::move(f), "window", where);
  }
}

template <class T>
template <class F>
auto RDD<T>::flatWindow(std::int64_t n, F f, CallSite where) const {
  using Result = typename detail::OfWindow<F, T>::Type;
  SELTZER_CHECK((!std::is_same_v<T, bool>), "flatWindow: elements of bool cannot be seen as a span; map them to int")
  SELTZER_CHECK_SHIPPABLE("flatWindow", F)
  SELTZER_CHECK_CALLABLE("flatWindow", (std::is_invocable_v<const F&, std::span<const Owned<T>>>),
                         "f(std::span<const element>) that returns a range")
  SELTZER_CHECK((detail::isRange<Result>), "flatWindow: the function must return a range of elements")
  SELTZER_CHECK_TRAVELS("flatWindow", detail::travels<Owned<T>>, "the elements cannot travel to other ranks") {
    using Op = detail::WindowRDD<T, Owned<std::ranges::range_value_t<Result>>, F, true>;
    return detail::windows<Op>(*this, n, std::move(f), "flatWindow", where);
  }
}

}  // namespace seltzer
