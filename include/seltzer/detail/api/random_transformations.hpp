#pragma once

#include <cmath>
#include <iterator>

#include <seltzer/detail/api/key_actions.hpp>
#include <seltzer/detail/api/sources.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/narrow/key_sampled_rdd.hpp>
#include <seltzer/detail/operators/narrow/split_rdd.hpp>
#include <seltzer/detail/operators/narrow/stratified_sample_rdd.hpp>

namespace seltzer {

namespace detail {

/// Whether Fractions is a range of pairs of a key and a number.
template <class K, class Fractions>
inline constexpr bool isFractions = requires(const Fractions& fractions) {
  requires std::ranges::input_range<const Fractions&>;
  { (*std::ranges::begin(fractions)).first } -> std::convertible_to<K>;
  static_cast<double>((*std::ranges::begin(fractions)).second);
};

/// The pairs of a range of keys and fractions. Throws std::invalid_argument for a fraction out of range and for a key
/// that occurs twice.
template <class K, class Fractions>
std::vector<std::pair<K, double>> requireFractions(const Fractions& fractions, bool withReplacement,
                                                   std::string_view operation, const CallSite& where) {
  std::vector<std::pair<K, double>> pairs;
  for (const auto& [key, fraction] : fractions) {
    const auto number = static_cast<double>(fraction);
    if (!(number >= 0) || std::isinf(number) || (!withReplacement && number > 1)) {
      throwAt<std::invalid_argument>(
          operation, where,
          "a fraction must be a number of at least 0, and at most 1 without replacement, not " +
              std::to_string(number));
    }
    pairs.emplace_back(key, number);
  }
  try {
    KeyFractions<K> check(pairs);
  } catch (const std::invalid_argument& error) {
    throwAt<std::invalid_argument>(operation, where, error.what());
  }
  return pairs;
}

/// The number of pairs of each key, in each partition and in total.
template <class K>
struct KeyCounts {
  std::vector<KeyStrata<K>> partitions;  ///< no draws yet
  AggregationTable<K, std::pair<StratumCounts, std::uint64_t>> total{
      MemoryUse::aggregation};  ///< with the key's number
};

/// Counts the pairs of each key, in one job, and sets how many of the total to draw.
template <class T>
KeyCounts<KeyOf<T>> countKeys(const RDD<T>& rdd, bool withReplacement, KeyFractions<KeyOf<T>>& fractions,
                              std::string_view operation, const CallSite& where) {
  using K = KeyOf<T>;
  KeyCounts<K> counts;
  std::uint64_t keys = 0;
  combinersOfPartitions(
      rdd, CountAggregator<typename T::second_type>(), operation, where,
      [&](const JobResult& result, std::size_t position, std::span<std::pair<K, std::int64_t>> pairs) {
        KeyStrata<K>& shares = counts.partitions.emplace_back();
        for (auto& [key, count] : pairs) {
          result.asTask(position, [&key = key, &fractions] { fractions(key); });
          shares.emplace_back(std::move(key), StratumCounts{static_cast<std::uint64_t>(count), 0});
        }
        result.asTask(position, [&] {
          counts.total.upsert(
              shares.size(), [&](std::size_t i) -> const K& { return shares[i].first; },
              [&](std::size_t i) { return std::pair(shares[i].second, keys++); },
              [&](auto& sum, std::size_t i) { sum.first.pairs += shares[i].second.pairs; });
        });
      });
  counts.total.forEach([&](std::uint64_t, const K& key, auto& sum) {
    StratumCounts& share = sum.first;
    const double wanted = std::ceil(static_cast<double>(share.pairs) * fractions(key));
    if (wanted >= 0x1p63) {
      throwAt<std::invalid_argument>(operation, where, "a key's fraction asks for 2^63 of its pairs, or more");
    }
    share.draws = static_cast<std::uint64_t>(wanted);
    if (!withReplacement) share.draws = std::min(share.draws, share.pairs);
  });
  return counts;
}

/// Distributes the draws of each key over the partitions at random, as if each of its pairs were equally likely to be
/// drawn.
template <class K>
std::vector<KeyStrata<K>> allocateDraws(KeyCounts<K> counts, bool withReplacement, std::uint64_t seed) {
  const std::uint64_t ownSeed = mixBits(seed + 0x5368617265);  // independent of the draws of pairs
  for (std::size_t partition = 0; partition < counts.partitions.size(); ++partition) {
    for (auto& [key, share] : counts.partitions[partition]) {
      auto& [left, number] = *counts.total.find(key);
      const auto drawShare = withReplacement ? &binomialShare : &hypergeometricShare;
      share.draws = drawShare(uniformAt(ownSeed, partition, number), left.pairs, share.pairs, left.draws);
      left.pairs -= share.pairs;
      left.draws -= share.draws;
    }
  }
  return std::move(counts.partitions);
}

/// Adds a second parent to `rdd`, with one element for each partition, which `elements()` returns before the first job.
template <class U, class T, class Elements>
RDD<T> withPreparedElements(const RDD<T>& rdd, const RDD<U>& parent, Elements elements) {
  rdd.lineage()->dependencies.push_back(makeUnique<OneToOneDependency>(parent.lineage()));
  rdd.lineage()->prepare = [source = parent.lineage(), elements](Lineage&) {
    const std::vector<U> all = elements();
    source->source = encodeSlices<U>(all, all.size(), all.size());
  };
  return rdd;
}

}  // namespace detail

template <class T>
template <class Fractions>
RDD<T> RDD<T>::sampleByKey(bool withReplacement, const Fractions& fractions, std::uint64_t seed,
                           CallSite where) const requires detail::isPair<T> {
  SELTZER_CHECK_KEY("sampleByKey", detail::KeyOf<T>)
  SELTZER_CHECK_TRAVELS("sampleByKey", detail::travels<detail::KeyOf<T>>, "the keys cannot travel")
  SELTZER_CHECK((detail::isFractions<detail::KeyOf<T>, Fractions>),
                "sampleByKey: the fractions must be a map or a range of pairs of a key and a number")
  return detail::deriveKeepingKeys<detail::KeySampledRDD<T>>(
      *this, "sampleByKey", where, std::uint8_t{withReplacement},
      detail::requireFractions<detail::KeyOf<T>>(fractions, withReplacement, "sampleByKey", where), seed);
}

template <class T>
template <class Fractions>
RDD<T> RDD<T>::sampleByKeyExact(bool withReplacement, const Fractions& fractions, std::uint64_t seed,
                                CallSite where) const requires detail::isPair<T> {
  using K = detail::KeyOf<T>;
  SELTZER_CHECK_KEY("sampleByKeyExact", K)
  SELTZER_CHECK_TRAVELS("sampleByKeyExact", detail::travels<K>, "the keys cannot travel")
  SELTZER_CHECK((detail::isFractions<K, Fractions>),
                "sampleByKeyExact: the fractions must be a map or a range of pairs of a key and a number") {
    constexpr std::string_view operation = "sampleByKeyExact";
    auto pairs = detail::requireFractions<K>(fractions, withReplacement, operation, where);
    const auto shares = detail::newSource<detail::ParallelCollectionRDD<detail::KeyStrata<K>>>(
        *context_, operation, where, getNumPartitions());
    const auto sampled = detail::deriveKeepingKeys<detail::StratifiedSampleRDD<T>>(*this, operation, where,
                                                                                   std::uint8_t{withReplacement}, seed);
    return detail::withPreparedElements(
        sampled, shares, [parent = *this, pairs = std::move(pairs), withReplacement, seed, operation, where] {
          detail::KeyFractions<K> known(pairs);
          return detail::allocateDraws(detail::countKeys(parent, withReplacement, known, operation, where),
                                       withReplacement, seed);
        });
  }
}

template <class T>
std::vector<RDD<T>> RDD<T>::randomSplit(const std::vector<double>& weights, std::uint64_t seed, CallSite where) const {
  double sum = 0;
  for (const double weight : weights) {
    if (!(weight >= 0)) {
      detail::throwAt<std::invalid_argument>("randomSplit", where,
                                             "a weight must be a number of at least 0, not " + std::to_string(weight));
    }
    sum += weight;
  }
  if (!(sum > 0) || std::isinf(sum)) {
    detail::throwAt<std::invalid_argument>("randomSplit", where,
                                           "the sum of the weights must be greater than 0 and finite");
  }
  const std::uint64_t ownSeed = detail::mixBits(seed + 0x53706c6974);  // independent of `sample` with this seed
  std::vector<RDD> splits;
  double reached = 0;
  for (const double weight : weights) {
    const double lower = reached / sum;
    reached += weight;  // adds up to `sum` exactly: the same additions in the same order
    splits.push_back(
        detail::deriveKeepingKeys<detail::SplitRDD<T>>(*this, "randomSplit", where, lower, reached / sum, ownSeed));
  }
  return splits;
}

}  // namespace seltzer
