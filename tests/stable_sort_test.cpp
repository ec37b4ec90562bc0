#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/stable_sort.hpp>

namespace {

using seltzer::detail::ChunkedVector;
using seltzer::detail::keyLess;
using seltzer::detail::memoryAccount;
using seltzer::detail::MemoryUse;
using seltzer::detail::OrderedKey;
using seltzer::detail::stableSort;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// `ascending` holds keys in ascending order; those at i and i + 1 are equal for even i.
template <class Key>
void expectOrder(const std::vector<Key>& ascending) {
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(keyLess(ascending[i], ascending[j]), i / 2 < j / 2) << i << " and " << j;
    }
  }
}

TEST(KeyOrder, NaNIsGreatestAndZerosAreEqual) {
  expectOrder<double>({-infinity, -infinity, -1, -1, 0.0, -0.0, 1, 1, infinity, infinity, nan, -nan});
  expectOrder<float>({-1, -1, -0.0F, 0.0F, 2, 2, std::nanf(""), std::nanf("1")});
}

TEST(KeyOrder, GoesIntoCompositeKeys) {
  expectOrder<std::pair<double, int>>({{1, 5}, {1, 5}, {1, 6}, {1, 6}, {nan, 1}, {-nan, 1}, {nan, 2}, {nan, 2}});
  expectOrder<std::tuple<double, float>>({{-0.0, 1}, {0.0, 1}, {0, nan}, {0, nan}, {nan, 0}, {nan, 0}});
  expectOrder<std::array<double, 2>>({{1, 2}, {1, 2}, {1, nan}, {1, nan}, {nan, 0}, {nan, 0}});
  expectOrder<std::vector<double>>(
      {{}, {}, {1}, {1}, {1, 0}, {1, -0.0}, {1, nan}, {1, nan}, {nan}, {nan}, {nan, 1}, {nan, 1}});
  expectOrder<std::optional<double>>({{}, {}, 1, 1, nan, nan});
  expectOrder<std::vector<std::optional<std::pair<double, std::string>>>>(
      {{}, {}, {{}}, {{}}, {{{1, "b"}}}, {{{1, "b"}}}, {{{nan, "a"}}}, {{{nan, "a"}}}});
}

TEST(KeyOrder, OrdersBorrowedAndOwnedForms) {
  EXPECT_TRUE(keyLess(std::string("a"), std::string_view("b")));
  EXPECT_FALSE(keyLess(std::string_view("b"), std::string("b")));
  const std::pair<std::string_view, double> borrowed{"a", nan};
  const std::pair<std::string, double> owned{"a", 1};
  EXPECT_TRUE(keyLess(owned, borrowed));
  EXPECT_FALSE(keyLess(borrowed, owned));
}

struct Unordered {};
static_assert(OrderedKey<int> && OrderedKey<std::string_view> &&
              OrderedKey<std::pair<std::optional<double>, std::string>>);
static_assert(!OrderedKey<Unordered> && !OrderedKey<std::pair<int, Unordered>> && !OrderedKey<std::vector<Unordered>> &&
              !OrderedKey<std::optional<std::tuple<Unordered>>>);

/// A key and its position.
template <class Key>
struct Element {
  Key key;
  std::size_t number;
};

struct ItsKey {
  template <class Key>
  const Key& operator()(const Element<Key>& element) const {
    return element.key;
  }
};

/// The expected order, independent of keyLess.
struct Less {
  template <class Key>
  bool operator()(const Key& a, const Key& b) const {
    return a < b;
  }
  bool operator()(double a, double b) const { return !std::isnan(a) && (std::isnan(b) || a < b); }
  bool operator()(float a, float b) const { return !std::isnan(a) && (std::isnan(b) || a < b); }
};

