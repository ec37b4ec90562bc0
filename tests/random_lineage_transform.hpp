#pragma once

#include <array>

#include <fmt/format.h>

#include "random_lineage_target.hpp"

// Transformations of elements and partitions, compared with the oracle.

namespace seltzer::test {

template <class U, class T>
bool mapTo(Case& c, const Dataset<T>& d) {
  const auto f = maker<U>(c.recipe());
  return c.add(d.name + ".map", d.rdd.map(f), mappedParts(d.parts, f));
}

template <class K, class T>
bool keyBy(Case& c, const Dataset<T>& d) {
  const auto f = maker<K>(c.recipe());
  return c.add(d.name + ".keyBy", d.rdd.keyBy(f),
               mappedParts(d.parts, [&f](const T& x) { return std::pair(f(x), x); }));
}

template <class T>
bool filter(Case& c, const Dataset<T>& d) {
  const auto f = [r = c.recipe()](const T& x) {
    const std::uint64_t bits = mixed(bitsOf(x), r.seed);
    r.mayFail(bits);
    return bits % 5 < 3;
  };
  auto parts = spreadParts<T>(d.parts, [&f](const T& x, auto& to) {
    if (f(x)) to.push_back(x);
  });
  return c.add(d.name + ".filter", d.rdd.filter(f), std::move(parts), d.partitioned);
}

/// The function takes its element by value.
template <class T>
bool flatMap(Case& c, const Dataset<T>& d) {
  if (sizeOf(d.parts) * 2 > Case::mostElements) return false;
  const auto f = [r = c.recipe()](T x) {
    const std::uint64_t bits = mixed(bitsOf(x), r.seed);
    r.mayFail(bits);
    std::vector<T> made;
    if (bits % 3 > 0) made.push_back(std::move(x));
    if (bits % 3 > 1) made.push_back(make<T>(bits));
    return made;
  };
  auto parts = spreadParts<T>(d.parts, [&f](const T& x, auto& to) {
    for (const T& y : f(x)) to.push_back(y);
  });
  return c.add(d.name + ".flatMap", d.rdd.flatMap(f), std::move(parts));
}

template <class T>
bool flatMapEmitting(Case& c, const Dataset<T>& d) {
  if (sizeOf(d.parts) * 2 > Case::mostElements) return false;
  const auto f = [r = c.recipe()](const T& x, auto& emit) {
    const std::uint64_t bits = mixed(bitsOf(x), r.seed);
    for (std::uint64_t i = 0; i < bits % 4; ++i) {
      r.mayFail(bits + i);
      emit(make<T>(bits + i));
    }
  };
  auto parts = spreadParts<T>(d.parts, [&f](const T& x, auto& to) {
    auto emit = [&to](T y) { to.push_back(std::move(y)); };
    f(x, emit);
  });
  return c.add(d.name + ".flatMap with emit", d.rdd.template flatMap<T>(f), std::move(parts));
}

/// Each result depends on all previous elements; one more ends the partition.
template <class T>
bool mapPartitions(Case& c, const Dataset<T>& d) {
  const auto f = [r = c.recipe()](auto& elements) {
    std::uint64_t bits = r.seed;
    std::vector<T> made;
    for (const T& x : elements) {
      bits = mixed(bits, bitsOf(x));
      r.mayFail(bits);
      made.push_back(make<T>(bits));
    }
    made.push_back(make<T>(bits));
    return made;
  };
  Parts<T> parts;
  for (const auto& part : d.parts) parts.push_back(f(part));
  return c.add(d.name + ".mapPartitions", d.rdd.mapPartitions(f), std::move(parts));
}

/// Reads only the first elements of a partition.
template <class T>
bool mapPartitionsWithIndex(Case& c, const Dataset<T>& d) {
  const auto f = [r = c.recipe(), most = c.draw(40)](std::size_t index, auto& elements, auto& emit) {
    std::size_t read = 0;
    for (const T& x : elements) {
      if (read++ == most) break;
      const std::uint64_t bits = mixed(mixed(bitsOf(x), r.seed), index);
      r.mayFail(bits);
      emit(bits % 2 == 0 ? x : make<T>(bits));
    }
  };
  Parts<T> parts;
  for (std::size_t p = 0; p < d.parts.size(); ++p) {
    auto emit = [&to = parts.emplace_back()](T y) { to.push_back(std::move(y)); };
    f(p, d.parts[p], emit);
  }
  return c.add(d.name + ".mapPartitionsWithIndex", d.rdd.template mapPartitionsWithIndex<T>(f), std::move(parts));
}

/// Concatenates the partition lists; merges partition by partition if both datasets have the same partitioner. The
/// ranges of two sorts may not be known yet, and then the lists are concatenated.
template <class T>
bool unite(Case& c, const Dataset<T>& d) {
  const Dataset<T> other = c.another(d);
  if (sizeOf(d.parts) + sizeOf(other.parts) > Case::mostElements ||
      d.parts.size() + other.parts.size() > Case::mostPartitions) {
    return false;
  }
  const RDD<T> united = d.rdd.union_(other.rdd);
  const bool alike = united.partitioner() != nullptr;
  const bool partitioned = d.partitioned && other.partitioned;
  if (alike) c.require(partitioned && *d.rdd.partitioner() == *other.rdd.partitioner(), "a union is partitioned");
  if (partitioned && d.rdd.partitioner() == other.rdd.partitioner()) c.require(alike, "a union is not partitioned");
  Parts<T> parts = d.parts;
  if (alike) {
    for (std::size_t p = 0; p < parts.size(); ++p) {
      parts[p].insert(parts[p].end(), other.parts[p].begin(), other.parts[p].end());
    }
  } else {
    parts.insert(parts.end(), other.parts.begin(), other.parts.end());
  }
  return c.add(fmt::format("{}.union_({})", d.name, other.name), united, std::move(parts), alike);
}

template <class T>
bool zip(Case& c, const Dataset<T>& d) {
  const auto f = maker<T>(c.recipe());
  const auto both = maker<T>(c.recipe());
  return c.add(d.name + ".zip(its map).map", d.rdd.zip(d.rdd.map(f)).map(both),
               mappedParts(d.parts, [&](const T& x) { return both(std::pair(x, f(x))); }));
}

template <class T>
bool zipWithIndex(Case& c, const Dataset<T>& d) {
  const auto f = maker<T>(c.recipe());
  const bool unique = c.chance(50);
  const auto partitions = static_cast<Integer>(d.parts.size());
  Parts<T> parts;
  Integer place = 0;
  for (Integer p = 0; p < partitions; ++p) {
    auto& to = parts.emplace_back();
    Integer local = 0;
    for (const T& x : d.parts[static_cast<std::size_t>(p)]) {
      to.push_back(f(std::pair(x, unique ? local * partitions + p : place)));
      ++local;
      ++place;
    }
  }
  const auto indexed = unique ? d.rdd.zipWithUniqueId() : d.rdd.zipWithIndex();
  return c.add(d.name + (unique ? ".zipWithUniqueId.map" : ".zipWithIndex.map"), indexed.map(f), std::move(parts));
}

template <class T>
bool cartesian(Case& c, const Dataset<T>& d) {
  const Dataset<T> other = c.another(d);
  if (sizeOf(d.parts) * sizeOf(other.parts) > Case::mostElements ||
      d.parts.size() * other.parts.size() > Case::mostPartitions) {
    return false;
  }
  const auto f = maker<T>(c.recipe());
  Parts<T> parts;
  for (const auto& left : d.parts) {
    for (const auto& right : other.parts) {
      auto& to = parts.emplace_back();
      for (const T& a : left) {
        for (const T& b : right) to.push_back(f(std::pair(a, b)));
      }
    }
  }
  return c.add(fmt::format("{}.cartesian({}).map", d.name, other.name), d.rdd.cartesian(other.rdd).map(f),
               std::move(parts));
}

template <class T>
bool coalesce(Case& c, const Dataset<T>& d) {
  const std::int64_t n = c.partitionCount();
  const std::size_t count = std::min(static_cast<std::size_t>(n), d.parts.size());
  Parts<T> parts(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t p = i * d.parts.size() / count; p < (i + 1) * d.parts.size() / count; ++p) {
      parts[i].insert(parts[i].end(), d.parts[p].begin(), d.parts[p].end());
    }
  }
  return c.add(fmt::format("{}.coalesce({})", d.name, n), d.rdd.coalesce(n), std::move(parts));
}

