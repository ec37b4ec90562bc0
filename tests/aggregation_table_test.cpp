#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <seltzer/data/aggregation_table.hpp>

namespace {

using namespace std::string_view_literals;

using seltzer::detail::AggregationTable;
using seltzer::detail::InlineStore;
using seltzer::detail::keyEqual;
using seltzer::detail::memoryAccount;
using seltzer::detail::MemoryUse;

/// A key all of whose values have one hash.
struct Colliding {
  int number;
  bool operator==(const Colliding&) const = default;
};

/// A combiner that can only be moved.
struct Values {
  explicit Values(std::size_t first) { list->push_back(first); }
  std::unique_ptr<std::vector<std::size_t>> list = std::make_unique<std::vector<std::size_t>>();
};

/// A stateless combiner.
struct Nothing {};

enum class Color : std::uint8_t { red, green, blue };

/// The sum of the indices of each key, in the order of first appearance.
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

/// The same by the table, in batches of random sizes.
template <class K, class C, class Lent = K>
AggregationTable<K, C> tableOf(const std::vector<K>& keys, std::size_t longestBatch, std::mt19937_64& random) {
  AggregationTable<K, C> table;
  for (std::size_t begin = 0; begin < keys.size();) {
    const std::size_t count = std::min(keys.size() - begin, random() % (longestBatch + 1));
    table.upsert(
        count, [&](std::size_t i) { return Lent(keys[begin + i]); },
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
    EXPECT_EQ(hash, seltzer::Hash<K>()(key));
    found.emplace_back(key, static_cast<std::size_t>(sum));
  });
  return found;
}

template <class K, class C, class Lent = K>
void compareWithOracle(const std::vector<K>& keys, std::size_t longestBatch, std::mt19937_64& random) {
  auto table = tableOf<K, C, Lent>(keys, longestBatch, random);
  const auto expected = sumsOf(keys);
  ASSERT_EQ(table.size(), expected.size());
  EXPECT_EQ(contents(table), expected);
  std::size_t visits = 0;
  table.findBatch(
      expected.size(), [&](std::size_t i) { return Lent(expected[i].first); },
      [&](std::size_t i, C* sum) {
        ASSERT_NE(sum, nullptr);
        EXPECT_EQ(static_cast<std::size_t>(*sum), expected[i].second);
        EXPECT_EQ(table.find(Lent(expected[i].first)), sum);
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

template <class Key>
class AggregationTableOf : public testing::Test {};

using KeyTypes = testing::Types<std::int8_t, std::uint16_t, std::int32_t, std::int64_t, std::uint64_t, std::string>;
TYPED_TEST_SUITE(AggregationTableOf, KeyTypes);

TYPED_TEST(AggregationTableOf, AgreesWithAnOracleAtAllSizes) {
  std::mt19937_64 random(7);
  for (const std::size_t count : {0, 1, 2, 100, 1023, 5000, 60000, 400000}) {
    for (const std::uint64_t distinct : {1u, 3u, 300u, 50000u, 1000000000u}) {
      SCOPED_TRACE(testing::Message() << count << " of " << distinct);
      const auto keys = randomKeys<TypeParam>(count, distinct, random);
      compareWithOracle<TypeParam, std::uint64_t>(keys, 1 + random() % 3000, random);
    }
  }
}

TYPED_TEST(AggregationTableOf, AgreesWithCombinersThatDoNotFitInSlots) {
  std::mt19937_64 random(8);
  compareWithOracle<TypeParam, long double>(randomKeys<TypeParam>(30000, 9000, random), 1024, random);
}

TEST(AggregationTable, OneUpsertOfEverything) {
  std::mt19937_64 random(9);
  std::vector<std::int64_t> keys(500000);
  for (auto& key : keys) key = static_cast<std::int64_t>(random() % 200000);
  AggregationTable<std::int64_t, std::size_t> table;
  table.upsert(
      keys.size(), [&](std::size_t i) { return keys[i]; }, [](std::size_t i) { return i; },
      [](std::size_t& sum, std::size_t i) { sum += i; });
  EXPECT_EQ(contents(table), sumsOf(keys));
}

TEST(AggregationTable, LentKeysBecomeOwned) {
  std::mt19937_64 random(10);
  compareWithOracle<std::string, std::size_t, std::string_view>(randomKeys<std::string>(50000, 20000, random), 1024,
                                                                random);

  AggregationTable<std::pair<std::string, int>, int> table;
  {
    const std::string text = "a word that is too long to stand in a string itself";
    table.upsert(
        10, [&](std::size_t i) { return std::pair<std::string_view, int>(text, static_cast<int>(i % 3)); },
        [](std::size_t) { return 1; }, [](int& count, std::size_t) { ++count; });
  }
  std::vector<int> counts;
  table.forEach([&](std::uint64_t, std::pair<std::string, int>& key, int& count) {
    EXPECT_EQ(key.first.size(), 51u);
    EXPECT_EQ(key.second, static_cast<int>(counts.size()));
    counts.push_back(count);
  });
  EXPECT_EQ(counts, (std::vector<int>{4, 3, 3}));
}

TEST(AggregationTable, NewKeysAreMovedFromRvaluesAndOthersLeftAlone) {
  std::vector<std::string> keys = {std::string(40, 'a'), std::string(40, 'b'), std::string(40, 'a')};
  AggregationTable<std::string, int> table;
  table.upsert(
      keys.size(), [&](std::size_t i) -> std::string&& { return std::move(keys[i]); }, [](std::size_t) { return 1; },
      [](int& count, std::size_t) { ++count; });
  EXPECT_EQ(keys, (std::vector<std::string>{"", "", std::string(40, 'a')}));
  EXPECT_EQ(*table.find(std::string_view(keys[2])), 2);
}

TEST(AggregationTable, KeysAndCombinersThatCanOnlyBeMoved) {
  AggregationTable<std::int64_t, Values> numbers;
  AggregationTable<std::string, Values> words;
  const auto make = [](std::size_t i) { return Values(i); };
  const auto merge = [](Values& values, std::size_t i) { values.list->push_back(i); };
  numbers.upsert(
      10000, [](std::size_t i) { return static_cast<std::int64_t>(i % 1000); }, make, merge);
  words.upsert(
      10000, [](std::size_t i) { return std::to_string(i % 1000); }, make, merge);
  std::vector<Values> taken;
  numbers.forEach([&](std::uint64_t, std::int64_t&, Values& values) { taken.push_back(std::move(values)); });
  words.forEach([&](std::uint64_t, std::string&, Values& values) { taken.push_back(std::move(values)); });
  ASSERT_EQ(taken.size(), 2000u);
  for (std::size_t k = 0; k < taken.size(); ++k) {
    ASSERT_EQ(taken[k].list->size(), 10u);
    for (std::size_t j = 0; j < 10; ++j) EXPECT_EQ((*taken[k].list)[j], k % 1000 + 1000 * j);
  }
}

TEST(AggregationTable, StatelessCombinersMakeASet) {
  AggregationTable<std::int64_t, Nothing> numbers;
  AggregationTable<std::string, Nothing> words;
  const auto make = [](std::size_t) { return Nothing(); };
  const auto merge = [](Nothing&, std::size_t) {};
  numbers.upsert(
      5000, [](std::size_t i) { return static_cast<std::int64_t>(i * i % 1009); }, make, merge);
  words.upsert(
      5000, [](std::size_t i) { return std::to_string(i * i % 1009); }, make, merge);
  EXPECT_EQ(numbers.size(), 505u);
  EXPECT_EQ(words.size(), 505u);
  std::vector<std::string> order;
  words.forEach([&](std::uint64_t, std::string& word, Nothing&) { order.push_back(word); });
  std::size_t at = 0;
  numbers.forEach(
      [&](std::uint64_t, std::int64_t& number, Nothing&) { EXPECT_EQ(order[at++], std::to_string(number)); });
  EXPECT_EQ(at, order.size());
}

}  // namespace

template <>
struct seltzer::Hash<Colliding> {
  std::uint64_t operator()(const Colliding&) const { return 0x123456789abcdef0u; }
};

namespace {

TEST(AggregationTable, KeysOfOneHashStayApart) {
  AggregationTable<Colliding, int> table;
  table.upsert(
      6000, [](std::size_t i) { return Colliding{static_cast<int>(i * 7 % 1500)}; }, [](std::size_t) { return 1; },
      [](int& count, std::size_t) { ++count; });
  ASSERT_EQ(table.size(), 1500u);
  int position = 0;
  table.forEach([&](std::uint64_t hash, Colliding& key, int& count) {
    EXPECT_EQ(hash, 0x123456789abcdef0u);
    EXPECT_EQ(key.number, position++ * 7 % 1500);
    EXPECT_EQ(count, 4);
  });
  EXPECT_EQ(table.find(Colliding{1500}), nullptr);
}

/// The inverse of mixBits, to make integer keys of chosen hashes.
std::uint64_t unmixBits(std::uint64_t hash) {
  const auto unshift = [](std::uint64_t word, int by) {
    std::uint64_t whole = word;
    for (int done = by; done < 64; done += by) whole = word ^ (whole >> by);
    return whole;
  };
  hash = unshift(hash, 31) * 0x319642b2d24d8ec3u;
  hash = unshift(hash, 27) * 0x96de1b173f119089u;
  return unshift(hash, 30);
}

TEST(AggregationTable, IntegersWhoseSlotsCollideStayApart) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < 3000; ++i) keys.push_back(unmixBits((i % 1000) << 40 | 0xfffff));
  ASSERT_EQ(seltzer::Hash<std::uint64_t>()(keys[5]), std::uint64_t{5} << 40 | 0xfffff);
  std::mt19937_64 random(11);
  compareWithOracle<std::uint64_t, std::uint64_t>(keys, 1024, random);
}

TEST(AggregationTable, EveryWordOfASmallTypeMayBeAKey) {
  std::mt19937_64 random(12);
  std::vector<std::uint16_t> keys(65536 * 2);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<std::uint16_t>(i * 40503);
  compareWithOracle<std::uint16_t, std::uint64_t>(keys, 1024, random);

  AggregationTable<Color, int> colors;
  colors.upsert(
      9, [](std::size_t i) { return static_cast<Color>(2 - i % 3); }, [](std::size_t) { return 1; },
      [](int& count, std::size_t) { ++count; });
  EXPECT_EQ(colors.size(), 3u);
  EXPECT_EQ(*colors.find(Color::red), 3);
}

/// The word that marks free slots at first, and the ones that come after it.
template <class K>
void insertTheWordsOfFreeSlots() {
  std::vector<K> keys = {1, 2, 3};
  K word = static_cast<K>(InlineStore<K, std::uint64_t, 1000>::firstFreeWord);
  for (int i = 0; i < 5; ++i, word = static_cast<K>(seltzer::detail::mixBits(word))) {
    keys.push_back(word);
    keys.push_back(static_cast<K>(i));
    keys.push_back(word);
  }
  std::mt19937_64 random(13);
  for (const std::size_t longestBatch : {1, 3, 1024}) {
    compareWithOracle<K, std::uint64_t>(keys, longestBatch, random);
    std::vector<K> reversed(keys.rbegin(), keys.rend());
    compareWithOracle<K, std::uint64_t>(reversed, longestBatch, random);
  }
  AggregationTable<K, std::uint64_t> table;
  table.upsert(
      1, [](std::size_t) { return K{1}; }, [](std::size_t) { return 1; }, [](std::uint64_t&, std::size_t) {});
  EXPECT_EQ(table.find(static_cast<K>(InlineStore<K, std::uint64_t, 1000>::firstFreeWord)), nullptr);
}

TEST(AggregationTable, TheWordOfFreeSlotsMayBeAKey) {
  insertTheWordsOfFreeSlots<std::uint64_t>();
  insertTheWordsOfFreeSlots<std::uint32_t>();
}

template <class K, class C>
void throwInMakeAndMerge() {
  const auto keyAt = [](std::size_t i) { return static_cast<K>(i % 2000); };
  AggregationTable<K, C> table;
  const auto upsert = [&](std::size_t count, std::size_t throwsAt) {
    const auto check = [=](std::size_t i) {
      if (i == throwsAt) throw std::runtime_error("no");
    };
    table.upsert(
        count, keyAt, [&](std::size_t i) { return check(i), C{1}; },
        [&](C& sum, std::size_t i) {
          check(i);
          sum += 1;
        });
  };
  EXPECT_THROW(upsert(4000, 0), std::runtime_error);
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find(K{0}), nullptr);
  EXPECT_THROW(upsert(4000, 128), std::runtime_error);  // at a key that makes the table grow
  EXPECT_EQ(table.size(), 128u);
  EXPECT_THROW(upsert(4000, 3000), std::runtime_error);
  EXPECT_EQ(table.size(), 2000u);
  upsert(2000, 2000);
  std::size_t i = 0;
  table.forEach([&](std::uint64_t, K& key, C& sum) {
    EXPECT_EQ(key, static_cast<K>(i));
    EXPECT_EQ(sum, C{2} + C(i < 128) + C(i < 1000)) << i;
    ++i;
  });
}

TEST(AggregationTable, StaysValidWhenMakeOrMergeThrows) {
  throwInMakeAndMerge<std::int64_t, int>();
  throwInMakeAndMerge<std::int64_t, long double>();
  throwInMakeAndMerge<double, int>();
}

TEST(AggregationTable, AllNaNsAreOneKeyAndBothZeros) {
  const double quiet = std::numeric_limits<double>::quiet_NaN();
  const std::array<double, 8> keys = {0.0, quiet, 1.5, -quiet, -0.0, std::nan("77"), 1.5, quiet};
  AggregationTable<double, int> doubles;
  AggregationTable<std::pair<int, std::vector<double>>, int> nested;
  AggregationTable<float, int> floats;
  const auto make = [](std::size_t) { return 1; };
  const auto merge = [](int& count, std::size_t) { ++count; };
  doubles.upsert(
      keys.size(), [&](std::size_t i) { return keys[i]; }, make, merge);
  floats.upsert(
      keys.size(), [&](std::size_t i) { return static_cast<float>(keys[i]); }, make, merge);
  nested.upsert(
      keys.size(),
      [&](std::size_t i) {
        return std::pair(3, std::vector<double>{2.0, keys[i]});
      },
      make, merge);
  for (const double key : {quiet, std::nan("5"), -quiet}) {
    ASSERT_NE(doubles.find(key), nullptr);
    EXPECT_EQ(*doubles.find(key), 4);
    EXPECT_EQ(*floats.find(static_cast<float>(key)), 4);
    EXPECT_EQ(*nested.find(std::pair(3, std::vector<double>{2.0, key})), 4);
  }
  EXPECT_EQ(doubles.size(), 3u);
  EXPECT_EQ(floats.size(), 3u);
  EXPECT_EQ(nested.size(), 3u);
  EXPECT_EQ(*doubles.find(-0.0), 2);
}

TEST(AggregationTable, FindsNothingWhereNothingIs) {
  AggregationTable<std::string, int> words;
  EXPECT_TRUE(words.empty());
  EXPECT_EQ(words.find("word"sv), nullptr);
  std::vector<std::size_t> visited;
  const auto visit = [&](std::size_t i, int* found) {
    EXPECT_EQ(found, nullptr);
    visited.push_back(i);
  };
  words.findBatch(
      2, [](std::size_t) { return "word"sv; }, visit);
  words.upsert(
      1, [](std::size_t) { return "other"sv; }, [](std::size_t) { return 1; }, [](int&, std::size_t) {});
  words.findBatch(
      2, [](std::size_t) { return "word"sv; }, visit);
  EXPECT_EQ(visited, (std::vector<std::size_t>{0, 1, 0, 1}));
  EXPECT_EQ(words.bytes(), memoryAccount().held(MemoryUse::aggregation));
  words.clear();
  EXPECT_EQ(words.find("other"sv), nullptr);
}

template <class K>
void fillToLimit() {
  AggregationTable<K, int, 300> table;
  const auto make = [](std::size_t) { return 1; };
  const auto merge = [](int& count, std::size_t) { ++count; };
  const auto keyAt = [](std::size_t i) { return static_cast<K>(i); };
  table.upsert(300, keyAt, make, merge);
  EXPECT_THROW(table.upsert(301, keyAt, make, merge), std::length_error);
  EXPECT_EQ(table.size(), 300u);
  EXPECT_EQ(*table.find(K{299}), 2);
  EXPECT_EQ(table.find(K{300}), nullptr);
}

TEST(AggregationTable, RefusesMoreKeysThanItsLimit) {
  fillToLimit<std::int64_t>();
  fillToLimit<double>();
}

template <class K>
void checkMemory(std::size_t leastBytesOfKey) {
  const std::size_t before = memoryAccount().held(MemoryUse::group);
  {
    AggregationTable<K, std::int64_t> table(MemoryUse::group);
    EXPECT_EQ(table.bytes(), 0u);
    std::mt19937_64 random(14);
    const auto keys = randomKeys<K>(100000, std::uint64_t{1} << 40, random);
    const auto fill = [&] {
      table.upsert(
          keys.size(), [&](std::size_t i) { return keys[i]; }, [](std::size_t) { return 1; },
          [](std::int64_t&, std::size_t) {});
    };
    fill();
    EXPECT_GE(table.bytes(), keys.size() * (leastBytesOfKey + 8));
    EXPECT_EQ(memoryAccount().held(MemoryUse::group) - before, table.bytes());
    table.clear();
    EXPECT_TRUE(table.empty());
    EXPECT_EQ(memoryAccount().held(MemoryUse::group), before);
    fill();
    auto moved = std::move(table);
    EXPECT_EQ(contents(moved).size(), keys.size());
    EXPECT_EQ(memoryAccount().held(MemoryUse::group) - before, moved.bytes());
  }
  EXPECT_EQ(memoryAccount().held(MemoryUse::group), before);
}

TEST(AggregationTable, ReportsItsMemoryAndGivesItBack) {
  checkMemory<std::int64_t>(sizeof(std::int64_t));
  checkMemory<std::string>(sizeof(std::string) + 10);
}

/// Texts of 0 to `longest` characters of a small alphabet, with zeros in it, as views of one buffer.
std::vector<std::string_view> randomTexts(const std::string& buffer, std::size_t count, std::size_t longest,
                                          std::mt19937_64& random) {
  std::vector<std::string_view> texts(count);
  for (auto& text : texts) {
    const std::size_t size = random() % (longest + 1);
    text = std::string_view(buffer).substr(random() % (buffer.size() - longest), size);
  }
  return texts;
}

std::string randomBuffer(std::size_t size, std::mt19937_64& random) {
  std::string buffer(size, ' ');
  for (char& c : buffer) c = "\0\0ab\xff"[random() % 5];
  return buffer;
}

/// Upserts views of one buffer, of which nothing may be kept, and compares with a map of strings.
template <class C>
void compareTexts(std::vector<std::string_view> texts, std::string& buffer, std::size_t batch) {
  std::vector<std::pair<std::string, std::size_t>> expected;
  std::unordered_map<std::string, std::size_t> positions;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto [at, isNew] = positions.try_emplace(std::string(texts[i]), expected.size());
    if (isNew) expected.emplace_back(texts[i], 0);
    expected[at->second].second += i % 7;
  }
  AggregationTable<std::string, C> table;
  for (std::size_t begin = 0; begin < texts.size(); begin += batch) {
    table.upsert(
        std::min(batch, texts.size() - begin), [&](std::size_t i) { return texts[begin + i]; },
        [&](std::size_t i) { return static_cast<C>((begin + i) % 7); },
        [&](C& sum, std::size_t i) { sum += static_cast<C>((begin + i) % 7); });
  }
  buffer.assign(buffer.size(), '?');
  ASSERT_EQ(table.size(), expected.size());
  EXPECT_EQ(contents(table), expected);
  EXPECT_EQ(contents(table), expected);
  std::size_t visits = 0;
  table.findBatch(
      2 * expected.size(),
      [&](std::size_t i) { return i % 2 == 0 ? std::string_view(expected[i / 2].first) : "nowhere"sv; },
      [&](std::size_t i, C* sum) {
        EXPECT_EQ(i, visits++);
        ASSERT_EQ(sum == nullptr, i % 2 == 1);
        if (sum != nullptr) {
          EXPECT_EQ(static_cast<std::size_t>(*sum), expected[i / 2].second);
        }
      });
  EXPECT_EQ(visits, 2 * expected.size());
}

