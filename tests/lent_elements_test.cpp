#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storage_fixture.hpp"

// Functions that only read get stored elements where they are; those that might change them get copies.

namespace seltzer::test {
namespace {

using Places = std::vector<std::uintptr_t>;

std::uintptr_t placeOf(const std::string& text) {
  return reinterpret_cast<std::uintptr_t>(&text);
}

std::string textOf(std::int64_t x) {
  return "text " + std::to_string(x);
}

constexpr std::int64_t count = 9'000;

/// Of several batches a partition.
RDD<std::string> storedTexts(std::int64_t partitions) {
  const auto texts = context().range(0, count, 1, partitions).map([](std::int64_t x) { return textOf(x); }).cache();
  texts.count();
  return texts;
}

std::vector<std::string> expectedTexts() {
  std::vector<std::string> texts;
  for (std::int64_t x = 0; x < count; ++x) texts.push_back(textOf(x));
  return texts;
}

bool isOneArray(const Places& places) {
  return std::ranges::adjacent_find(
             places, [](std::uintptr_t a, std::uintptr_t b) { return b != a + sizeof(std::string); }) == places.end();
}

bool allAreArrays(const RDD<std::uintptr_t>& places) {
  const std::vector<Places> partitions = places.glom().collect();
  return std::ranges::all_of(partitions, isOneArray);
}

class LentElements : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    if (!lasts(StorageLevel::MEMORY_ONLY)) GTEST_SKIP() << "what is stored may be dropped";
  }
};

TEST_P(LentElements, AreWhereTheyAreStored) {
  const auto texts = storedTexts(GetParam());
  EXPECT_TRUE(allAreArrays(texts.map([](const std::string& text) { return placeOf(text); })));
  EXPECT_TRUE(allAreArrays(texts.map(with(7, [](int, const std::string& text) { return placeOf(text); }))));
  EXPECT_TRUE(allAreArrays(texts.map(trusted([](const std::string& text) { return placeOf(text); }))));
  EXPECT_TRUE(allAreArrays(texts.flatMap([](const std::string& text) { return Places{placeOf(text)}; })));
  EXPECT_TRUE(allAreArrays(
      texts.flatMap<std::uintptr_t>([](const std::string& text, Emit<std::uintptr_t>& emit) { emit(placeOf(text)); })));
}

TEST_P(LentElements, AreWhereTheyAreStoredInActions) {
  const auto texts = storedTexts(GetParam());
  const auto ordered = context().accumulator(std::int64_t{0});
  texts.foreach ([ordered](const std::string& text) {
    static std::uintptr_t last = 0;
    if (placeOf(text) == last + sizeof(std::string)) ordered.add(1);
    last = placeOf(text);
  });
  EXPECT_GE(ordered.value(), count - GetParam());
  const auto places = texts.aggregate(
      std::vector<Places>(),
      [](std::vector<Places>& all, const std::string& text) {
        if (all.empty()) all.emplace_back();
        all.back().push_back(placeOf(text));
      },
      [](std::vector<Places>& all, std::vector<Places> more) {
        for (Places& one : more) all.push_back(std::move(one));
      });
  EXPECT_EQ(places.size(), static_cast<std::size_t>(GetParam()));
  EXPECT_TRUE(std::ranges::all_of(places, isOneArray));
}

TEST_P(LentElements, ResultsAreThoseOfElementsThatAreNotStored) {
  const auto stored = storedTexts(GetParam());
  const auto fresh = context().range(0, count, 1, GetParam()).map([](std::int64_t x) { return textOf(x); });
  const auto isLong = [](const std::string& text) { return text.size() > 8; };
  const auto twice = [](const std::string& text) { return text + text; };
  EXPECT_EQ(stored.filter(isLong).collect(), fresh.filter(isLong).collect());
  EXPECT_EQ(stored.filter(isLong).count(), fresh.filter(isLong).count());
  EXPECT_EQ(stored.filter(isLong).take(3), fresh.filter(isLong).take(3));
  EXPECT_EQ(stored.map(twice).collect(), fresh.map(twice).collect());
  EXPECT_EQ(stored.map(twice).filter(isLong).map(twice).take(2), fresh.map(twice).filter(isLong).map(twice).take(2));
  EXPECT_EQ(stored.map([](const std::string& text) -> const std::string& { return text; }).collect(), expectedTexts());
}

TEST_P(LentElements, FunctionsThatMayChangeElementsGetCopies) {
  const auto texts = storedTexts(GetParam());
  EXPECT_EQ(texts.map([](std::string text) { return std::exchange(text, "").size(); }).count(), count);
  EXPECT_EQ(texts.map([](std::string& text) { return std::exchange(text, "").size(); }).count(), count);
  EXPECT_EQ(texts.map([](std::string&& text) { return std::string(std::move(text)); }).count(), count);
  EXPECT_EQ(texts.map([](auto&& text) { return std::exchange(text, "").size(); }).count(), count);
  EXPECT_EQ(texts.flatMap([](std::string& text) { return std::vector<std::string>{std::move(text)}; }).count(), count);
  EXPECT_EQ(texts.flatMap<std::string>([](auto& text, auto& emit) { emit(std::move(text)); }).count(), count);
  texts.foreach ([](std::string& text) { text.clear(); });
  EXPECT_EQ(texts.aggregate(
                std::size_t{0}, [](std::size_t n, std::string text) { return n + std::exchange(text, "").size(); },
                [](std::size_t a, std::size_t b) { return a + b; }),
            texts.map([](const std::string& text) { return text.size(); }).sum());
  EXPECT_EQ(texts.filter([](const std::string&) { return true; })
                .map([](std::string text) { return std::exchange(text, "").size(); })
                .count(),
            count);
  EXPECT_EQ(texts.collect(), expectedTexts());
}

INSTANTIATE_TEST_SUITE_P(Partitions, LentElements, ::testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace seltzer::test
