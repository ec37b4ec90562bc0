#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "by_hand_table.hpp"
#include "draw.hpp"
#include "row.hpp"

namespace peers {
namespace {

constexpr double allKeys = 1e6;
constexpr double manyRows = 2e7;
constexpr double sideRows = 1e7;  // of each side of the cogroup
constexpr double lookups = 1e8;

auto large(seltzer::Context& sc, const Setup& setup) {
  const std::int64_t keys = setup.of(allKeys);
  return sc.generate(setup.of(manyRows), [keys](std::int64_t i) { return Pair(keyAt(i, keys), i); });
}

/// Each key once.
auto small(seltzer::Context& sc, const Setup& setup) {
  return sc.generate(setup.of(allKeys), [](std::int64_t key) { return Pair(key, priceOf(key)); });
}

/// The check of the sums of both sides' values.
std::string joined(const seltzer::RDD<Pair>& left, const seltzer::RDD<Pair>& right) {
  return totalsOf(left.join(right).map([](const auto& row) { return row.second.first + row.second.second; }));
}

Measured joinGenerated(seltzer::Context& sc, const Setup& setup) {
  return timed([&] { return joined(large(sc, setup), small(sc, setup)); });
}

Measured joinCached(seltzer::Context& sc, const Setup& setup, bool smallLeft) {
  const auto many = large(sc, setup).cache();
  const auto few = small(sc, setup).cache();
  many.count();
  few.count();
  return timed([&] { return smallLeft ? joined(few, many) : joined(many, few); });
}

template <class KeyAt, class ValueAt>
std::string joinedByHand(const Setup& setup, KeyAt key, ValueAt value) {
  HandTable<std::int64_t, std::int64_t> prices(setup.of(allKeys));
  prices.visit(
      0, setup.of(allKeys), [](std::int64_t i) { return i; },
      [](std::int64_t i, std::int64_t& price) { price = priceOf(i); });
  Totals totals;
  prices.visit(0, setup.of(manyRows), key, [&](std::int64_t i, std::int64_t price) { totals.add(value(i) + price); });
  return totals.check();
}

Measured joinGeneratedByHand(const Setup& setup) {
  return timed([&] {
    return joinedByHand(
        setup, [keys = setup.of(allKeys)](std::int64_t i) { return keyAt(i, keys); }, [](std::int64_t i) { return i; });
  });
}

Measured joinCachedByHand(const Setup& setup) {
  std::vector<Pair> rows;
  rows.reserve(static_cast<std::size_t>(setup.of(manyRows)));
  for (std::int64_t i = 0; i < setup.of(manyRows); ++i) rows.emplace_back(keyAt(i, setup.of(allKeys)), i);
  return timed([&] {
    return joinedByHand(
        setup, [&](std::int64_t i) { return rows[static_cast<std::size_t>(i)].first; },
        [&](std::int64_t i) { return rows[static_cast<std::size_t>(i)].second; });
  });
}

/// Of a key, the sum of both values over all pairs of a left and a right value.
std::int64_t pairSum(std::int64_t lefts, std::int64_t leftSum, std::int64_t rights, std::int64_t rightSum) {
  return leftSum * rights + rightSum * lefts;
}

Measured cogroup(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const std::int64_t keys = setup.of(allKeys);
    const std::int64_t rows = setup.of(sideRows);
    const auto left = sc.generate(rows, [keys](std::int64_t i) { return Pair(keyAt(i, keys), i); });
    const auto right = sc.generate(rows, [keys, rows](std::int64_t i) { return Pair(keyAt(rows + i, keys), i); });
    return totalsOf(left.cogroup(right).map([](const auto& row) {
      const auto& [lefts, rights] = row.second;
      return pairSum(std::ssize(lefts), std::accumulate(lefts.begin(), lefts.end(), std::int64_t{0}),
                     std::ssize(rights), std::accumulate(rights.begin(), rights.end(), std::int64_t{0}));
    }));
  });
}

