#pragma once

#include <cmath>

#include <fmt/format.h>

#include "random_lineage_target.hpp"

// Transformations that redistribute elements, compared with the oracle.

namespace seltzer::test {

template <class T>
bool repartition(Case& c, const Dataset<T>& d) {
  const std::int64_t n = c.partitionCount();
  return c.add(fmt::format("{}.repartition({})", d.name, n), d.rdd.repartition(n),
               slicesOf(flattened(d.parts), static_cast<std::size_t>(n)));
}

inline std::string shownCount(PartitionCount count) {
  return count ? fmt::format("{}", *count) : "";
}

/// A number of partitions, or the default.
inline PartitionCount drawCount(Case& c) {
  return c.chance(50) ? PartitionCount() : PartitionCount(c.partitionCount());
}
inline std::size_t countOr(PartitionCount count, std::size_t otherwise) {
  return count ? static_cast<std::size_t>(*count) : otherwise;
}

template <class T>
bool distinct(Case& c, const Dataset<T>& d) {
  const PartitionCount n = drawCount(c);
  const auto target = elementTarget<T>(countOr(n, d.parts.size()), {&d});
  return c.add(fmt::format("{}.distinct({})", d.name, shownCount(n)), d.rdd.distinct(n),
               distinctParts(d.parts, target.placement), target.keepsPartitioner);
}

template <class T>
bool intersection(Case& c, const Dataset<T>& d) {
  const Dataset<T> other = c.another(d);
  const PartitionCount n = drawCount(c);
  const auto target = elementTarget<T>(countOr(n, std::max(d.parts.size(), other.parts.size())), {&d, &other});
  FirstSeen<T, bool> known;
  for (const T& element : flattened(other.parts)) known.at(element) = true;
  auto parts = spreadParts<T>(distinctParts(d.parts, target.placement), [&known](const T& x, auto& to) {
    if (known.find(x) != nullptr) to.push_back(x);
  });
  return c.add(fmt::format("{}.intersection({}, {})", d.name, other.name, shownCount(n)),
               d.rdd.intersection(other.rdd, n), std::move(parts), target.keepsPartitioner);
}

template <class T>
bool subtract(Case& c, const Dataset<T>& d) {
  const Dataset<T> other = c.another(d);
  const PartitionCount n = drawCount(c);
  const auto target = elementTarget<T>(countOr(n, d.parts.size()), {&d, &other});
  FirstSeen<T, bool> known;
  for (const T& element : flattened(other.parts)) known.at(element) = true;
  Parts<T> parts(target.placement.partitions);
  for (const T& element : flattened(d.parts)) {
    if (known.find(element) == nullptr) parts[target.placement(element)].push_back(element);
  }
  return c.add(fmt::format("{}.subtract({}, {})", d.name, other.name, shownCount(n)), d.rdd.subtract(other.rdd, n),
               std::move(parts), target.keepsPartitioner);
}

/// The partition sizes of a sort. The library chooses the bounds, so they are taken from a separate sort, and the one
/// under test starts cold.
template <class T>
std::vector<std::size_t> partitionSizes(Case& c, const RDD<T>& sorted, std::size_t wanted) {
  const auto sizes = sorted.glom().map([](const std::vector<T>& part) { return part.size(); }).collect();
  std::size_t total = 0;
  for (const std::size_t size : sizes) total += size;
  c.expect("size of a sort", total, wanted);
  return sizes;
}

template <class T>
bool sortBy(Case& c, const Dataset<T>& d) {
  const auto key = [r = c.recipe()](const T& x) {
    r.mayFail(bitsOf(x));
    if constexpr (std::is_same_v<T, Number>) {
      return x;
    } else {
      return makeNumber(mixed(bitsOf(x), r.seed));
    }
  };
  const bool ascending = c.chance(60);
  const PartitionCount n = drawCount(c);
  const auto sorted = [&] { return d.rdd.sortBy(key, ascending, n); };
  std::vector<T> all = flattened(d.parts);
  sortStably(all, key, ascending);
  const auto sizes = partitionSizes(c, sorted(), all.size());
  for (const std::size_t size : sizes) {
    const double share = std::ceil(static_cast<double>(all.size()) / static_cast<double>(sizes.size()));
    c.require(static_cast<double>(size) <= 1.1 * share, "a partition of a sort is larger than 1.1 times its share");
  }
  return c.add(fmt::format("{}.sortBy({}, {})", d.name, ascending ? "up" : "down", shownCount(n)), sorted(),
               cutAt(all, sizes));
}

template <class T>
bool groupBy(Case& c, const Dataset<T>& d) {
  const auto key = [r = c.recipe()](const T& x) {
    const std::uint64_t bits = mixed(keyOf(x), r.seed);
    r.mayFail(bits);
    return static_cast<Integer>(bits % 12);
  };
  const auto f = maker<T>(c.recipe());
  const PartitionCount n = drawCount(c);
  const auto keyed = mappedParts(d.parts, [&key](const T& x) { return std::pair(key(x), x); });
  Target<Integer> target;
  if (const std::size_t count = countOr(n, d.parts.size())) target.wanted = PartitioningSpec<Integer>(count);
  return c.add(fmt::format("{}.groupBy({}).map", d.name, shownCount(n)), d.rdd.groupBy(key, n).map(f),
               mappedParts(groupedParts(keyed, target.placement(keyed)), f));
}

}  // namespace seltzer::test