/// Sorts `keys` in both directions by `keyOf(Element)` and compares with std::stable_sort.
template <class Key, class KeyOf>
void check(const std::vector<Key>& keys, const KeyOf& keyOf, const std::string& what) {
  for (const bool ascending : {true, false}) {
    ChunkedVector<Element<Key>> run;
    for (std::size_t i = 0; i < keys.size(); ++i) run.push_back({keys[i], i});
    std::vector<std::size_t> expected(keys.size());
    std::iota(expected.begin(), expected.end(), 0);
    std::stable_sort(expected.begin(), expected.end(), [&](std::size_t a, std::size_t b) {
      return ascending ? Less()(keys[a], keys[b]) : Less()(keys[b], keys[a]);
    });
    stableSort(run, keyOf, ascending);
    ASSERT_EQ(run.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ(run[i].number, expected[i])
          << what << ", " << keys.size() << (ascending ? "" : ", descending") << " at " << i;
      if constexpr (!std::is_floating_point_v<Key>) {
        ASSERT_TRUE(run[i].key == keys[expected[i]]) << what;
      }
    }
  }
}

/// Empty, tiny, one leaf, several buckets.
constexpr std::size_t sizes[] = {0, 1, 2, 3, 20, 21, 500, 5000, 300000};

/// `random(generator)` returns a key.
template <class Random>
void checkRandom(Random random, const std::string& what) {
  using Key = std::invoke_result_t<Random, std::mt19937_64&>;
  for (const std::size_t size : sizes) {
    std::mt19937_64 generator(size + 1);
    std::vector<Key> keys;
    for (std::size_t i = 0; i < size; ++i) keys.push_back(random(generator));
    check(keys, ItsKey(), what);
  }
}

template <class Number>
class StableSortOf : public testing::Test {};
enum class Color : std::int16_t {};
using Numbers = testing::Types<bool, char, std::int8_t, std::uint8_t, std::int16_t, std::uint32_t, std::int64_t,
                               std::uint64_t, Color, float, double, long double>;
TYPED_TEST_SUITE(StableSortOf, Numbers);

TYPED_TEST(StableSortOf, RandomBits) {
  checkRandom(
      [](std::mt19937_64& random) {
        if constexpr (std::is_same_v<TypeParam, float>) {
          return std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        } else if constexpr (std::is_same_v<TypeParam, double>) {
          return std::bit_cast<double>(random() | (random() % 8 ? 0 : 0x7ff0000000000000U));
        } else {
          return static_cast<TypeParam>(static_cast<std::int64_t>(random()));
        }
      },
      "random bits");
}

TYPED_TEST(StableSortOf, FewKeys) {
  checkRandom([](std::mt19937_64& random) { return static_cast<TypeParam>(static_cast<int>(random() % 3) - 1); },
              "few keys");
}

TYPED_TEST(StableSortOf, OneFrequentKeyAndOutliers) {
  checkRandom(
      [](std::mt19937_64& random) {
        return static_cast<TypeParam>(random() % 1000 ? 7 : static_cast<std::int64_t>(random() % 250) - 120);
      },
      "frequent key");
}

TEST(StableSort, SpecialFloats) {
  constexpr double values[] = {nan, -nan, infinity, -infinity, 0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324};
  checkRandom([&](std::mt19937_64& random) { return values[random() % 10]; }, "double");
  checkRandom([&](std::mt19937_64& random) { return static_cast<float>(values[random() % 10]); }, "float");
}

TEST(StableSort, SkewedNumbers) {
  checkRandom([](std::mt19937_64& random) { return random() >> (random() % 64); }, "magnitudes");
  checkRandom([](std::mt19937_64& random) { return random() % 100 ? random() % 1000 : random(); }, "small and large");
  checkRandom([](std::mt19937_64& random) { return random() % 2 ? random() % 64 : ~(random() % 64); }, "both ends");
}

template <class Byte, std::size_t count>
std::array<Byte, count> randomBytes(std::mt19937_64& random, unsigned values) {
  std::array<Byte, count> bytes;
  for (Byte& byte : bytes) byte = static_cast<Byte>(random() % values * 85);
  return bytes;
}

TEST(StableSort, ArraysOfBytes) {
  for (const unsigned values : {2U, 4U, 256U}) {
    checkRandom([=](auto& random) { return randomBytes<unsigned char, 10>(random, values); }, "10 unsigned chars");
    checkRandom([=](auto& random) { return randomBytes<char, 10>(random, values); }, "10 chars");
    checkRandom([=](auto& random) { return randomBytes<signed char, 17>(random, values); }, "17 signed chars");
    checkRandom([=](auto& random) { return randomBytes<std::byte, 3>(random, values); }, "3 bytes");
    checkRandom([=](auto& random) { return randomBytes<std::uint8_t, 8>(random, values); }, "8 bytes");
  }
  checkRandom([](auto& random) { return randomBytes<char, 0>(random, 1); }, "no bytes");
}

