#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/aggregation/table.hpp>

// Shared by the tests of aggregation tables.

namespace seltzer::test {

using detail::AggregationTable;

/// For each key the sum of the indices at which it occurs, in first-seen order.
template <class K>
std::vector<std::pair<K, std::size_t>> sumsOf(const std::vector<K>& keys) {
  std::vector<std::pair<K, std::size_t>> sums;
  std::unordered_map<std::string, std::size_t> positions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::string text;
    if constexpr (std::is_same_v<K, std::string>) {
      text = keys[i];
    } else {
      text = std::to_string(keys[i]);
    }
    const auto [at, isNew] = positions.try_emplace(text, sums.size());
    if (isNew) sums.emplace_back(keys[i], 0);
    sums[at->second].second += i;
  }
  return sums;
}

/// The same computed by the table, in batches of random sizes; sometimes with memory reserved, enough or not.
template <class K, class C, class Borrowed = K>
AggregationTable<K, C> tableOf(const std::vector<K>& keys, std::size_t longestBatch, std::mt19937_64& random,
                               detail::IndexRange indices = {}) {
  AggregationTable<K, C> table;
  table.expectIndices(indices);
  if (random() % 2 == 0) table.reserve(random() % (keys.size() + 1));
  for (std::size_t begin = 0; begin < keys.size();) {
    const std::size_t count = std::min(keys.size() - begin, random() % (longestBatch + 1));
    table.upsert(
        count, [&](std::size_t i) { return Borrowed(keys[begin + i]); },
        [&](std::size_t i) { return static_cast<C>(begin + i); },
        [&](C& sum, std::size_t i) { sum += static_cast<C>(begin + i); });
    begin += count;
  }
  return table;
}

template <class K, class C>
std::vector<std::pair<K, std::size_t>> contents(AggregationTable<K, C>& table) {
  std::vector<std::pair<K, std::size_t>> found;
  table.forEach([&](std::uint64_t hash, K& key, C& sum) {
    EXPECT_EQ(hash, Hash<K>()(key));
    found.emplace_back(key, static_cast<std::size_t>(sum));
  });
  return found;
}

template <class K, class C, class Borrowed = K>
void compareWithOracle(const std::vector<K>& keys, std::size_t longestBatch, std::mt19937_64& random,
                       detail::IndexRange indices = {}) {
  auto table = tableOf<K, C, Borrowed>(keys, longestBatch, random, indices);
  const auto expected = sumsOf(keys);
  ASSERT_EQ(table.size(), expected.size());
  EXPECT_EQ(contents(table), expected);
  std::size_t visits = 0;
  table.findBatch(
      expected.size(), [&](std::size_t i) { return Borrowed(expected[i].first); },
      [&](std::size_t i, C* sum) {
        ASSERT_NE(sum, nullptr);
        EXPECT_EQ(static_cast<std::size_t>(*sum), expected[i].second);
        EXPECT_EQ(table.find(Borrowed(expected[i].first)), sum);
        EXPECT_EQ(i, visits++);
      });
  EXPECT_EQ(visits, expected.size());
}

template <class K>
std::vector<K> randomKeys(std::size_t count, std::uint64_t distinct, std::mt19937_64& random) {
  std::vector<K> keys(count);
  for (K& key : keys) {
    const std::uint64_t number = random() % distinct;
    if constexpr (std::is_same_v<K, std::string>) {
      key = std::string(number % 23, 'x') + std::to_string(number);
    } else {
      key = static_cast<K>(number * 0x9e3779b97f4a7c15u);
    }
  }
  return keys;
}

}  // namespace seltzer::test
