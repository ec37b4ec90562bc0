#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "bench_word_table.hpp"
#include "by_hand_table.hpp"
#include "draw.hpp"
#include "row.hpp"

namespace peers {
namespace {

constexpr double manyKeys = 1e6;
constexpr std::int64_t fewKeys = 1000;  // at every scale

auto generated(seltzer::Context& sc, std::int64_t pairs, std::int64_t keys) {
  return sc.generate(pairs, [keys](std::int64_t i) { return Pair(keyAt(i, keys), i); });
}

Measured reduceGenerated(seltzer::Context& sc, std::int64_t pairs, std::int64_t keys) {
  return timed([&] { return sumsByKey(generated(sc, pairs, keys)); });
}

Measured reduceCached(seltzer::Context& sc, std::int64_t pairs, std::int64_t keys) {
  const auto cached = generated(sc, pairs, keys).cache();
  cached.count();
  return timed([&] { return sumsByKey(cached); });
}

template <class KeyAt, class ValueAt>
std::string reducedByHand(std::int64_t pairs, std::int64_t keys, KeyAt key, ValueAt value) {
  HandTable<std::int64_t, std::int64_t> sums(keys);
  sums.visit(0, pairs, key, [value](std::int64_t i, std::int64_t& sum) { sum += value(i); });
  Totals totals;
  sums.forEach([&](std::int64_t, std::int64_t sum) { totals.add(sum); });
  return totals.check();
}

Measured reduceGeneratedByHand(std::int64_t pairs, std::int64_t keys) {
  return timed([&] {
    return reducedByHand(
        pairs, keys, [keys](std::int64_t i) { return keyAt(i, keys); }, [](std::int64_t i) { return i; });
  });
}

Measured reduceCachedByHand(std::int64_t pairs, std::int64_t keys) {
  std::vector<Pair> data;
  data.reserve(static_cast<std::size_t>(pairs));
  for (std::int64_t i = 0; i < pairs; ++i) data.emplace_back(keyAt(i, keys), i);
  return timed([&] {
    return reducedByHand(
        pairs, keys, [&](std::int64_t i) { return data[static_cast<std::size_t>(i)].first; },
        [&](std::int64_t i) { return data[static_cast<std::size_t>(i)].second; });
  });
}

/// The check of the sums of groups.
template <class Pairs>
std::string grouped(const Pairs& pairs) {
  return totalsOf(pairs.groupByKey().map(
      [](const auto& group) { return std::accumulate(group.second.begin(), group.second.end(), std::int64_t{0}); }));
}

std::string groupedByHand(const std::vector<std::uint32_t>& numbers, std::size_t keys) {
  const HandGroups groups(numbers, keys, [](std::int64_t i) { return i; });
  Totals totals;
  for (std::size_t key = 0; key < keys; ++key) totals.add(groups.sum(key));
  return totals.check();
}

Measured groupNumbersByHand(const Setup& setup) {
  return timed([&] {
    const std::int64_t keys = setup.of(manyKeys);
    std::vector<std::uint32_t> numberOf(static_cast<std::size_t>(setup.of(2e7)));
    KeyNumbers<std::int64_t> numbers(keys);
    numbers.visit(
        0, setup.of(2e7), [keys](std::int64_t i) { return keyAt(i, keys); },
        [&](std::int64_t i, std::uint32_t number) { numberOf[static_cast<std::size_t>(i)] = number; });
    return groupedByHand(numberOf, numbers.size());
  });
}

std::string textKey(std::int64_t key) {
  return fmt::format("key{:07}", key);
}

/// A text of up to 16 characters.
struct ShortKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  static ShortKey of(std::int64_t key) {
    std::array<char, 32> text{};
    const auto end = fmt::format_to(text.begin(), "key{:07}", key);
    const auto start = bench::WordStart::of(text.data(), static_cast<std::size_t>(end - text.begin()));
    return {start.low, start.high};
  }
  friend bool operator==(const ShortKey&, const ShortKey&) = default;
};
struct HashShortKey {
  std::uint64_t operator()(const ShortKey& key) const { return bench::WordStart{key.low, key.high}.hash(10); }
};

Measured groupTexts(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const std::int64_t keys = setup.of(manyKeys);
    return grouped(
        sc.generate(setup.of(2e7), [keys](std::int64_t i) { return std::pair(textKey(keyAt(i, keys)), i); }));
  });
}

Measured groupTextsByHand(const Setup& setup) {
  return timed([&] {
    const std::int64_t keys = setup.of(manyKeys);
    std::vector<std::uint32_t> numberOf(static_cast<std::size_t>(setup.of(2e7)));
    KeyNumbers<ShortKey, HashShortKey> numbers(keys);
    numbers.visit(
        0, setup.of(2e7), [keys](std::int64_t i) { return ShortKey::of(keyAt(i, keys)); },
        [&](std::int64_t i, std::uint32_t number) { numberOf[static_cast<std::size_t>(i)] = number; });
    return groupedByHand(numberOf, numbers.size());
  });
}

Measured distinct(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const std::int64_t values = setup.of(1e7);
    return totalsOf(sc.generate(setup.of(5e7), [values](std::int64_t i) { return keyAt(i, values); }).distinct());
  });
}

Measured distinctByHand(const Setup& setup) {
  return timed([&] {
    const std::int64_t values = setup.of(1e7);
    struct Nothing {};
    HandTable<std::int64_t, Nothing> table(values);
    table.visit(
        0, setup.of(5e7), [values](std::int64_t i) { return keyAt(i, values); }, [](std::int64_t, Nothing&) {});
    Totals totals;
    table.forEach([&](std::int64_t value, Nothing) { totals.add(value); });
    return totals.check();
  });
}

}  // namespace

std::string totalsOf(const seltzer::RDD<std::int64_t>& numbers) {
  return numbers
      .aggregate(
          Totals(), [](Totals& totals, std::int64_t number) { totals.add(number); },
          [](Totals& totals, const Totals& more) { totals.add(more); })
      .check();
}

std::string sumsByKey(const seltzer::RDD<Pair>& pairs) {
  return totalsOf(pairs.reduceByKey(std::plus<>()).values());
}

std::vector<Row> keyRows() {
  using Context = seltzer::Context;
  return {
      {"reduce_by_key", [](Context& sc, const Setup& s) { return reduceGenerated(sc, s.of(1e8), s.of(manyKeys)); },
       [](const Setup& s) { return reduceGeneratedByHand(s.of(1e8), s.of(manyKeys)); }},
      {"reduce_by_key_cached", [](Context& sc, const Setup& s) { return reduceCached(sc, s.of(1e8), s.of(manyKeys)); },
       [](const Setup& s) { return reduceCachedByHand(s.of(1e8), s.of(manyKeys)); }},
      {"reduce_by_few_keys", [](Context& sc, const Setup& s) { return reduceGenerated(sc, s.of(1e8), fewKeys); },
       [](const Setup& s) { return reduceGeneratedByHand(s.of(1e8), fewKeys); }},
      {"reduce_by_few_keys_cached", [](Context& sc, const Setup& s) { return reduceCached(sc, s.of(1e8), fewKeys); },
       [](const Setup& s) { return reduceCachedByHand(s.of(1e8), fewKeys); }},
      {"group_by_key",
       [](Context& sc, const Setup& s) {
         return timed([&] { return grouped(generated(sc, s.of(2e7), s.of(manyKeys))); });
       },
       groupNumbersByHand},
      {"group_by_text_key", groupTexts, groupTextsByHand},
      {"distinct", distinct, distinctByHand},
  };
}

}  // namespace peers
