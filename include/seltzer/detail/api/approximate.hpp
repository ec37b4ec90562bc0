#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/by_key.hpp>
#include <seltzer/detail/api/sorting.hpp>
#include <seltzer/detail/operators/action/sketch_folds.hpp>

namespace seltzer {

namespace detail {

/// Sketches of partitions may be large: they are merged on the ranks first.
inline constexpr int sketchTreeDepth = 2;

/// The precision of a HyperLogLog with that error. Throws UsageError if there is none.
std::uint8_t requireRelativeSD(double relativeSD, std::string_view operation, const CallSite& where);

/// Throws UsageError for a probability outside [0, 1], and an error that is negative or NaN.
void requireQuantiles(const std::vector<double>& probabilities, double relativeError, const CallSite& where);

/// The different positions, from 0, of the quantiles among `count` numbers, ascending.
std::vector<std::int64_t> positionsOfQuantiles(const std::vector<double>& probabilities, std::int64_t count);

/// The quantiles, given the numbers at `positions`.
std::vector<double> quantilesAt(const std::vector<double>& probabilities, std::int64_t count,
                                const std::vector<std::int64_t>& positions, const std::vector<double>& numbers);

struct EstimateOf {
  template <class Key>
  std::pair<Key, std::int64_t> operator()(std::pair<Key, HyperLogLog>&& pair) const {
    return {std::move(pair.first), pair.second.estimate()};
  }
};

struct ToDouble {
  template <class Number>
  double operator()(Number number) const {
    return static_cast<double>(number);
  }
};

/// The elements of a partition at those of the given positions of the whole RDD that are in it. `starts` are the
/// positions of the partitions' first elements, and the number of all.
struct ElementsAt {
  using Parts = std::tuple<std::vector<std::int64_t>, std::vector<std::int64_t>>;

  explicit ElementsAt(Parts parts) : starts(std::move(std::get<0>(parts))), positions(std::move(std::get<1>(parts))) {}
  Parts parts() const { return {starts, positions}; }

  template <class Elements>
  std::vector<double> operator()(std::size_t partition, Elements& elements) const {
    std::vector<double> found;
    auto next = std::ranges::lower_bound(positions, starts[partition]);
    std::int64_t position = starts[partition];
    for (auto at = elements.begin(); at != elements.end() && next != positions.end(); ++at, ++position) {
      if (position != *next) continue;
      found.push_back(*at);
      ++next;
    }
    return found;
  }

  std::vector<std::int64_t> starts;
  std::vector<std::int64_t> positions;
};

/// The exact quantiles, by a sort.
template <class T>
std::vector<double> exactQuantiles(const RDD<T>& rdd, const std::vector<double>& probabilities, const CallSite& where) {
  constexpr std::string_view operation = "approxQuantile";
  const auto numbers = deriveOneToOne<MappedRDD<T, double, ToDouble>>(rdd, operation, where, Function<ToDouble>{});
  const auto inOrder =
      sorted<CutBetweenElements>(numbers, std::identity(), true, rdd.getNumPartitions(), operation, where);
  std::vector<std::int64_t> starts{0};
  for (const std::int64_t size : countPartitions(inOrder, inOrder.getNumPartitions(), operation, where)) {
    starts.push_back(starts.back() + size);
  }
  const std::int64_t count = starts.back();
  if (count == 0) throwAt<EmptyRDDError>(operation, where, "the RDD has no elements");
  const auto positions = positionsOfQuantiles(probabilities, count);
  std::vector<double> found;
  for (const auto& part : partitionJob(inOrder, operation, where, ElementsAt({starts, positions}))) {
    found.insert(found.end(), part.begin(), part.end());
  }
  return quantilesAt(probabilities, count, positions, found);
}

}  // namespace detail

template <class T>
std::int64_t RDD<T>::countApproxDistinct(double relativeSD, CallSite where) const {
  SELTZER_CHECK_KEY("countApproxDistinct", T) {
    const std::uint8_t precision = detail::requireRelativeSD(relativeSD, "countApproxDistinct", where);
    return detail::foldJob(*this, "countApproxDistinct", where, detail::DistinctFold<T>(precision),
                           detail::sketchTreeDepth)
        .estimate();
  }
}

template <class T>
auto RDD<T>::countApproxDistinctByKey(double relativeSD, Partitioning partitions,
                                      CallSite where) const requires detail::isPair<T> {
  constexpr std::string_view operation = "countApproxDistinctByKey";
  using Key = detail::KeyOf<T>;
  using Aggregator = detail::DistinctAggregator<typename T::second_type>;
  using Estimates =
      detail::MappedRDD<std::pair<Key, detail::HyperLogLog>, std::pair<Key, std::int64_t>, detail::EstimateOf>;
  SELTZER_CHECK_KEY("countApproxDistinctByKey", Key)
  SELTZER_CHECK_KEY("countApproxDistinctByKey", typename T::second_type)
  SELTZER_CHECK_TRAVELS("countApproxDistinctByKey", detail::travels<Key>, "the keys cannot travel to other ranks") {
    const Aggregator aggregator(detail::requireRelativeSD(relativeSD, operation, where));
    const auto partitioner = detail::choosePartitioner(partitions, operation, where, *this);
    return detail::deriveKeepingKeys<Estimates>(detail::combinedByKey(*this, partitioner, aggregator, operation, where),
                                                operation, where, detail::Function<detail::EstimateOf>{});
  }
}

template <class T>
std::vector<double> RDD<T>::approxQuantile(const std::vector<double>& probabilities, double relativeError,
                                           CallSite where) const requires std::is_arithmetic_v<T> {
  detail::requireQuantiles(probabilities, relativeError, where);
  if (relativeError == 0) return detail::exactQuantiles(*this, probabilities, where);
  const auto summary =
      detail::foldJob(*this, "approxQuantile", where, detail::QuantileFold<T>(relativeError), detail::sketchTreeDepth);
  if (summary.count() == 0) detail::throwAt<EmptyRDDError>("approxQuantile", where, "the RDD has no elements");
  std::vector<double> quantiles;
  quantiles.reserve(probabilities.size());
  for (const double probability : probabilities) quantiles.push_back(summary.quantile(probability));
  return quantiles;
}

}  // namespace seltzer