Measured cogroupByHand(const Setup& setup) {
  return timed([&] {
    const std::int64_t keys = setup.of(allKeys);
    const std::int64_t rows = setup.of(sideRows);
    KeyNumbers<std::int64_t> numbers(keys);
    const auto numbered = [&](std::int64_t first) {
      std::vector<std::uint32_t> numberOf(static_cast<std::size_t>(rows));
      numbers.visit(
          0, rows, [keys, first](std::int64_t i) { return keyAt(first + i, keys); },
          [&](std::int64_t i, std::uint32_t number) { numberOf[static_cast<std::size_t>(i)] = number; });
      return numberOf;
    };
    const auto left = numbered(0);
    const auto right = numbered(rows);
    const HandGroups lefts(left, numbers.size(), [](std::int64_t i) { return i; });
    const HandGroups rights(right, numbers.size(), [](std::int64_t i) { return i; });
    Totals totals;
    for (std::size_t key = 0; key < numbers.size(); ++key) {
      totals.add(pairSum(lefts.size(key), lefts.sum(key), rights.size(key), rights.sum(key)));
    }
    return totals.check();
  });
}

std::vector<std::int64_t> priceList(const Setup& setup) {
  std::vector<std::int64_t> prices(static_cast<std::size_t>(setup.of(allKeys)));
  for (std::size_t key = 0; key < prices.size(); ++key) prices[key] = priceOf(static_cast<std::int64_t>(key));
  return prices;
}

auto lookedUp(seltzer::Context& sc, const Setup& setup) {
  const std::int64_t keys = setup.of(allKeys);
  return sc.generate(setup.of(lookups), [keys](std::int64_t i) { return keyAt(i, keys); });
}

Measured broadcastVector(seltzer::Context& sc, const Setup& setup) {
  const std::vector<std::int64_t> list = priceList(setup);
  return timed([&] {
    const auto prices = sc.broadcast(list);
    return std::to_string(
        lookedUp(sc, setup).map([prices](std::int64_t key) { return (*prices)[static_cast<std::size_t>(key)]; }).sum());
  });
}

Measured broadcastMap(seltzer::Context& sc, const Setup& setup) {
  std::unordered_map<std::int64_t, std::int64_t> map;
  for (const std::int64_t price : priceList(setup)) map.emplace(std::ssize(map), price);
  return timed([&] {
    const auto prices = sc.broadcast(map);
    return std::to_string(lookedUp(sc, setup).map([prices](std::int64_t key) { return prices->at(key); }).sum());
  });
}

Measured broadcastJoin(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    return std::to_string(lookedUp(sc, setup)
                              .map([](std::int64_t key) { return Pair(key, 0); })
                              .broadcastJoin(small(sc, setup))
                              .map([](const auto& row) { return row.second.second; })
                              .sum());
  });
}

Measured broadcastVectorByHand(const Setup& setup) {
  const std::vector<std::int64_t> prices = priceList(setup);
  return timed([&] {
    const std::int64_t keys = setup.of(allKeys);
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < setup.of(lookups); ++i) sum += prices[static_cast<std::size_t>(keyAt(i, keys))];
    return std::to_string(sum);
  });
}

Measured broadcastMapByHand(const Setup& setup) {
  const std::int64_t keys = setup.of(allKeys);
  HandTable<std::int64_t, std::int64_t> prices(keys);
  prices.visit(
      0, keys, [](std::int64_t i) { return i; }, [](std::int64_t i, std::int64_t& price) { price = priceOf(i); });
  return timed([&] {
    std::int64_t sum = 0;
    prices.visit(
        0, setup.of(lookups), [keys](std::int64_t i) { return keyAt(i, keys); },
        [&](std::int64_t, std::int64_t price) { sum += price; });
    return std::to_string(sum);
  });
}

}  // namespace

std::vector<Row> joinRows() {
  return {
      {"cogroup", cogroup, cogroupByHand},
      {"join", joinGenerated, joinGeneratedByHand},
      {"join_cached", [](seltzer::Context& sc, const Setup& s) { return joinCached(sc, s, false); }, joinCachedByHand},
      {"join_cached_small_left", [](seltzer::Context& sc, const Setup& s) { return joinCached(sc, s, true); },
       joinCachedByHand},
      {"broadcast_vector", broadcastVector, broadcastVectorByHand},
      {"broadcast_map", broadcastMap, broadcastMapByHand},
      {"broadcast_join", broadcastJoin, broadcastMapByHand},
  };
}

}  // namespace peers