TEST(AggregationTableOfTexts, AgreesWithAnOracleAtAllLengths) {
  std::mt19937_64 random(21);
  for (const std::size_t longest : {0, 1, 3, 7, 8, 15, 16, 17, 24, 40}) {
    for (const std::size_t count : {1, 70, 4000, 120000}) {
      for (const std::size_t batch : {1, 63, 64, 65, 1000}) {
        SCOPED_TRACE(testing::Message() << count << " of " << longest << " by " << batch);
        std::string buffer = randomBuffer(30000, random);
        const auto texts = randomTexts(buffer, count, longest, random);
        compareTexts<std::int64_t>(texts, buffer, batch);
      }
    }
  }
  std::string buffer = randomBuffer(30000, random);
  compareTexts<std::uint32_t>(randomTexts(buffer, 50000, 40, random), buffer, 1000);
  buffer = randomBuffer(30000, random);
  compareTexts<double>(randomTexts(buffer, 50000, 40, random), buffer, 1000);
  buffer = randomBuffer(30000, random);
  compareTexts<long double>(randomTexts(buffer, 50000, 40, random), buffer, 1000);
}

TEST(AggregationTableOfTexts, TextsThatDifferInOneCharacterOrInZerosAtTheEnd) {
  std::vector<std::string> texts;
  for (std::size_t size = 0; size <= 34; ++size) {
    texts.push_back(std::string(size, '\0'));
    texts.push_back(std::string(size, 'x'));
    for (std::size_t i = 0; i < size; ++i) {
      texts.push_back(std::string(size, 'x'));
      texts.back()[i] = '\0';
      texts.push_back(std::string(size, '\0'));
      texts.back()[i] = '\x80';
    }
  }
  std::set<std::string> distinct(texts.begin(), texts.end());
  std::mt19937_64 random(22);
  compareWithOracle<std::string, std::int64_t, std::string_view>(texts, 1024, random);
  AggregationTable<std::string, int> table;
  for (int round = 0; round < 2; ++round) {
    table.upsert(
        texts.size(), [&](std::size_t i) { return std::string_view(texts[i]); }, [](std::size_t) { return 1; },
        [](int& count, std::size_t) { ++count; });
  }
  EXPECT_EQ(table.size(), distinct.size());
  EXPECT_EQ(table.find(std::string(35, '\0')), nullptr);
}

