#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/operators/shuffle/external_groups.hpp>
#include <seltzer/detail/operators/shuffle/group_fold.hpp>
#include <seltzer/errors.hpp>

#include "colliding.hpp"
#include "data/scratch_file.hpp"
#include "spill_fixture.hpp"

namespace seltzer::detail {
namespace {

using test::Colliding;
using test::seed;

/// Limits of the memory account, from nothing to enough for everything.
constexpr std::size_t limits[] = {0, 3000, 40'000, 400'000, 4'000'000, ~std::size_t{0}};

using ExternalGroupsTest = test::SpillTest;

/// The values of each key in the order of its first pair, from one input after the other.
template <class K, class... Vs>
std::vector<std::pair<K, std::tuple<std::vector<Vs>...>>> expectedGroups(
    const std::vector<std::pair<K, Vs>>&... inputs) {
  std::vector<std::pair<K, std::tuple<std::vector<Vs>...>>> groups;
  std::map<K, std::size_t> positions;
  const auto group = [&]<std::size_t... i>(std::index_sequence<i...>) {
    const auto add = [&]<std::size_t input>(std::integral_constant<std::size_t, input>, const auto& pairs) {
      for (const auto& [key, value] : pairs) {
        const auto [found, isNew] = positions.emplace(key, groups.size());
        if (isNew) groups.push_back({key, {}});
        std::get<input>(groups[found->second].second).push_back(value);
      }
    };
    (add(std::integral_constant<std::size_t, i>(), inputs), ...);
  };
  group(std::index_sequence_for<Vs...>());
  return groups;
}

template <std::size_t input, class Groups, class K, class V>
void addTo(Groups& groups, std::vector<std::pair<K, V>> pairs) {
  for (std::span<std::pair<K, V>> left(pairs); !left.empty();) {
    const auto batch = left.first(std::min<std::size_t>(left.size(), 100));
    left = left.subspan(batch.size());
    groups.template add<input>(
        batch.size(), [batch](std::size_t i) -> K&& { return std::move(batch[i].first); },
        [batch](std::size_t i) -> V&& { return std::move(batch[i].second); });
  }
}

template <class K, class V>
void expectGroups(const std::vector<std::pair<K, V>>& pairs) {
  const auto expected = expectedGroups(pairs);
  const std::size_t before = memoryAccount().held();
  {
    ExternalGroups<K, GroupFold<V>, V> groups(MemoryUse::group);
    addTo<0>(groups, pairs);
    std::vector<std::pair<K, std::tuple<std::vector<V>>>> found;
    groups.forEach([&](std::uint64_t hash, K& key, std::vector<V>& values) {
      EXPECT_EQ(hash, Hash<K>()(key));
      found.emplace_back(std::move(key), std::move(values));
    });
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_TRUE(found == expected);
  }
  EXPECT_EQ(memoryAccount().held(), before);
}

/// With any limit, and as if memory ran out again and again, also while a part is grouped.
template <class K, class V>
void expectGroupsWithAnyLimit(const std::vector<std::pair<K, V>>& pairs) {
  for (const std::size_t limit : limits) {
    SCOPED_TRACE(testing::Message() << pairs.size() << " pairs, limit " << limit << ", seed " << seed());
    memoryAccount().setLimit(limit);
    expectGroups(pairs);
  }
  for (const std::size_t every : {1UL, 2UL, 3UL, 10UL}) {
    SCOPED_TRACE(testing::Message() << pairs.size() << " pairs, spilling at every request " << every << ", seed "
                                    << seed());
    memoryAccount().spillEvery(every);
    expectGroups(pairs);
  }
  memoryAccount().spillEvery(0);
  EXPECT_EQ(scratchFile().held(), 0U);
}

TEST_F(ExternalGroupsTest, OfNumbers) {
  for (const std::size_t size : {0UL, 1UL, 50'000UL}) {
    std::vector<std::pair<std::int64_t, std::int32_t>> pairs;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t key = below(3) == 0 ? below(4) : below(20'000);
      pairs.emplace_back(static_cast<std::int64_t>(key), static_cast<std::int32_t>(i));
    }
    expectGroupsWithAnyLimit(pairs);
  }
}

TEST_F(ExternalGroupsTest, OfTexts) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < 30'000; ++i) {
    pairs.emplace_back(std::string(below(30), 'k') + std::to_string(below(300)),
                       std::string(below(40), '.') + std::to_string(i));
  }
  expectGroupsWithAnyLimit(pairs);
}

TEST_F(ExternalGroupsTest, OfTruthValuesAndLists) {
  std::vector<std::pair<std::vector<int>, bool>> truths;
  std::vector<std::pair<double, std::vector<int>>> lists;
  for (std::size_t i = 0; i < 10'000; ++i) {
    truths.emplace_back(std::vector<int>(below(3), static_cast<int>(below(20))), below(2) == 0);
    lists.emplace_back(static_cast<double>(below(500)) / 4, std::vector<int>(below(5), static_cast<int>(i)));
  }
  expectGroupsWithAnyLimit(truths);
  expectGroupsWithAnyLimit(lists);
}

TEST_F(ExternalGroupsTest, OfKeysOfOneHash) {
  std::vector<std::pair<Colliding, std::string>> pairs;
  for (int i = 0; i < 3000; ++i) pairs.emplace_back(Colliding{static_cast<std::int64_t>(below(40))}, std::to_string(i));
  expectGroupsWithAnyLimit(pairs);
}

TEST_F(ExternalGroupsTest, OfSeveralInputs) {
  std::vector<std::pair<std::string, std::int64_t>> numbers;
  std::vector<std::pair<std::string, std::string>> texts;
  for (std::size_t i = 0; i < 20'000; ++i) {
    numbers.emplace_back(std::to_string(below(5'000)), static_cast<std::int64_t>(i));
    texts.emplace_back(std::to_string(2'000 + below(5'000)), std::string(below(30), 't'));
  }
  using Lists = std::tuple<std::vector<std::int64_t>, std::vector<std::string>, std::vector<std::int64_t>>;
  const auto expected = expectedGroups(numbers, texts, numbers);
  for (const std::size_t limit : limits) {
    SCOPED_TRACE(testing::Message() << "limit " << limit << ", seed " << seed());
    memoryAccount().setLimit(limit);
    ExternalGroups<std::string, CogroupFold<Lists, std::int64_t, std::string, std::int64_t>, std::int64_t, std::string,
                   std::int64_t>
        groups(MemoryUse::group);
    addTo<0>(groups, numbers);
    addTo<1>(groups, texts);
    addTo<2>(groups, numbers);
    std::vector<std::pair<std::string, Lists>> found;
    groups.forEach(
        [&](std::uint64_t, std::string& key, Lists& lists) { found.emplace_back(std::move(key), std::move(lists)); });
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_TRUE(found == expected);
  }
  EXPECT_EQ(scratchFile().held(), 0U);
}

/// Views as keys and values, of texts that change after each call.
TEST_F(ExternalGroupsTest, OfBorrowedTexts) {
  for (const std::size_t limit : limits) {
    SCOPED_TRACE(testing::Message() << "limit " << limit);
    memoryAccount().setLimit(limit);
    ExternalGroups<std::string, GroupFold<std::string>, std::string> groups(MemoryUse::group);
    std::vector<std::pair<std::string, std::string>> pairs;
    for (int i = 0; i < 20'000; ++i) {
      pairs.emplace_back("a key of more than sixteen characters " + std::to_string(i % 700), std::to_string(i));
      std::string key = pairs.back().first;
      std::string value = pairs.back().second;
      groups.add<0>(
          1, [&key](std::size_t) { return std::string_view(key); },
          [&value](std::size_t) { return std::string_view(value); });
      std::ranges::fill(key, '?');
      std::ranges::fill(value, '?');
    }
    std::vector<std::pair<std::string, std::tuple<std::vector<std::string>>>> found;
    groups.forEach([&](std::uint64_t, std::string& key, std::vector<std::string>& values) {
      found.emplace_back(std::move(key), std::move(values));
    });
    EXPECT_TRUE(found == expectedGroups(pairs));
  }
}

TEST_F(ExternalGroupsTest, AGroupThatIsLargerThanMemoryIsNamed) {
  memoryAccount().setLimit(2'000'000);
  ExternalGroups<std::string, GroupFold<std::string>, std::string> groups(MemoryUse::group);
  for (int i = 0; i < 60'000; ++i) {
    groups.add<0>(
        1, [i](std::size_t) { return i % 3 == 0 ? std::to_string(i) : std::string("frequent"); },
        [i](std::size_t) { return std::string(100, static_cast<char>('a' + i % 26)); });
  }
  try {
    groups.forEach([](std::uint64_t, std::string&, std::vector<std::string>&) {});
    FAIL() << "there are 40,000 texts of 100 bytes";
  } catch (const MemoryError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("key 'frequent'"), std::string::npos) << text;
    EXPECT_NE(text.find("--seltzer-memory"), std::string::npos) << text;
  }
}

/// Beyond the first mebibyte, which little data may always take, the account is never far above its limit.
TEST_F(ExternalGroupsTest, StaysWithinTheLimit) {
  constexpr std::size_t limit = 8'000'000;
  memoryAccount().setLimit(limit);
  std::size_t most = 0;
  ExternalGroups<std::int64_t, GroupFold<std::int64_t>, std::int64_t> groups(MemoryUse::group);
  for (std::int64_t i = 0; i < 3'000'000; i += 1000) {
    groups.add<0>(
        1000, [i](std::size_t at) { return (i + static_cast<std::int64_t>(at)) * 7919 % 300'007; },
        [i](std::size_t at) { return i + static_cast<std::int64_t>(at); });
    most = std::max(most, memoryAccount().held());
  }
  EXPECT_LT(most, limit + limit / 8);
  EXPECT_GT(scratchFile().held(), limit);
  std::size_t values = 0;
  groups.forEach([&](std::uint64_t, std::int64_t, const std::vector<std::int64_t>& group) { values += group.size(); });
  EXPECT_EQ(values, 3'000'000U);
}

}  // namespace
}  // namespace seltzer::detail
