#pragma once

#include <fmt/format.h>

#include "random_lineage_target.hpp"

// By-key transformations with two parents, compared with the oracle.

namespace seltzer::test {

template <class T>
auto drawJoinTarget(Case& c, const Dataset<T>& left, const Dataset<T>& right) {
  using K = typename T::first_type;
  return drawTarget<K>(c, left, defaultChoice<K>(left, right));
}

enum class Join { inner, leftOuter, rightOuter, fullOuter };

template <Join kind, class T>
bool join(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const Dataset<T> other = c.another(d);
  if (sizeOf(d.parts) * sizeOf(other.parts) > 30 * Case::mostElements) return false;
  const auto f = maker<V>(c.recipe());
  const auto target = drawJoinTarget(c, d, other);
  const Placement placement = target.placement(d.parts, other.parts);
  const auto pairs = kind == Join::rightOuter
                         ? joinedParts(other.parts, d.parts, placement, true, false)
                         : joinedParts(d.parts, other.parts, placement, kind != Join::inner, kind == Join::fullOuter);
  if (sizeOf(pairs) > Case::mostElements) return false;
  auto parts = mappedParts(pairs, [&f](const auto& pair) {
    const auto& [streamed, found] = pair.second;
    if constexpr (kind == Join::inner) return T(pair.first, f(std::pair(*streamed, *found)));
    if constexpr (kind == Join::leftOuter) return T(pair.first, f(std::pair(*streamed, found)));
    if constexpr (kind == Join::rightOuter) return T(pair.first, f(std::pair(found, *streamed)));
    if constexpr (kind == Join::fullOuter) return T(pair.first, f(pair.second));
  });
  const auto add = [&](const char* name, const auto& joined) {
    return c.add(fmt::format("{}.{}({}, {}).mapValues", d.name, name, other.name, target.text), joined.mapValues(f),
                 std::move(parts), true);
  };
  if constexpr (kind == Join::inner) return add("join", d.rdd.join(other.rdd, target.given));
  if constexpr (kind == Join::leftOuter) return add("leftOuterJoin", d.rdd.leftOuterJoin(other.rdd, target.given));
  if constexpr (kind == Join::rightOuter) return add("rightOuterJoin", d.rdd.rightOuterJoin(other.rdd, target.given));
  if constexpr (kind == Join::fullOuter) return add("fullOuterJoin", d.rdd.fullOuterJoin(other.rdd, target.given));
}

template <class T>
bool semiJoin(Case& c, const Dataset<T>& d) {
  const Dataset<T> other = c.another(d);
  const bool wanted = c.chance(50);
  const auto target = drawJoinTarget(c, d, other);
  auto parts = semiJoinedParts(d.parts, other.parts, target.placement(d.parts, other.parts), wanted);
  return c.add(fmt::format("{}.{}({}, {})", d.name, wanted ? "leftSemiJoin" : "leftAntiJoin", other.name, target.text),
               wanted ? d.rdd.leftSemiJoin(other.rdd, target.given) : d.rdd.leftAntiJoin(other.rdd, target.given),
               std::move(parts), true);
}

/// Without a target, the right side's partitioner does not count.
template <class T>
bool subtractByKey(Case& c, const Dataset<T>& d) {
  using K = typename T::first_type;
  const Dataset<T> other = c.another(d);
  const auto target = drawTarget<K>(c, d, defaultChoice<K>(d));
  auto parts = semiJoinedParts(d.parts, other.parts, target.placement(d.parts, other.parts), false);
  return c.add(fmt::format("{}.subtractByKey({}, {})", d.name, other.name, target.text),
               d.rdd.subtractByKey(other.rdd, target.given), std::move(parts), true);
}

template <class T>
bool cogroup(Case& c, const Dataset<T>& d) {
  using V = typename T::second_type;
  const Dataset<T> other = c.another(d);
  const auto f = maker<V>(c.recipe());
  const auto target = drawJoinTarget(c, d, other);
  auto parts = mappedParts(cogroupedParts(d.parts, other.parts, target.placement(d.parts, other.parts)),
                           [&f](const auto& pair) { return T(pair.first, f(pair.second)); });
  return c.add(fmt::format("{}.cogroup({}, {}).mapValues", d.name, other.name, target.text),
               d.rdd.cogroup(other.rdd, target.given).mapValues(f), std::move(parts), true);
}

}  // namespace seltzer::test