TEST(AggregationTableOfTexts, NothingIsReadBehindAText) {
  const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const memory = ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* const end = static_cast<char*>(memory) + page;
  ASSERT_EQ(::mprotect(end, page, PROT_NONE), 0);
  std::fill(end - 40, end, 'e');
  AggregationTable<std::string, int> table;
  table.upsert(
      41, [&](std::size_t i) { return std::string_view(end - i, i); }, [](std::size_t) { return 1; },
      [](int&, std::size_t) {});
  for (std::size_t size = 0; size <= 40; ++size) EXPECT_NE(table.find(std::string(size, 'e')), nullptr) << size;
  EXPECT_EQ(table.size(), 41u);
  ::munmap(memory, 2 * page);
}

TEST(AggregationTableOfTexts, KeysMayBeMovedFromInForEach) {
  std::mt19937_64 random(23);
  const auto keys = randomKeys<std::string>(20000, 9000, random);
  auto table = tableOf<std::string, std::size_t>(keys, 1024, random);
  std::vector<std::pair<std::string, std::size_t>> taken;
  table.forEach([&](std::uint64_t, std::string& key, std::size_t& sum) { taken.emplace_back(std::move(key), sum); });
  EXPECT_EQ(taken, sumsOf(keys));
}

TEST(AggregationTableOfTexts, LargeKeysAreCountedAndGivenBack) {
  const std::size_t before = memoryAccount().held(MemoryUse::aggregation);
  AggregationTable<std::string, int> table;
  const std::size_t size = std::size_t{1} << 20;
  const auto keyAt = [&](std::size_t i) {
    std::string key(size, 'k');
    key[size - 1 - i % 10] = 'x';
    return key;
  };
  table.upsert(
      30, keyAt, [](std::size_t) { return 1; }, [](int& count, std::size_t) { ++count; });
  ASSERT_EQ(table.size(), 10u);
  EXPECT_GE(table.bytes(), 10 * size);
  EXPECT_LE(table.bytes(), 11 * size);
  EXPECT_EQ(memoryAccount().held(MemoryUse::aggregation) - before, table.bytes());
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(*table.find(keyAt(i)), 3);
  EXPECT_EQ(table.find(std::string(size, 'k')), nullptr);
  table.clear();
  EXPECT_EQ(memoryAccount().held(MemoryUse::aggregation), before);
  EXPECT_EQ(table.find(keyAt(0)), nullptr);
}