/// `start` followed by up to `length` characters out of `letters`.
auto randomText(std::string start, std::size_t length, std::string letters) {
  return [=](std::mt19937_64& random) {
    std::string text = start;
    for (std::size_t left = random() % (length + 1); left > 0; --left) text += letters[random() % letters.size()];
    return text;
  };
}

TEST(StableSort, Text) {
  using namespace std::string_literals;
  checkRandom(randomText("", 20, "abcdefghijklmnopqrstuvwxyz"), "words");
  checkRandom(randomText("", 9, "\0\x01"s), "zeros");
  checkRandom(randomText("", 4, "\x7f\x80\xff"), "bytes above 127");
  checkRandom(randomText("http://www.example.org/", 12, "xyz"), "common beginning");
  checkRandom(randomText("", 30, "a"), "lengths");
  const std::array<std::string, 4> texts = {std::string(1000, 'x'), std::string(1000, 'x') + "a",
                                            std::string(999, 'x') + "a", std::string(300, 'x')};
  checkRandom([&](std::mt19937_64& random) { return std::string_view(texts[random() % 4]); }, "long common beginning");
}

TEST(StableSort, ViewsOfTextThatRepeats) {
  const std::string text(3000, 'a');
  checkRandom([&](std::mt19937_64& random) { return std::string_view(text).substr(random() % 3000); }, "suffixes");
}

/// Has only `operator<`.
struct ByDistance {
  int value;
  friend bool operator<(const ByDistance& a, const ByDistance& b) { return std::abs(a.value) < std::abs(b.value); }
  friend bool operator==(const ByDistance&, const ByDistance&) = default;
};

TEST(StableSort, KeysThatPrefixesDoNotDecide) {
  checkRandom([](auto& random) { return std::pair(static_cast<int>(random() % 5), static_cast<int>(random() % 1000)); },
              "pair");
  checkRandom([](auto& random) { return std::tuple(std::to_string(random() % 50), random() % 30, 'x'); }, "tuple");
  checkRandom(
      [](auto& random) { return std::optional<int>(random() % 3 ? std::optional<int>(random() % 100) : std::nullopt); },
      "optional");
  checkRandom([](auto& random) { return std::vector<int>(random() % 4, static_cast<int>(random() % 10)); }, "vector");
  checkRandom([](auto& random) { return ByDistance{static_cast<int>(random() % 2001) - 1000}; }, "user's type");
  checkRandom([](auto& random) { return std::pair(ByDistance{static_cast<int>(random() % 21) - 10}, random() % 5); },
              "pair of user's type");
}

TEST(StableSort, KeysByValue) {
  std::mt19937_64 random(3);
  std::vector<std::int64_t> numbers(200000);
  for (std::int64_t& number : numbers) number = static_cast<std::int64_t>(random() % 5000);
  using Number = Element<std::int64_t>;
  check(
      numbers, [](const Number& element) { return element.key; }, "number");
  check(
      numbers,
      [](const Number& element) {
        return std::vector<std::int64_t>{1, element.key};
      },
      "vector");
  check(
      numbers, [](const Number& element) { return std::to_string(element.key + 1000000); }, "string");
  check(numbers, &Number::key, "member");
}

TEST(StableSort, RunsThatAreSortedOrReversedAlready) {
  for (const std::size_t size : sizes) {
    std::vector<int> keys(size);
    std::iota(keys.begin(), keys.end(), -100);
    check(keys, ItsKey(), "sorted");
    for (int& key : keys) key /= 3;
    check(keys, ItsKey(), "sorted with equal keys");
    std::reverse(keys.begin(), keys.end());
    check(keys, ItsKey(), "reversed with equal keys");
    if (size > 2) std::swap(keys[size / 2], keys.back());
    check(keys, ItsKey(), "reversed but for one");
  }
}

