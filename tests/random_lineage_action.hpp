#pragma once

#include <numeric>

#include <fmt/format.h>

#include "random_lineage_case.hpp"

// Actions compared with the oracle, and jobs that fail.

namespace seltzer::test {

/// A sort key with many ties.
struct OrderKey {
  std::uint64_t seed;
  template <class T>
  Number operator()(const T& x) const {
    if constexpr (std::is_same_v<T, Number>) {
      return x;
    } else {
      return makeNumber(mixed(bitsOf(x), seed));
    }
  }
};

/// Expects `action()` to throw EmptyRDDError if the RDD is empty, and otherwise to return `wanted()`.
template <class Action, class Wanted>
void expectUnlessEmpty(Case& c, const std::string& what, bool isEmpty, Action action, Wanted wanted) {
  if (!isEmpty) return c.expect(what, action(), wanted());
  try {
    action();
  } catch (const EmptyRDDError&) {
    return;
  }
  throw Difference(what + " of nothing has not thrown EmptyRDDError");
}

template <class T>
bool collect(Case& c, const Dataset<T>& d) {
  c.expectElements("collect", d.rdd.collect(), flattened(d.parts));
  return true;
}

template <class T>
bool iterate(Case& c, const Dataset<T>& d) {
  std::vector<T> seen;
  auto elements = d.rdd.toLocalIterator();
  for (auto&& element : elements) seen.push_back(element);
  c.expectElements("toLocalIterator", seen, flattened(d.parts));
  return true;
}

template <class T>
bool count(Case& c, const Dataset<T>& d) {
  c.expect<Integer>("count", d.rdd.count(), static_cast<Integer>(sizeOf(d.parts)));
  c.expect("isEmpty", d.rdd.isEmpty(), sizeOf(d.parts) == 0);
  return true;
}

template <class T>
bool take(Case& c, const Dataset<T>& d) {
  std::vector<T> all = flattened(d.parts);
  expectUnlessEmpty(
      c, "first", all.empty(), [&] { return d.rdd.first(); }, [&] { return all.front(); });
  const std::size_t n = c.draw(all.size() + 3);
  all.resize(std::min(all.size(), n));
  c.expectElements("take", d.rdd.take(static_cast<std::int64_t>(n)), all);
  return true;
}

/// No function is called on an element after the last one needed.
template <class T>
bool takeExactly(Case& c, const Dataset<T>& d) {
  if (d.parts.empty() || d.parts.front().empty()) return false;
  const std::size_t n = 1 + c.draw(d.parts.front().size());
  const auto f = [last = static_cast<Integer>(n)](const std::pair<T, Integer>& pair) {
    if (pair.second >= last) throw std::runtime_error("an element that nobody needs");
    return pair.first;
  };
  const std::vector<T>& part = d.parts.front();
  const std::vector<T> wanted(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n));
  c.expectElements("take, exactly", d.rdd.zipWithIndex().map(f).take(static_cast<std::int64_t>(n)), wanted);
  return true;
}

template <class T>
bool reduce(Case& c, const Dataset<T>& d) {
  const auto f = [r = c.recipe()](const T& a, const T& b) {
    r.mayFail(mixed(bitsOf(b), r.seed));
    return combined(a, b);
  };
  const auto inOrder = [&f](const std::vector<T>& all) {
    return std::accumulate(all.begin() + 1, all.end(), all.front(), f);
  };
  expectUnlessEmpty(
      c, "reduce", sizeOf(d.parts) == 0, [&] { return d.rdd.reduce(f); },
      [&] {
        std::vector<T> results;
        for (const auto& part : d.parts) {
          if (!part.empty()) results.push_back(inOrder(part));
        }
        return inOrder(results);
      });
  const T zero = make<T>(c.next());
  T folded = zero;
  for (const auto& part : d.parts) folded = f(folded, std::accumulate(part.begin(), part.end(), zero, f));
  c.expect("fold", d.rdd.fold(zero, f), folded);
  return true;
}