/// Slots that are all one, of texts whose hashes agree in the low half, or altogether.
template <std::uint64_t mask>
struct CollidingSlots {
  static std::uint64_t ofShort(seltzer::detail::ShortText text, std::size_t) { return (text.low << 32 & mask) | 77; }
  static std::uint64_t ofLonger(std::string_view text) { return (std::uint64_t(text.back()) << 40 & mask) | 77; }
};

template <class SlotHash>
void collide() {
  seltzer::detail::TextStore<int, 5000, SlotHash> store(MemoryUse::aggregation);
  store.grow();
  auto view = store.view();
  const auto keyAt = [](int i) { return std::string(static_cast<std::size_t>(i % 2 * 20), 'p') + std::to_string(i); };
  for (int i = 0; i < 6000; ++i) {
    const std::string key = keyAt(i % 1500);
    store.upsert(
        view, store.probeOf(key), key, [] { return 1; }, [](int& count) { ++count; });
  }
  ASSERT_EQ(store.size(), 1500u);
  int next = 0;
  store.forEach([&](std::uint64_t, std::string& key, int& count) {
    EXPECT_EQ(key, keyAt(next++));
    EXPECT_EQ(count, 4);
  });
  for (const std::string& key : {keyAt(1500), keyAt(1501)}) {
    EXPECT_EQ(store.find(store.view(), store.probeOf(key), key), nullptr);
  }
}

