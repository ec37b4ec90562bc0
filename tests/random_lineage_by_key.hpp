#pragma once

#include <fmt/format.h>

#include "random_lineage_spread.hpp"
#include "random_lineage_target.hpp"

// By-key transformations with one parent, compared with the oracle.

namespace seltzer::test {

template <class T>
bool keys(Case& c, const Dataset<T>& d) {
  return c.add(d.name + ".keys", d.rdd.keys(), mappedParts(d.parts, [](const T& pair) { return pair.first; }));
}

template <class T>
bool values(Case& c, const Dataset<T>& d) {
  return c.add(d.name + ".values", d.rdd.values(), mappedParts(d.parts, [](const T& pair) { return pair.second; }));
}

template <class T>
bool mapValues(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const auto f = maker<V>(c.recipe());
  return c.add(d.name + ".mapValues", d.rdd.mapValues(f),
               mappedParts(d.parts, [&f](const T& pair) { return T(pair.first, f(pair.second)); }), d.partitioned);
}

template <class T>
bool flatMapValues(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  if (sizeOf(d.parts) * 2 > Case::mostElements) return false;
  const auto f = [r = c.recipe()](const V& value) {
    const std::uint64_t bits = mixed(bitsOf(value), r.seed);
    r.mayFail(bits);
    std::vector<V> made(bits % 3, value);
    if (bits % 2 == 0) made.push_back(make<V>(bits));
    return made;
  };
  auto parts = spreadParts<T>(d.parts, [&f](const T& pair, auto& to) {
    for (const V& value : f(pair.second)) to.emplace_back(pair.first, value);
  });
  return c.add(d.name + ".flatMapValues", d.rdd.flatMapValues(f), std::move(parts), d.partitioned);
}

/// Keeps the keys, with `preservesPartitioning`.
template <class T>
bool mapPartitionsPreserving(Case& c, const Dataset<T>& d) {
  const auto f = [r = c.recipe()](auto& elements) {
    std::uint64_t bits = r.seed;
    std::vector<T> made;
    for (const T& pair : elements) {
      bits = mixed(bits, bitsOf(pair));
      r.mayFail(bits);
      made.emplace_back(pair.first, make<typename T::second_type>(bits));
    }
    return made;
  };
  Parts<T> parts;
  for (const auto& part : d.parts) parts.push_back(f(part));
  return c.add(d.name + ".mapPartitions, preserving", d.rdd.mapPartitions(f, true), std::move(parts), d.partitioned);
}

template <class T>
auto drawTarget(Case& c, const Dataset<T>& d) {
  using K = typename T::first_type;
  return drawTarget<K>(c, d, defaultChoice<K>(d));
}

template <class T>
bool partitionBy(Case& c, const Dataset<T>& d) {
  const auto target = drawTarget(c, d);
  if (!target.wanted.partitioner()) return false;
  return c.add(fmt::format("{}.partitionBy({})", d.name, target.text), d.rdd.partitionBy(target.given),
               placed(d.parts, target.placement(d.parts)), true);
}

/// With the partitioner of another dataset of the same type.
template <class T>
bool partitionLike(Case& c, const Dataset<T>& d) {
  const Dataset<T> other = c.another(d);
  if (!other.partitioned) return false;
  using K = typename T::first_type;
  const Target<K> target{other.rdd.partitioner(), other.rdd.partitioner(), ""};
  return c.add(fmt::format("{}.partitionBy({}.partitioner())", d.name, other.name), d.rdd.partitionBy(target.given),
               placed(d.parts, target.placement(d.parts)), true);
}

template <class T>
bool sortWithinPartitions(Case& c, const Dataset<T>& d) {
  const auto target = drawTarget(c, d);
  if (!target.wanted.partitioner()) return false;
  const bool ascending = c.chance(60);
  Parts<T> parts = placed(d.parts, target.placement(d.parts));
  for (auto& part : parts)
    sortStably(
        part, [](const T& pair) { return pair.first; }, ascending);
  return c.add(fmt::format("{}.repartitionAndSortWithinPartitions({})", d.name, target.text),
               d.rdd.repartitionAndSortWithinPartitions(target.given, ascending), std::move(parts), true);
}

template <class T>
bool reduceByKey(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const auto f = [r = c.recipe()](const V& a, const V& b) {
    r.mayFail(mixed(bitsOf(a), r.seed));
    return combined(a, b);
  };
  const auto target = drawTarget(c, d);
  auto parts = combinedParts<V>(
      d.parts, target.placement(d.parts), [](const V& value) { return value; }, f, f);
  return c.add(fmt::format("{}.reduceByKey({})", d.name, target.text), d.rdd.reduceByKey(f, target.given),
               std::move(parts), true);
}

template <class T>
bool foldByKey(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const auto f = [r = c.recipe()](const V& a, const V& b) {
    r.mayFail(mixed(bitsOf(b), r.seed));
    return combined(a, b);
  };
  const V zero = make<V>(c.next());
  const auto target = drawTarget(c, d);
  auto parts = combinedParts<V>(
      d.parts, target.placement(d.parts), [&](const V& value) { return f(zero, value); }, f, f);
  return c.add(fmt::format("{}.foldByKey({})", d.name, target.text), d.rdd.foldByKey(zero, f, target.given),
               std::move(parts), true);
}

/// Aggregates into a text that is changed in place, then makes a value of it.
template <class T>
bool aggregateByKey(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const auto seq = [r = c.recipe()](Text& text, const V& value) {
    r.mayFail(mixed(bitsOf(value), r.seed));
    text = combined(text, fmt::format("{:x}", bitsOf(value) % 4096));
  };
  const auto comb = [](Text& text, const Text& more) { text = combined(text, more); };
  const auto f = maker<V>(c.recipe());
  const Text zero = make<Text>(c.next());
  const auto added = [](const auto& change) {
    return [&change](Text text, const auto& next) {
      change(text, next);
      return text;
    };
  };
  const auto target = drawTarget(c, d);
  const auto texts = combinedParts<Text>(
      d.parts, target.placement(d.parts), [&](const V& value) { return added(seq)(zero, value); }, added(seq),
      added(comb));
  auto parts = mappedParts(texts, [&f](const auto& pair) { return T(pair.first, f(pair.second)); });
  return c.add(fmt::format("{}.aggregateByKey({}).mapValues", d.name, target.text),
               d.rdd.aggregateByKey(zero, seq, comb, target.given).mapValues(f), std::move(parts), true);
}

template <class T>
bool groupByKey(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const auto f = maker<V>(c.recipe());
  const auto target = drawTarget(c, d);
  auto parts = mappedParts(groupedParts(d.parts, target.placement(d.parts)),
                           [&f](const auto& pair) { return T(pair.first, f(pair.second)); });
  return c.add(fmt::format("{}.groupByKey({}).mapValues", d.name, target.text),
               d.rdd.groupByKey(target.given).mapValues(f), std::move(parts), true);
}

/// Equal keys share a partition.
template <class T>
bool sortByKey(Case& c, const Dataset<T>& d) {
  const bool ascending = c.chance(60);
  const PartitionCount n = drawCount(c);
  const auto sorted = [&] { return d.rdd.sortByKey(ascending, n); };
  std::vector<T> all = flattened(d.parts);
  sortStably(
      all, [](const T& pair) { return pair.first; }, ascending);
  const auto sizes = partitionSizes(c, sorted(), all.size());
  c.require(sizes.size() <= countOr(n, d.parts.size()), "sortByKey made more partitions than asked for");
  std::size_t bound = 0;
  for (const std::size_t size : sizes) {
    bound += size;
    c.require(bound == 0 || bound == all.size() || keyOf(all[bound - 1].first) != keyOf(all[bound].first),
              "sortByKey put equal keys into two partitions");
  }
  return c.add(fmt::format("{}.sortByKey({}, {})", d.name, ascending ? "up" : "down", shownCount(n)), sorted(),
               cutAt(all, sizes), !sizes.empty());
}

template <class T>
bool filterByRange(Case& c, const Dataset<T>& d) {
  using K = typename T::first_type;
  K least = make<K>(c.next());
  K greatest = make<K>(c.next());
  if (precedes(greatest, least)) std::swap(least, greatest);
  auto parts = spreadParts<T>(d.parts, [&](const T& pair, auto& to) {
    if (!precedes(pair.first, least) && !precedes(greatest, pair.first)) to.push_back(pair);
  });
  return c.add(fmt::format("{}.filterByRange({}, {})", d.name, shown(least), shown(greatest)),
               d.rdd.filterByRange(least, greatest), std::move(parts), d.partitioned);
}

}  // namespace seltzer::test