TEST(StableSort, MovesElementsThatCannotBeCopied) {
  using Owner = std::unique_ptr<std::pair<int, int>>;
  for (const std::size_t size : {100, 200000}) {
    std::mt19937 random(1);
    ChunkedVector<Owner> run;
    for (std::size_t i = 0; i < size; ++i) {
      run.push_back(std::make_unique<std::pair<int, int>>(static_cast<int>(random() % 1000), static_cast<int>(i)));
    }
    stableSort(run, [](const Owner& owner) { return owner->first; });
    for (std::size_t i = 1; i < size; ++i) ASSERT_LT(*run[i - 1], *run[i]);
    stableSort(
        run, [](const Owner& owner) { return std::vector<int>{owner->first}; }, false);
    for (std::size_t i = 1; i < size; ++i) {
      ASSERT_TRUE(run[i - 1]->first > run[i]->first ||
                  (run[i - 1]->first == run[i]->first && run[i - 1]->second < run[i]->second));
    }
  }
}

TEST(StableSort, TakesLittleMemoryBesideTheRunAndGivesItBack) {
  const std::size_t before = memoryAccount().held(MemoryUse::group);
  {
    ChunkedVector<std::array<std::uint64_t, 8>> run(MemoryUse::group);
    std::mt19937_64 random(2);
    for (int i = 0; i < 1000000; ++i) run.push_back({random()});
    const std::size_t held = run.bytes();
    stableSort(run, [](const auto& element) -> const std::uint64_t& { return element[0]; });
    EXPECT_LE(memoryAccount().peak(MemoryUse::group), before + held + held / 3);
    EXPECT_EQ(memoryAccount().held(MemoryUse::group), before + run.bytes());
    EXPECT_LE(run.bytes(), held);
    run.push_back({});
    EXPECT_EQ(run[1000000][0], 0U);
  }
  EXPECT_EQ(memoryAccount().held(MemoryUse::group), before);
}

/// A key whose comparisons throw after some calls.
struct FailingKey {
  static inline std::size_t callsLeft = 0;
  std::string text;
  friend bool operator<(const FailingKey& a, const FailingKey& b) {
    if (callsLeft-- == 0) throw std::runtime_error("less");
    return a.text < b.text;
  }
};

/// Sorts `size` elements with `keyOf`, which may throw; expects all elements to survive.
template <class KeyOf>
bool sortsAndKeepsAll(std::size_t size, const KeyOf& keyOf) {
  ChunkedVector<std::string> run;
  std::mt19937_64 random(size);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < size; ++i) expected.push_back("a common beginning " + std::to_string(random()));
  for (const std::string& element : expected) run.push_back(element);
  bool sorted = true;
  try {
    stableSort(run, keyOf);
  } catch (const std::runtime_error&) {
    sorted = false;
  }
  std::vector<std::string> left;
  for (std::size_t i = 0; i < run.size(); ++i) left.push_back(run[i]);
  std::sort(expected.begin(), expected.end());
  if (!sorted) std::sort(left.begin(), left.end());
  EXPECT_TRUE(left == expected);
  run.push_back("one more");
  EXPECT_EQ(run[size], "one more");
  return sorted;
}

TEST(StableSort, KeepsAllElementsWhereAKeyThrows) {
  for (const std::size_t size : {std::size_t{50}, std::size_t{200000}}) {
    std::size_t throwing = 0;
    for (std::size_t calls = 0;; calls = 2 * calls + 1 + calls / 3) {
      std::size_t left = calls;
      const auto keyOf = [&left](const std::string& element) -> const std::string& {
        if (left-- == 0) throw std::runtime_error("key");
        return element;
      };
      if (sortsAndKeepsAll(size, keyOf)) break;
      ++throwing;
    }
    EXPECT_GT(throwing, 5U) << size;
  }
}

TEST(StableSort, KeepsAllElementsWhereAComparisonThrows) {
  for (const std::size_t calls : {0, 1, 10, 1000, 50000}) {
    FailingKey::callsLeft = calls;
    EXPECT_FALSE(sortsAndKeepsAll(20000, [](const std::string& element) { return FailingKey{element}; })) << calls;
    FailingKey::callsLeft = calls;
    EXPECT_FALSE(sortsAndKeepsAll(200000, [](const std::string& element) { return std::pair(1, FailingKey{element}); }))
        << calls;
  }
}

}  // namespace
