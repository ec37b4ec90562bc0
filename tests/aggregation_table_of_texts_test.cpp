#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <seltzer/detail/data/aggregation/table.hpp>

#include "aggregation_table_oracle.hpp"

namespace seltzer::test {
namespace {

using namespace std::string_view_literals;
using detail::memoryAccount;
using detail::MemoryUse;

/// Texts of 0 to `longest` characters from a small alphabet that includes NUL, as views of one buffer.
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

/// Upserts views of one buffer, none of which the table may keep, and compares with a map of strings.
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

/// Sends all texts to one slot, with hashes that agree in their low half or entirely.
template <std::uint64_t mask>
struct CollidingSlots {
  static std::uint64_t ofShort(detail::ShortText text, std::size_t) { return (text.low << 32 & mask) | 77; }
  static std::uint64_t ofLonger(std::string_view text) { return (std::uint64_t(text.back()) << 40 & mask) | 77; }
};

template <class SlotHash>
void collide() {
  detail::TextStore<int, 5000, SlotHash> store(MemoryUse::aggregation);
  store.grow();
  auto view = store.view();
  const auto keyAt = [](int i) { return std::string(static_cast<std::size_t>(i % 2 * 20), 'p') + std::to_string(i); };
  for (int i = 0; i < 6000; ++i) {
    const std::string key = keyAt(i % 1500);
    store.upsert(
        view, view.probeOf(key), key, [] { return 1; }, [](int& count) { ++count; });
  }
  ASSERT_EQ(store.size(), 1500u);
  int next = 0;
  store.forEach([&](std::uint64_t, std::string& key, int& count) {
    EXPECT_EQ(key, keyAt(next++));
    EXPECT_EQ(count, 4);
  });
  for (const std::string& key : {keyAt(1500), keyAt(1501)}) {
    EXPECT_EQ(store.find(store.view(), store.view().probeOf(key), key), nullptr);
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
  EXPECT_THROW(upsert(4000, 128), std::runtime_error);  // on a key that makes the table grow
  EXPECT_EQ(table.size(), 128u);
  EXPECT_THROW(upsert(4000, 3000), std::runtime_error);
  upsert(2000, 2000);
  std::size_t i = 0;
  table.forEach([&](std::uint64_t hash, std::string& key, int& sum) {
    EXPECT_EQ(key, keyAt(i));
    EXPECT_EQ(hash, Hash<std::string>()(key));
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

}  // namespace
}  // namespace seltzer::test
