#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/aggregation/combining_choice.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {
namespace {

constexpr std::uint64_t window = std::uint64_t{1} << 17;

/// Adds the keys `keyAt(i)` of i in [begin, end), unless the choice becomes final before.
template <class KeyAt>
void addKeys(CombiningChoice& choice, std::uint64_t begin, std::uint64_t end, KeyAt keyAt) {
  for (std::uint64_t i = begin; i < end && !choice.isFinal(); ++i) choice.add(Hash<std::uint64_t>()(keyAt(i)));
}

std::uint64_t itself(std::uint64_t i) {
  return i;
}

TEST(CombiningChoice, TheFirstRecordsAreCombined) {
  CombiningChoice choice;
  EXPECT_TRUE(choice.combines());
  EXPECT_EQ(choice.untilDecision(), window);
  addKeys(choice, 0, window - 1, itself);
  EXPECT_TRUE(choice.combines());
  EXPECT_FALSE(choice.isFinal());
  EXPECT_EQ(choice.untilDecision(), 1u);
}

TEST(CombiningChoice, DistinctKeysAreSent) {
  CombiningChoice choice;
  addKeys(choice, 0, 40 * window, itself);
  EXPECT_FALSE(choice.combines());
  EXPECT_FALSE(choice.isFinal());
  EXPECT_EQ(choice.untilDecision(), window);
}

TEST(CombiningChoice, FewKeysAreCombinedForGood) {
  for (const std::uint64_t keys : {std::uint64_t{1}, std::uint64_t{1000}, window / 4}) {
    CombiningChoice choice;
    addKeys(choice, 0, window, [keys](std::uint64_t i) { return i % keys; });
    EXPECT_TRUE(choice.combines()) << keys;
    EXPECT_TRUE(choice.isFinal()) << keys;
  }
}

TEST(CombiningChoice, AFrequentKeyAmongDistinctOnesCounts) {
  CombiningChoice choice;
  addKeys(choice, 0, window, [](std::uint64_t i) { return i % 10 == 0 ? i : 7; });
  EXPECT_TRUE(choice.isFinal());
}

TEST(CombiningChoice, KeysThatComeAgainLaterAreCombinedThen) {
  // All keys once, then all again: combined when about twice as many records as keys were sent.
  constexpr std::uint64_t keys = 10 * window;
  CombiningChoice choice;
  std::uint64_t sent = 0;
  for (; sent < 4 * keys && !choice.isFinal(); ++sent) choice.add(Hash<std::uint64_t>()(sent % keys));
  EXPECT_TRUE(choice.combines());
  EXPECT_NEAR(static_cast<double>(sent), 2.0 * keys, 0.2 * keys);
}

TEST(CombiningChoice, HashesWithTheSameLowBitsAreSampledEvenly) {
  // Those of the keys of one partition.
  CombiningChoice choice;
  for (std::uint64_t i = 0; i < 16 * window; ++i) choice.add(i % (2 * window) << 20);
  EXPECT_TRUE(choice.isFinal());
  CombiningChoice distinct;
  for (std::uint64_t i = 0; i < 16 * window; ++i) distinct.add(i << 20);
  EXPECT_FALSE(distinct.combines());
}

TEST(CombiningChoice, ConstantHashesAreCombined) {
  for (const std::uint64_t hash : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    CombiningChoice choice;
    for (std::uint64_t i = 0; i < window; ++i) choice.add(hash);
    EXPECT_TRUE(choice.isFinal());
  }
}

}  // namespace
}  // namespace seltzer::detail
