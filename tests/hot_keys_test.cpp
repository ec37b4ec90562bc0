#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/element/key_text.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/metrics/hot_keys.hpp>

namespace seltzer::detail {
namespace {

using Weights = std::map<std::string, std::uint64_t>;

/// Zipf-distributed keys: the k-th occurs about 1/k times as often as the first.
std::vector<std::string> zipfKeys(std::size_t count, std::size_t distinct, std::uint64_t seed) {
  std::vector<double> odds;
  for (std::size_t k = 1; k <= distinct; ++k) odds.push_back(1 / static_cast<double>(k));
  std::discrete_distribution<int> draw(odds.begin(), odds.end());
  std::mt19937_64 random(seed);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back("word" + std::to_string(draw(random)));
  return keys;
}

Weights weigh(const std::vector<std::string>& keys) {
  Weights weights;
  for (const std::string& key : keys) ++weights[key];
  return weights;
}

HotKeys told(const std::vector<std::string>& keys) {
  HotKeys hot;
  for (const std::string& key : keys) hot.add(key, 1);
  return hot;
}

/// Checks the guarantees of HotKeys against exact weights.
void expectPromises(const HotKeys& hot, const Weights& exact, std::uint64_t whole) {
  ASSERT_EQ(hot.weight(), whole);
  const std::vector<HotKey> top = hot.top(HotKeys::capacity);
  for (const HotKey& key : top) {
    EXPECT_LE(key.weight, exact.at(key.text)) << key.text;
    EXPECT_GE(HotKeys::capacity * key.weight + whole, HotKeys::capacity * exact.at(key.text)) << key.text;
    EXPECT_DOUBLE_EQ(key.share, static_cast<double>(key.weight) / static_cast<double>(whole));
  }
  for (const auto& [text, weight] : exact) {
    if (HotKeys::capacity * weight <= whole) continue;
    const auto is = [&text = text](const HotKey& key) { return key.text == text; };
    EXPECT_TRUE(std::any_of(top.begin(), top.end(), is)) << text << ", " << weight << " of " << whole;
  }
}

std::vector<std::pair<std::string, std::uint64_t>> asPairs(const std::vector<HotKey>& keys) {
  std::vector<std::pair<std::string, std::uint64_t>> pairs;
  for (const HotKey& key : keys) pairs.emplace_back(key.text, key.weight);
  return pairs;
}

TEST(HotKeys, AreExactForFewKeys) {
  HotKeys hot;
  EXPECT_TRUE(hot.empty());
  EXPECT_TRUE(hot.top(3).empty());
  for (int i = 0; i < 10; ++i) hot.add("b", 3);
  for (int i = 0; i < 10; ++i) hot.add("a", 3);
  hot.add("c", 40);
  EXPECT_EQ(asPairs(hot.top(5)), (std::vector<std::pair<std::string, std::uint64_t>>{{"c", 40}, {"a", 30}, {"b", 30}}));
  EXPECT_EQ(hot.top(2).size(), 2u);
  EXPECT_EQ(hot.weight(), 100u);
  EXPECT_EQ(hot.samples(), 21u);
  EXPECT_DOUBLE_EQ(hot.top(1)[0].share, 0.4);
}

TEST(HotKeys, KeepTheirPromisesOnWords) {
  const auto keys = zipfKeys(50'000, 10'000, 5);
  expectPromises(told(keys), weigh(keys), keys.size());
}

TEST(HotKeys, KeepTheirPromisesWhateverTheOrder) {
  auto keys = zipfKeys(50'000, 10'000, 6);
  std::ranges::sort(keys);
  expectPromises(told(keys), weigh(keys), keys.size());
  std::ranges::reverse(keys);
  expectPromises(told(keys), weigh(keys), keys.size());
}

TEST(HotKeys, ThatComeLateAreCountedFromThenOn) {
  HotKeys hot;
  for (int i = 0; i < 10'000; ++i) hot.add(std::to_string(i), 1);
  for (int i = 0; i < 5'000; ++i) hot.add("late", 1);
  EXPECT_EQ(hot.top(1)[0].text, "late");
  EXPECT_EQ(hot.top(1)[0].weight, 5'000u);
}

TEST(HotKeys, OfSeveralRanksMerge) {
  for (const std::size_t parts : {2, 3, 16}) {
    HotKeys all;
    std::vector<std::string> keys;
    for (std::size_t part = 0; part < parts; ++part) {
      const auto more = zipfKeys(20'000, 1'000 * (part + 1), part);
      keys.insert(keys.end(), more.begin(), more.end());
      HotKeys mine = told(more);
      mine.spreadOver(8 + part);
      all.merge(mine);
    }
    expectPromises(all, weigh(keys), keys.size());
    EXPECT_EQ(all.samples(), keys.size());
    EXPECT_EQ(all.partitions(), 8 + parts - 1);
  }
}

TEST(HotKeys, MergeWithNothing) {
  const auto keys = zipfKeys(20'000, 1'000, 7);
  HotKeys hot = told(keys);
  const auto before = asPairs(hot.top(HotKeys::capacity));
  hot.merge(HotKeys());
  EXPECT_EQ(asPairs(hot.top(HotKeys::capacity)), before);
  HotKeys none;
  none.merge(hot);
  EXPECT_EQ(asPairs(none.top(HotKeys::capacity)), before);
}

TEST(HotKeys, TravelAsBytes) {
  HotKeys hot = told(zipfKeys(20'000, 1'000, 8));
  hot.spreadOver(12);
  const auto copy = fromWire<HotKeys>(toWire(hot));
  EXPECT_EQ(asPairs(copy.top(HotKeys::capacity)), asPairs(hot.top(HotKeys::capacity)));
  EXPECT_EQ(copy.weight(), hot.weight());
  EXPECT_EQ(copy.samples(), hot.samples());
  EXPECT_EQ(copy.partitions(), 12u);
}

TEST(HotKeys, AreCutToFortyCharactersAndStillToldApart) {
  const std::string start(60, 'x');
  HotKeys hot;
  hot.add(start + "1", 5);
  hot.add(start + "2", 3);
  hot.add(std::string(40, 'y'), 1);
  EXPECT_EQ(asPairs(hot.top(3)),
            (std::vector<std::pair<std::string, std::uint64_t>>{
                {std::string(40, 'x') + "...", 5}, {std::string(40, 'x') + "...", 3}, {std::string(40, 'y'), 1}}));
}

TEST(HotKeys, AreCutBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 41; ++i) umlauts += "\xc3\xbc";
  HotKeys hot;
  hot.add(umlauts, 1);
  EXPECT_EQ(hot.top(1)[0].text, umlauts.substr(0, 80) + "...");
  HotKeys noText;
  noText.add(std::string(1000, '\x80'), 1);
  EXPECT_EQ(noText.top(1)[0].text, std::string(160, '\x80') + "...");
}

TEST(HotKeySampler, DrawsOneOfEach1024) {
  HotKeys hot;
  HotKeySampler sampler(hot, 7, 3);
  std::vector<std::size_t> drawn;
  std::size_t begin = 0;
  for (const std::size_t batch : {1, 1000, 23, 0, 1024, 5000, 1, 3191}) {
    sampler.sample(batch, [&](std::size_t i) {
      EXPECT_LT(i, batch);
      drawn.push_back(begin + i);
      return std::to_string(i);
    });
    begin += batch;
  }
  ASSERT_EQ(begin, 10u * 1024);
  ASSERT_EQ(drawn.size(), 10u);
  for (std::size_t i = 0; i < drawn.size(); ++i) EXPECT_EQ(drawn[i] / 1024, i);
  EXPECT_EQ(hot.weight(), begin);
  EXPECT_EQ(hot.partitions(), 7u);
}

TEST(HotKeySampler, IsNotFooledByPeriodicKeys) {
  for (const std::size_t period : {16, 1024, 4096}) {
    HotKeys hot;
    HotKeySampler sampler(hot, 8, 1);
    sampler.sample(4'000'000, [&](std::size_t i) { return std::to_string(i % period); });
    EXPECT_LT(hot.top(1)[0].share, 0.1) << period;
  }
}

TEST(HotKeySampler, FindsTheShareOfAFrequentKey) {
  HotKeys hot;
  for (std::uint64_t task = 0; task < 8; ++task) {
    HotKeySampler sampler(hot, 8, task);
    sampler.sample(500'000, [](std::size_t i) { return i % 8 == 3 ? std::string("the") : std::to_string(i); });
  }
  EXPECT_EQ(hot.top(1)[0].text, "the");
  EXPECT_NEAR(hot.top(1)[0].share, 0.125, 5 * std::sqrt(0.125 * 0.875 / static_cast<double>(hot.samples())));
}

/// A key that can be printed.
struct Point {
  int x;
  int y;
  friend std::ostream& operator<<(std::ostream& out, const Point& point) { return out << point.x << '/' << point.y; }
};

/// A key that cannot.
struct Digest {
  std::array<unsigned char, 16> bytes;
};

enum class Colour : unsigned char { red = 3 };

TEST(KeyText, IsWhatOneWouldWrite) {
  EXPECT_EQ(keyText(std::string("the"), 1), "the");
  EXPECT_EQ(keyText(std::string_view("the"), 1), "the");
  EXPECT_EQ(keyText(-42, 1), "-42");
  EXPECT_EQ(keyText(std::uint8_t{65}, 1), "65");
  EXPECT_EQ(keyText('A', 1), "A");
  EXPECT_EQ(keyText(0.1, 1), "0.1");
  EXPECT_EQ(keyText(true, 1), "true");
  EXPECT_EQ(keyText(Colour::red, 1), "3");
  EXPECT_EQ(keyText(Point{1, -2}, 1), "1/-2");
  EXPECT_EQ(keyText(std::pair(std::string("a"), std::pair(1, 2.5)), 1), "(a,(1,2.5))");
  EXPECT_EQ(keyText(std::tuple(1, Point{3, 4}, std::string()), 1), "(1,3/4,)");
}

TEST(KeyText, IsMadeOfTheHashWhereThereIsNone) {
  EXPECT_EQ(keyText(Digest{}, 0x1f), "key with hash 000000000000001f");
  EXPECT_EQ(keyText(std::pair(1, Digest{}), 0x1f), "key with hash 000000000000001f");
}

}  // namespace
}  // namespace seltzer::detail