TEST(AggregationTableOfTexts, TextsWhoseSlotsCollideStayApart) {
  collide<CollidingSlots<0>>();
  collide<CollidingSlots<0xffffffff00000000u>>();
}

TEST(AggregationTableOfTexts, StaysValidWhenMakeOrMergeThrows) {
  const auto keyAt = [](std::size_t i) { return std::string(i % 3 * 9, 'k') + std::to_string(i % 2000); };
  AggregationTable<std::string, int> table;
  const auto upsert = [&](std::size_t count, std::size_t throwsAt) {
    const auto check = [=](std::size_t i) {
      if (i == throwsAt) throw std::runtime_error("no");
    };
    table.upsert(
        count, [&](std::size_t i) { return keyAt(i % 2000); }, [&](std::size_t i) { return check(i), 1; },
        [&](int& sum, std::size_t i) { check(i), ++sum; });
  };
  EXPECT_THROW(upsert(4000, 0), std::runtime_error);
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find(keyAt(0)), nullptr);
  EXPECT_THROW(upsert(4000, 128), std::runtime_error);  // at a key that makes the table grow
  EXPECT_EQ(table.size(), 128u);
  EXPECT_THROW(upsert(4000, 3000), std::runtime_error);
  upsert(2000, 2000);
  std::size_t i = 0;
  table.forEach([&](std::uint64_t hash, std::string& key, int& sum) {
    EXPECT_EQ(key, keyAt(i));
    EXPECT_EQ(hash, seltzer::Hash<std::string>()(key));
    EXPECT_EQ(sum, 2 + (i < 128) + (i < 1000)) << i;
    ++i;
  });
  EXPECT_EQ(i, 2000u);
}

