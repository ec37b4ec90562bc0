#pragma once

#include <algorithm>
#include <cmath>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/data/key/key_bounds.hpp>
#include <seltzer/detail/data/sort/keep_least.hpp>
#include <seltzer/detail/operators/shuffle/key_sample.hpp>
#include <seltzer/partitioners.hpp>

namespace seltzer {

namespace detail {

/// Samples about `wanted` keys of an RDD of pairs, from each partition in proportion to its size. One job, and a second
/// one on partitions that are much larger than the others. Source: Spark's RangePartitioner.
template <class T>
std::vector<WeightedKey<KeyOf<T>>> sampleKeys(const RDD<T>& rdd, double wanted, const CallSite& where) {
  constexpr std::uint64_t firstSeed = 0x52616e6765;  // fixed: equal RDDs give equal bounds
  constexpr std::uint64_t secondSeed = firstSeed + 1;
  constexpr std::string_view operation = "RangePartitioner";
  const auto limit = static_cast<std::uint64_t>(std::ceil(3 * wanted / static_cast<double>(rdd.getNumPartitions())));
  auto samples = partitionJob(rdd, operation, where, DrawKeySample<T>(limit, firstSeed));
  double total = 0;
  for (const auto& sample : samples) total += static_cast<double>(sample.count);
  const double fraction = total > 0 ? std::min(wanted / total, 1.0) : 0;

  std::vector<WeightedKey<KeyOf<T>>> sample;
  const auto add = [&sample](std::vector<KeyOf<T>>& keys, double weight) {
    for (auto& key : keys) sample.emplace_back(std::move(key), weight);
  };
  std::vector<std::size_t> large;
  for (std::size_t p = 0; p < samples.size(); ++p) {
    const auto count = static_cast<double>(samples[p].count);
    if (fraction * count > static_cast<double>(limit)) {
      large.push_back(p);
    } else if (count > 0) {
      add(samples[p].keys, count / static_cast<double>(samples[p].keys.size()));
    }
  }
  if (!large.empty()) {
    for (auto& keys : partitionJob(rdd, operation, where, SampleKeys<T>(fraction, secondSeed), large)) {
      add(keys, 1 / fraction);
    }
  }
  return sample;
}

}  // namespace detail

template <class K>
template <class T>
RangePartitioner<K>::RangePartitioner(std::int64_t partitions, const RDD<T>& rdd, bool ascending, CallSite where)
    : ascending_(ascending) {
  static_assert(detail::isPair<T>, "RangePartitioner: the RDD must be one of pairs");
  static_assert(std::is_same_v<K, detail::KeyOf<T>>, "RangePartitioner: the keys of the RDD are of another type");
  static_assert(detail::hasOrder<K>, "RangePartitioner: the keys cannot be ordered; give their type an operator<");
  if constexpr (detail::hasOrder<K>) {
    constexpr double samplesPerPartition = 20;
    constexpr double mostSamples = 1e6;
    const std::size_t count = detail::requirePartitionerSize(partitions);
    if (count == 1 || rdd.getNumPartitions() == 0) return;
    const double wanted = std::min(samplesPerPartition * static_cast<double>(count), mostSamples);
    auto sample = detail::sampleKeys(rdd, wanted, where);
    const std::size_t parts = std::min(count, sample.size());
    if (parts <= 1) return;
    bounds_ = detail::onDriver("RangePartitioner", where, 0, [&] {
      const detail::KeyOrder order{ascending};
      detail::keepLeast(sample, 0, sample.size(),
                        [order](const auto& a, const auto& b) { return order(a.first, b.first); });
      return detail::chooseBounds(sample, parts, order);
    });
  }
}

}  // namespace seltzer
