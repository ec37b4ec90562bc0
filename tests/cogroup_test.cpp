#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbered = std::pair<std::string, std::int64_t>;
using Numbers = std::vector<std::vector<Numbered>>;
using Texts = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;

/// The same keys in reverse order, every second one changed, with their positions.
Numbers mirrored(const Words& words) {
  Numbers parts;
  std::int64_t place = 0;
  for (auto part = words.rbegin(); part != words.rend(); ++part) {
    parts.emplace_back();
    for (auto word = part->rbegin(); word != part->rend(); ++word, ++place) {
      parts.back().emplace_back(place % 2 == 0 ? word->first : word->first + "'", place);
    }
  }
  return parts;
}

template <class V>
std::map<std::string, std::vector<V>> listsOf(const std::vector<std::vector<std::pair<std::string, V>>>& parts) {
  std::map<std::string, std::vector<V>> lists;
  for (const auto& [key, value] : joined(parts)) lists[key].push_back(value);
  return lists;
}

/// The keys of several inputs in first-seen order, the first input's first.
template <class... Parts>
Texts keysOf(const Parts&... parts) {
  Texts keys;
  std::set<std::string> seen;
  const auto add = [&](const auto& input) {
    for (const auto& part : input) {
      for (const auto& pair : part) {
        if (seen.insert(pair.first).second) keys.push_back(pair.first);
      }
    }
  };
  (add(parts), ...);
  return keys;
}

TEST(Cogroup, OfTwo) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const Numbers numbers = mirrored(words);
    auto first = listsOf(words);
    auto second = listsOf(numbers);
    std::vector<std::pair<std::string, std::pair<Texts, Integers>>> expected;
    for (const auto& key : keysOf(words, numbers)) expected.push_back({key, {first[key], second[key]}});
    const auto other = rddOf(numbers);
    expectSpread(partsOf(rdd.cogroup(other, n)), expected, static_cast<std::size_t>(n));
    std::vector<std::pair<std::string, std::pair<Integers, Texts>>> turned;
    for (const auto& key : keysOf(numbers, words)) turned.push_back({key, {second[key], first[key]}});
    expectSpread(partsOf(other.groupWith(rdd)), turned, std::max(words.size(), numbers.size()));
  });
}

TEST(Cogroup, OfThreeAndFour) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const Numbers numbers = mirrored(words);
    const Words few = slices(std::vector<Word>{{"a", "x"}, {"", "y"}, {"nobody else's", "z"}, {"a", "w"}}, 2);
    auto first = listsOf(words);
    auto second = listsOf(numbers);
    auto third = listsOf(few);
    using Three = std::tuple<Texts, Integers, Texts>;
    using Four = std::tuple<Texts, Texts, Integers, Integers>;
    std::vector<std::pair<std::string, Three>> three;
    std::vector<std::pair<std::string, Four>> four;
    for (const auto& key : keysOf(words, numbers, few)) {
      three.emplace_back(key, Three(first[key], second[key], third[key]));
    }
    for (const auto& key : keysOf(few, words, numbers, numbers)) {
      four.emplace_back(key, Four(third[key], first[key], second[key], second[key]));
    }
    const auto other = rddOf(numbers);
    const auto small = rddOf(few);
    const auto partitions = static_cast<std::size_t>(n);
    expectSpread(partsOf(rdd.cogroup(other, small, n)), three, partitions);
    expectSpread(partsOf(small.cogroup(rdd, other, other, n)), four, partitions);
    EXPECT_EQ(partsOf(rdd.groupWith(other, small)), partsOf(rdd.cogroup(other, small)));
    EXPECT_EQ(partsOf(small.groupWith(rdd, other, other)), partsOf(small.cogroup(rdd, other, other)));
  });
}

TEST(Cogroup, OfNoPartitions) {
  const auto none = context().emptyRDD<Word>();
  const RDD<Word> some = rddOf(wordInputs()[3].second);
  EXPECT_EQ(none.cogroup(none).count(), 0);
  EXPECT_EQ(none.cogroup(some).count(), some.keys().distinct().count());
  EXPECT_EQ(some.cogroup(none, none).count(), some.keys().distinct().count());
  EXPECT_THROW(some.cogroup(none, 0), std::invalid_argument);
}

TEST(Cogroup, WithItselfAndOthersOfIt) {
  const Words& words = wordInputs()[3].second;
  const RDD<Word> rdd = rddOf(words);
  auto lists = listsOf(words);
  std::vector<std::pair<std::string, std::tuple<Texts, Texts, Integers>>> expected;
  for (const auto& key : keysOf(words)) {
    Integers sizes;
    for (const auto& text : lists[key]) sizes.push_back(static_cast<std::int64_t>(text.size()));
    expected.push_back({key, {lists[key], lists[key], sizes}});
  }
  const auto sizes = rdd.mapValues([](const std::string& text) { return static_cast<std::int64_t>(text.size()); });
  expectSpread(partsOf(rdd.cogroup(rdd, sizes, 3)), expected, 3);
  const auto partitioned = rdd.partitionBy(3);
  expectSpread(partsOf(partitioned.cogroup(partitioned, partitioned.mapValues([](const std::string& text) {
                 return static_cast<std::int64_t>(text.size());
               }))),
               expected, 3);
}

TEST(Cogroup, BorrowedOnesAreOwned) {
  using View = std::string_view;
  const Words& words = wordInputs()[3].second;
  const auto views = rddOf(words).map([](const Word& word) { return std::pair<View, View>(word.first, word.second); });
  const auto owned = rddOf(words);
  const RDD<std::pair<std::string, std::pair<Texts, Texts>>> groups = views.cogroup(views, 3);
  EXPECT_EQ(partsOf(groups), partsOf(owned.cogroup(owned, 3)));
}

TEST(Cogroup, ValuesOfEveryKind) {
  const auto keyed = [](auto values) {
    std::vector<std::pair<std::string, typename decltype(values)::value_type>> pairs;
    for (const auto& value : values) pairs.emplace_back(std::string(pairs.size() % 3, 'k'), value);
    return slices(pairs, 2);
  };
  const auto readings = keyed(someReadings(50));
  const auto numbers = keyed(someNumbers(60));
  const auto bits = keyed(std::vector<bool>(7, true));
  auto first = listsOf(readings);
  auto second = listsOf(numbers);
  auto third = listsOf(bits);
  const auto groups = partsOf(rddOf(readings).cogroup(rddOf(numbers), rddOf(bits), 2));
  ASSERT_EQ(groups.size(), 2u);
  std::set<std::string> found;
  for (const auto& [key, lists] : joined(groups)) {
    EXPECT_TRUE(found.insert(key).second);
    EXPECT_TRUE(std::get<0>(lists) == first[key]);
    EXPECT_TRUE(std::get<1>(lists) == second[key]);
    EXPECT_TRUE(std::get<2>(lists) == third[key]);
  }
  EXPECT_EQ(found.size(), first.size());
}

}  // namespace
}  // namespace seltzer::test