TEST(AggregationTableOfTexts, RefusesMoreKeysThanItsLimit) {
  AggregationTable<std::string, int, 300> table;
  const auto keyAt = [](std::size_t i) { return std::string(i % 30, 'k') + std::to_string(i); };
  const auto upsert = [&](std::size_t count) {
    table.upsert(
        count, keyAt, [](std::size_t) { return 1; }, [](int& sum, std::size_t) { ++sum; });
  };
  upsert(300);
  EXPECT_THROW(upsert(301), std::length_error);
  EXPECT_EQ(table.size(), 300u);
  EXPECT_EQ(*table.find(keyAt(299)), 2);
  EXPECT_EQ(table.find(keyAt(300)), nullptr);
}

TEST(KeyEqual, TextsOfAllLengths) {
  const std::string text = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string one = text.substr(0, size);
    EXPECT_TRUE(keyEqual(one, std::string_view(text).substr(0, size)));
    EXPECT_FALSE(keyEqual(one, one + "x"));
    for (std::size_t i = 0; i < size; ++i) {
      std::string other = one;
      other[i] = '!';
      EXPECT_FALSE(keyEqual(one, other)) << size << ' ' << i;
    }
  }
}

TEST(KeyEqual, LooksIntoOptionalsTuplesAndArrays) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using Key = std::tuple<std::optional<double>, std::array<float, 2>, std::string>;
  const Key key(nan, {1.0f, static_cast<float>(nan)}, "a");
  EXPECT_TRUE(keyEqual(key, Key(-nan, {1.0f, static_cast<float>(-nan)}, "a")));
  EXPECT_FALSE(keyEqual(key, Key(std::nullopt, {1.0f, static_cast<float>(nan)}, "a")));
  EXPECT_FALSE(keyEqual(key, Key(nan, {2.0f, static_cast<float>(nan)}, "a")));
  EXPECT_FALSE(keyEqual(key, Key(nan, {1.0f, static_cast<float>(nan)}, "b")));
  EXPECT_TRUE(keyEqual(std::vector<std::string>{"a", "b"}, std::vector<std::string_view>{"a", "b"}));
  EXPECT_FALSE(keyEqual(std::vector<std::string>{"a", "b"}, std::vector<std::string_view>{"a"}));
  EXPECT_FALSE(keyEqual(std::optional<int>(), std::optional<int>(0)));
  EXPECT_TRUE(keyEqual(std::optional<int>(), std::optional<int>()));
}

}  // namespace
