#pragma once

#include <cmath>

#include <seltzer/detail/api/actions.hpp>

namespace seltzer {

namespace detail {

/// The result type of a sum: the widest type of T's kind.
template <class T>
using SumOf = std::conditional_t<std::is_floating_point_v<T>, double,
                                 std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;

void requireEdges(const std::vector<double>& edges, const CallSite& where);

/// The edges of n even buckets.
std::vector<double> evenEdges(double least, double greatest, std::int64_t n, const CallSite& where);

template <bool least, class T, class Key>
Owned<T> extremeJob(const RDD<T>& rdd, std::string_view operation, const CallSite& where, Key key) {
  if constexpr (std::is_integral_v<T> && std::is_same_v<Key, std::identity>) {
    const ExactValue extreme = exactJob<Extreme<T, least>>(rdd, operation, where);
    if (extreme.present == 0) throwAt<EmptyRDDError>(operation, where, "the RDD has no elements");
    return static_cast<T>(extreme.low);
  } else {
    return requirePresent(foldJob(rdd, operation, where, ExtremeFold<T, Key, least>(std::move(key))), operation, where);
  }
}

}  // namespace detail

template <class T>
template <class Key>
Owned<T> RDD<T>::min(Key key, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("min", Key)
  SELTZER_CHECK_TAKES_VIEWS("min", Key, T)
  if constexpr (detail::isComparator<Key, T>) {
    SELTZER_CHECK_PARAMETERS("min", Key, T, T)
    return min(detail::ByComparator<T, Key>(std::move(key)), where);
  } else
    SELTZER_CHECK_CALLABLE("min", (std::is_invocable_v<const Key&, const T&>),
                           "key(const element&) or less(const element&, const element&)")
  SELTZER_CHECK_PARAMETERS("min", Key, T)
  SELTZER_CHECK_VIEW("min", Key, detail::ComparedKey<std::invoke_result_t<const Key&, const T&>, T>, T)
  SELTZER_CHECK((detail::hasOrder<std::invoke_result_t<const Key&, const T&>>),
                "min: the elements, or their keys, cannot be ordered; give their type an operator<")
  SELTZER_CHECK_TRAVELS("min", detail::travels<Owned<T>>, "the elements cannot travel to the driver")
  return detail::extremeJob<true>(*this, "min", where, std::move(key));
}

template <class T>
template <class Key>
Owned<T> RDD<T>::max(Key key, CallSite where) const {
  SELTZER_CHECK_SHIPPABLE("max", Key)
  SELTZER_CHECK_TAKES_VIEWS("max", Key, T)
  if constexpr (detail::isComparator<Key, T>) {
    SELTZER_CHECK_PARAMETERS("max", Key, T, T)
    return max(detail::ByComparator<T, Key>(std::move(key)), where);
  } else
    SELTZER_CHECK_CALLABLE("max", (std::is_invocable_v<const Key&, const T&>),
                           "key(const element&) or less(const element&, const element&)")
  SELTZER_CHECK_PARAMETERS("max", Key, T)
  SELTZER_CHECK_VIEW("max", Key, detail::ComparedKey<std::invoke_result_t<const Key&, const T&>, T>, T)
  SELTZER_CHECK((detail::hasOrder<std::invoke_result_t<const Key&, const T&>>),
                "max: the elements, or their keys, cannot be ordered; give their type an operator<")
  SELTZER_CHECK_TRAVELS("max", detail::travels<Owned<T>>, "the elements cannot travel to the driver")
  return detail::extremeJob<false>(*this, "max", where, std::move(key));
}

template <class T>
auto RDD<T>::sum(CallSite where) const requires std::is_arithmetic_v<T> {
  if constexpr (std::is_integral_v<T>) {
    const auto value = detail::exactJob<detail::Summing<T>>(*this, "sum", where);
    try {
      return detail::exactSumOf(value).template value<detail::SumOf<T>>();
    } catch (const std::overflow_error& error) {
      detail::throwAt<std::overflow_error>("sum", where, error.what());
    }
  } else {
    return detail::foldJob(*this, "sum", where, detail::FloatingSum<T>());
  }
}

template <class T>
StatCounter RDD<T>::stats(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "stats", where, detail::StatFold<T>());
}

template <class T>
double RDD<T>::mean(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "mean", where, detail::StatFold<T>()).mean();
}

template <class T>
double RDD<T>::variance(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "variance", where, detail::StatFold<T>()).variance();
}

template <class T>
double RDD<T>::stdev(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "stdev", where, detail::StatFold<T>()).stdev();
}

template <class T>
double RDD<T>::popStdev(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "popStdev", where, detail::StatFold<T>()).stdev();
}

template <class T>
double RDD<T>::popVariance(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "popVariance", where, detail::StatFold<T>()).variance();
}

template <class T>
double RDD<T>::sampleVariance(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "sampleVariance", where, detail::StatFold<T>()).sampleVariance();
}

template <class T>
double RDD<T>::sampleStdev(CallSite where) const requires std::is_arithmetic_v<T> {
  return detail::foldJob(*this, "sampleStdev", where, detail::StatFold<T>()).sampleStdev();
}

template <class T>
std::vector<std::int64_t> RDD<T>::histogram(const std::vector<double>& edges,
                                            CallSite where) const requires std::is_arithmetic_v<T> {
  detail::requireEdges(edges, where);
  return detail::foldJob(*this, "histogram", where, detail::HistogramFold<T>(edges));
}

template <class T>
std::pair<std::vector<double>, std::vector<std::int64_t>> RDD<T>::histogram(
    std::int64_t n, CallSite where) const requires std::is_arithmetic_v<T> {
  if (n < 1) detail::throwAt<std::invalid_argument>("histogram", where, "the number of buckets must be at least 1");
  if (n > detail::mostCounted) {
    detail::throwAt<std::invalid_argument>(
        "histogram", where, "the number of buckets must be at most " + std::to_string(detail::mostCounted));
  }
  const StatCounter seen = detail::foldJob(*this, "histogram", where, detail::StatFold<T>());
  if (seen.count() == 0) detail::throwAt<EmptyRDDError>("histogram", where, "the RDD has no elements");
  std::vector<double> edges = detail::evenEdges(seen.min(), seen.max(), n, where);
  if (edges.front() == edges.back()) return {std::move(edges), std::vector{seen.count()}};
  auto counts = histogram(edges, where);
  return {std::move(edges), std::move(counts)};
}

}  // namespace seltzer
