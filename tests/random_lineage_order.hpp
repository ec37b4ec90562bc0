#pragma once

#include <algorithm>

#include <fmt/format.h>

#include "random_lineage_spread.hpp"

// Transformations that go by the positions of elements in the whole RDD, compared with the oracle.

namespace seltzer::test {

template <class T>
bool window(Case& c, const Dataset<T>& d) {
  const std::uint64_t size = 1 + c.draw(c.chance(80) ? 6 : 200);
  const auto f = [r = c.recipe()](const auto& elements) {
    std::uint64_t bits = r.seed;
    for (const T& x : elements) bits = mixed(bits, bitsOf(x));
    r.mayFail(bits);
    return make<T>(bits);
  };
  const std::vector<T> all = flattened(d.parts);
  Parts<T> parts;
  std::size_t first = 0;
  for (const auto& part : d.parts) {
    parts.emplace_back();
    for (const std::size_t end = first + part.size(); first < end; ++first) {
      if (first + size <= all.size()) parts.back().push_back(f(std::span<const T>(all).subspan(first, size)));
    }
  }
  return c.add(fmt::format("{}.window({})", d.name, size), d.rdd.window(static_cast<std::int64_t>(size), f),
               std::move(parts));
}

/// By a maximum, which any element is a neutral value of that comes before all.
template <class T>
bool prefixSum(Case& c, const Dataset<T>& d) {
  const auto greater = [r = c.recipe()](const T& a, const T& b) {
    const std::uint64_t bits = mixed(bitsOf(b), r.seed);
    r.mayFail(bits);
    return mixed(bitsOf(a), r.seed) < bits ? b : a;
  };
  const bool exclusive = c.chance(50);
  const T first = make<T>(c.draw(1000));
  T sum = first;
  Parts<T> parts;
  for (const auto& part : d.parts) {
    parts.emplace_back();
    for (const T& x : part) {
      if (exclusive) parts.back().push_back(sum);
      sum = greater(sum, x);
      if (!exclusive) parts.back().push_back(sum);
    }
  }
  if (exclusive)
    return c.add(d.name + ".exclusivePrefixSum", d.rdd.exclusivePrefixSum(first, greater), std::move(parts));
  return c.add(d.name + ".prefixSum", d.rdd.prefixSum(first, greater), std::move(parts));
}

template <class T>
bool zipPadded(Case& c, const Dataset<T>& d) {
  const Dataset<T> other = c.another(d);
  const PartitionCount n = drawCount(c);
  const auto both = maker<T>(c.recipe());
  const T left = make<T>(c.draw(1000)), right = make<T>(c.draw(1000));
  const std::vector<T> lefts = flattened(d.parts), rights = flattened(other.parts);
  std::vector<T> made;
  for (std::size_t i = 0; i < std::max(lefts.size(), rights.size()); ++i) {
    made.push_back(both(std::pair(i < lefts.size() ? lefts[i] : left, i < rights.size() ? rights[i] : right)));
  }
  return c.add(fmt::format("{}.zipPadded({}, {}).map", d.name, other.name, shownCount(n)),
               d.rdd.zipPadded(other.rdd, left, right, n).map(both),
               slicesOf(made, countOr(n, std::max(d.parts.size(), other.parts.size()))));
}

}  // namespace seltzer::test