/// Aggregates into a text that is changed in place.
template <class T>
bool aggregate(Case& c, const Dataset<T>& d) {
  const auto seq = [r = c.recipe()](Text& text, const T& x) {
    r.mayFail(mixed(bitsOf(x), r.seed));
    text = combined(text, fmt::format("{:x}", bitsOf(x) % 4096));
  };
  const auto comb = [](const Text& a, const Text& b) { return combined(a, b); };
  const Text zero = make<Text>(c.next());
  Text wanted = zero;
  for (const auto& part : d.parts) {
    Text state = zero;
    for (const T& x : part) seq(state, x);
    wanted = comb(wanted, state);
  }
  c.expect("aggregate", d.rdd.aggregate(zero, seq, comb), wanted);
  const int depth = 1 + static_cast<int>(c.draw(3));
  c.addToDigest(bitsOf(d.rdd.treeAggregate(zero, seq, comb, depth)));
  return true;
}

template <class T>
bool top(Case& c, const Dataset<T>& d) {
  const OrderKey key{c.functionSeed()};
  const auto f = [key](const T& x) { return key(x); };
  const std::size_t n = c.draw(12);
  for (const bool least : {false, true}) {
    std::vector<T> all = flattened(d.parts);
    sortStably(all, key, least);
    expectUnlessEmpty(
        c, least ? "min" : "max", all.empty(), [&] { return least ? d.rdd.min(f) : d.rdd.max(f); },
        [&] { return all.front(); });
    all.resize(std::min(n, all.size()));
    const auto wanted = static_cast<std::int64_t>(n);
    c.expectElements(least ? "takeOrdered" : "top", least ? d.rdd.takeOrdered(wanted, f) : d.rdd.top(wanted, f), all);
  }
  return true;
}

template <class T>
bool countByValue(Case& c, const Dataset<T>& d) {
  FirstSeen<T, Integer> counts;
  for (const T& x : flattened(d.parts)) ++counts.at(x);
  std::vector<std::pair<T, Integer>> seen;
  for (const auto& [value, times] : d.rdd.countByValue()) seen.emplace_back(value, times);
  c.expectElements("countByValue", seen, counts.pairs());
  return true;
}

/// Without replacement: the requested number, no element more often than it occurs.
template <class T>
bool takeSample(Case& c, const Dataset<T>& d) {
  const auto n = static_cast<std::int64_t>(c.draw(20));
  const std::uint64_t seed = c.draw(1000);
  c.addToDigest(bitsOf(d.rdd.takeSample(true, n, seed)));
  const std::vector<T> drawn = d.rdd.takeSample(false, n, seed);
  c.addToDigest(bitsOf(drawn));
  c.expect("size of takeSample", drawn.size(), std::min(static_cast<std::size_t>(n), sizeOf(d.parts)));
  std::unordered_map<std::uint64_t, std::size_t> there;
  for (const T& x : flattened(d.parts)) ++there[bitsOf(x)];
  for (const T& x : drawn) c.require(there[bitsOf(x)]-- > 0, "takeSample drew " + shown(x) + " too often");
  return true;
}

/// A task's additions count once, even if it is retried.
template <class T>
bool accumulate(Case& c, const Dataset<T>& d) {
  const auto accumulator = c.sc.accumulator(Integer{0});
  const Recipe r = c.recipe();
  d.rdd.foreach ([r, accumulator](const T& x) {
    accumulator.add(static_cast<Integer>(bitsOf(x) % 1000));
    r.mayFail(mixed(bitsOf(x), r.seed));
  });
  Integer wanted = 0;
  for (const T& x : flattened(d.parts)) wanted += static_cast<Integer>(bitsOf(x) % 1000);
  c.expect("accumulator", accumulator.value(), wanted);
  return true;
}

/// A function that always throws on certain elements fails the job; the next job is correct.
template <class T>
bool fail(Case& c, const Dataset<T>& d) {
  const std::uint64_t seed = c.functionSeed();
  const auto fails = [seed](const T& x) { return mixed(bitsOf(x), seed) % 40 == 0; };
  const auto f = [fails](const T& x) {
    if (fails(x)) throw std::runtime_error("planned failure");
    return x;
  };
  const std::vector<T> all = flattened(d.parts);
  const bool expected = std::any_of(all.begin(), all.end(), fails);
  const auto mapped = d.rdd.map(f);
  bool failed = false;
  try {
    c.chance(50) ? mapped.count() : mapped.repartition(3).count();
  } catch (const TaskError& error) {
    failed = true;
    c.require(error.failure().what == "planned failure", "the error says " + error.failure().what);
    c.addToDigest(error.failure().partition);
  }
  c.expect("whether the job failed", failed, expected);
  c.check(d);
  return true;
}

}  // namespace seltzer::test
