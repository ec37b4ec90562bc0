#pragma once

#include <cmath>

#include <fmt/format.h>

#include "random_lineage_action.hpp"

// Actions of numbers and pairs only, compared with the oracle.

namespace seltzer::test {

/// Throws if the exact sum does not fit.
inline bool sum(Case& c, const Dataset<Integer>& d) {
  __extension__ using Wide = __int128;
  Wide wanted = 0;
  for (const Integer x : flattened(d.parts)) wanted += x;
  const bool fits = wanted == static_cast<Wide>(static_cast<Integer>(wanted));
  try {
    const Integer seen = d.rdd.sum();
    c.expect("whether the sum fits", true, fits);
    c.expect("sum", seen, static_cast<Integer>(wanted));
  } catch (const std::overflow_error&) {
    c.expect("whether the sum fits", false, fits);
  }
  return true;
}

/// The sum in partition order, bitwise; mean and variance approximately, but bitwise equal at all numbers of ranks.
inline bool sum(Case& c, const Dataset<Number>& d) {
  const std::vector<Number> all = flattened(d.parts);
  Number wanted = 0;
  for (const auto& part : d.parts) wanted += std::accumulate(part.begin(), part.end(), Number{0});
  const Number seen = d.rdd.sum();
  const StatCounter stats = d.rdd.stats();
  c.addToDigest(bitsOf(std::vector<Number>{seen, stats.mean(), stats.variance(), stats.min(), stats.max(), d.rdd.mean(),
                                           d.rdd.sampleStdev()}));
  c.expect("count of stats", stats.count(), static_cast<Integer>(all.size()));
  if (std::isnan(wanted)) {
    c.require(std::isnan(seen), "the sum is not NaN");
    return true;
  }
  c.expect("sum", seen, wanted);
  Number largest = 0;
  for (const Number x : all) largest = std::max(largest, std::abs(x));
  if (all.empty() || std::isinf(largest)) return true;
  const auto size = static_cast<Number>(all.size());
  const Number mean = wanted / size;
  Number squares = 0;
  for (const Number x : all) squares += (x - mean) * (x - mean);
  c.require(std::abs(stats.mean() - mean) <= 1e-9 * largest, fmt::format("mean {}, not {}", stats.mean(), mean));
  c.require(std::abs(stats.variance() - squares / size) <= 1e-9 * largest * largest,
            fmt::format("variance {}, not {}", stats.variance(), squares / size));
  return true;
}

/// Buckets are half-open, [low, high); the last is closed.
inline bool histogram(Case& c, const Dataset<Number>& d) {
  const std::vector<Number> edges{-2, -0.5, 0, 1, 1e6};
  std::vector<Integer> wanted(edges.size() - 1);
  for (const Number x : flattened(d.parts)) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const bool below = x < edges[i + 1] || (i + 1 == wanted.size() && x == edges[i + 1]);
      if (x >= edges[i] && below) ++wanted[i];
    }
  }
  c.expectElements("histogram", d.rdd.histogram(edges), wanted);
  return true;
}

/// Looks up a key that mostly exists.
template <class T>
bool lookup(Case& c, const Dataset<T>& d) {
  const std::vector<T> all = flattened(d.parts);
  using K = typename T::first_type;
  const K key = all.empty() || c.chance(20) ? make<K>(c.next()) : all[c.draw(all.size())].first;
  std::vector<typename T::second_type> wanted;
  for (const T& pair : all) {
    if (keyOf(pair.first) == keyOf(key)) wanted.push_back(pair.second);
  }
  c.expectElements("lookup of " + shown(key), d.rdd.lookup(key), wanted);
  return true;
}

template <class Pair, class Map>
std::vector<Pair> pairsOf(const Map& map) {
  std::vector<Pair> pairs;
  for (const auto& [key, value] : map) pairs.emplace_back(key, value);
  return pairs;
}

template <class T>
bool countByKey(Case& c, const Dataset<T>& d) {
  using K = typename T::first_type;
  FirstSeen<K, Integer> counts;
  for (const T& pair : flattened(d.parts)) ++counts.at(pair.first);
  c.expectElements("countByKey", pairsOf<std::pair<K, Integer>>(d.rdd.countByKey()), counts.pairs());
  FirstSeen<K, typename T::second_type> last;
  for (const T& pair : flattened(d.parts)) last.at(pair.first) = pair.second;
  c.expectElements("collectAsMap", pairsOf<T>(d.rdd.collectAsMap()), last.pairs());
  return true;
}

template <class T>
bool reduceByKeyLocally(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const auto f = [r = c.recipe()](const V& a, const V& b) {
    r.mayFail(mixed(bitsOf(a), r.seed));
    return combined(a, b);
  };
  Placement placement{1, {}};
  for (const T& pair : flattened(d.parts)) placement.of[keyOf(pair.first)] = 0;
  const auto wanted = combinedParts<V>(
      d.parts, placement, [](const V& value) { return value; }, f, f);
  c.expectElements("reduceByKeyLocally", pairsOf<T>(d.rdd.reduceByKeyLocally(f)), wanted.front());
  return true;
}

}  // namespace seltzer::test