/// Each partition becomes one element, a digest of its vector.
template <class T>
bool glom(Case& c, const Dataset<T>& d) {
  const auto f = maker<T>(c.recipe());
  Parts<T> parts;
  for (const auto& part : d.parts) parts.push_back({f(part)});
  return c.add(d.name + ".glom.map", d.rdd.glom().map(f), std::move(parts));
}

/// The draw depends only on seed, partition and position, so it is learned from a sample of positions.
template <class T>
bool sample(Case& c, const Dataset<T>& d) {
  const bool withReplacement = c.chance(40);
  const double fraction = static_cast<double>(c.draw(withReplacement ? 15 : 11)) / 10;
  const std::uint64_t seed = c.draw(1000);
  const Parts<Integer> positions = sampledPositions(c.sc, sizesOf(d.parts), withReplacement, fraction, seed);
  Parts<T> parts(d.parts.size());
  for (std::size_t p = 0; p < positions.size(); ++p) {
    for (const Integer i : positions[p]) parts[p].push_back(d.parts[p].at(static_cast<std::size_t>(i)));
  }
  return c.add(fmt::format("{}.sample({}, {}, {})", d.name, withReplacement, fraction, seed),
               d.rdd.sample(withReplacement, fraction, seed), std::move(parts), d.partitioned);
}

}  // namespace seltzer::test
