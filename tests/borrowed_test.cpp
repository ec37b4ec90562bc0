#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Borrowed elements: views of strings that the parent RDD keeps alive for the duration of a batch.

namespace seltzer::test {
namespace {

using View = std::string_view;
using BorrowedPair = std::pair<View, std::int64_t>;
using OwnedPair = std::pair<std::string, std::int64_t>;

constexpr std::size_t count = 3000;

/// Short and long strings, each different from its neighbours.
std::vector<std::string> texts() {
  std::vector<std::string> strings;
  for (std::size_t i = 0; i < count; ++i)
    strings.push_back(std::to_string(i * 7919 % count) + std::string(i % 40, 'x'));
  return strings;
}

RDD<View> views(std::int64_t partitions) {
  return context().parallelize(texts(), partitions).map([](const std::string& text) { return View(text); });
}

RDD<BorrowedPair> pairs(std::int64_t partitions) {
  return context().parallelize(texts(), partitions).map([](const std::string& text) {
    return BorrowedPair(View(text).substr(0, 2), static_cast<std::int64_t>(text.size()));
  });
}

std::vector<OwnedPair> ownedPairs() {
  std::vector<OwnedPair> owned;
  for (const auto& text : texts()) owned.emplace_back(text.substr(0, 2), static_cast<std::int64_t>(text.size()));
  return owned;
}

TEST(Borrowed, CollectAndTakeGiveTheOwnedForm) {
  for (const std::int64_t partitions : partitionCounts) {
    const std::vector<std::string> all = views(partitions).collect();
    EXPECT_EQ(all, texts());
    EXPECT_EQ(views(partitions).take(1500), std::vector<std::string>(all.begin(), all.begin() + 1500));
    EXPECT_EQ(views(partitions).first(), all.front());
    EXPECT_EQ(pairs(partitions).collect(), ownedPairs());
  }
}

TEST(Borrowed, ChainsOfViews) {
  std::vector<std::string> expected;
  for (const auto& text : texts()) {
    if (text.size() % 2 == 0) expected.push_back(text.substr(1));
  }
  const auto rdd = views(3)
                       .filter([](View text) { return text.size() % 2 == 0; })
                       .map([](View text) { return text.substr(1); })
                       .coalesce(2);
  EXPECT_EQ(rdd.collect(), expected);
  EXPECT_EQ((rdd + rdd).count(), 2 * static_cast<std::int64_t>(expected.size()));
  EXPECT_EQ(rdd.sample(false, 1).collect(), expected);
}

TEST(Borrowed, FlatMapOfViewsIntoTheElement) {
  std::vector<std::string> expected;
  for (const auto& text : texts()) {
    expected.push_back(text.substr(0, 1));
    expected.push_back(text.substr(1));
  }
  const auto split = [](View text) { return std::vector<View>{text.substr(0, 1), text.substr(1)}; };
  EXPECT_EQ(views(3).flatMap(split).collect(), expected);
  EXPECT_EQ(context()
                .parallelize(texts(), 3)
                .flatMap<View>([](const std::string& text, auto& emit) {
                  emit(View(text).substr(0, 1));
                  emit(View(text).substr(1));
                })
                .collect(),
            expected);
}

TEST(Borrowed, GlomOwnsItsVectors) {
  const RDD<std::vector<std::string>> glommed = views(3).glom();
  EXPECT_EQ(glommed.collect(), slices(texts(), 3));
  EXPECT_EQ(pairs(8).glom().collect(), slices(ownedPairs(), 8));
}

TEST(Borrowed, CachedOnesAreStoredOwnedAndBorrowedAgain) {
  for (const StorageLevel level : {StorageLevel::MEMORY_ONLY, StorageLevel::MEMORY_ONLY_SER}) {
    const auto stored = pairs(3).persist(level);
    EXPECT_EQ(stored.collect(), ownedPairs());
    EXPECT_EQ(stored.collect(), ownedPairs());
    EXPECT_EQ(stored.coalesce(2).collect(), ownedPairs());
    EXPECT_EQ(stored.map([](const BorrowedPair& pair) { return pair.first.size(); }).sum(),
              pairs(3).map([](const BorrowedPair& pair) { return pair.first.size(); }).sum());
  }
}

TEST(Borrowed, ReduceAndFoldKeepTheirStateOwned) {
  const auto strings = texts();
  std::string all;
  for (const auto& text : strings) all += text;
  for (const std::int64_t partitions : partitionCounts) {
    const auto concatenate = [](View a, View b) { return std::string(a) + std::string(b); };
    EXPECT_EQ(views(partitions).reduce(concatenate), all);
    EXPECT_EQ(views(partitions).treeReduce(concatenate, 3), all);
    EXPECT_EQ(views(partitions).fold("", [](std::string& a, View b) { a += b; }), all);
    EXPECT_EQ(views(partitions)
                  .aggregate(
                      std::string(), [](std::string& a, View b) { a += b; },
                      [](std::string& a, const std::string& b) { a += b; }),
              all);
    const auto greater = [](View a, View b) { return a < b ? b : a; };
    EXPECT_EQ(views(partitions).reduce(greater), std::ranges::max(strings));
  }
}

TEST(Borrowed, OrderedActionsOwnWhatTheyKeep) {
  auto sorted = texts();
  std::ranges::sort(sorted);
  EXPECT_EQ(views(3).takeOrdered(1000), std::vector(sorted.begin(), sorted.begin() + 1000));
  EXPECT_EQ(views(3).top(1).front(), sorted.back());
  EXPECT_EQ(views(3).min(), sorted.front());
  EXPECT_EQ(views(3).max(), sorted.back());
  const auto longest = [](View text) { return text.size(); };
  const auto all = texts();
  EXPECT_EQ(views(3).max(longest), *std::ranges::max_element(all, {}, &std::string::size));
}

TEST(Borrowed, CountByValueAndMapsOwnTheirKeys) {
  std::map<std::string, std::int64_t> counts, last;
  for (const auto& [key, size] : ownedPairs()) {
    ++counts[key];
    last[key] = size;
  }
  const auto counted = pairs(3).keys().countByValue();
  EXPECT_EQ((std::map<std::string, std::int64_t>(counted.begin(), counted.end())), counts);
  const auto map = pairs(3).collectAsMap();
  EXPECT_EQ((std::map<std::string, std::int64_t>(map.begin(), map.end())), last);
}

TEST(Borrowed, SamplesAndIteratorsAreOwned) {
  const auto all = texts();
  const auto sample = views(3).takeSample(false, 3000, 1);
  EXPECT_EQ(std::multiset<std::string>(sample.begin(), sample.end()),
            std::multiset<std::string>(all.begin(), all.end()));
  EXPECT_EQ(views(3).takeSample(true, 100, 1), context().parallelize(all, 3).takeSample(true, 100, 1));
  std::vector<std::string> iterated;
  for (const std::string& text : views(3).toLocalIterator()) iterated.push_back(text);
  EXPECT_EQ(iterated, all);
}

TEST(Borrowed, ZippedAndIndexedOnes) {
  std::vector<OwnedPair> indexed;
  for (const auto& text : texts()) indexed.emplace_back(text, static_cast<std::int64_t>(indexed.size()));
  EXPECT_EQ(views(3).zipWithIndex().collect(), indexed);
  const auto both = views(3).zip(views(3).map([](View text) { return text.substr(0, 1); })).collect();
  ASSERT_EQ(both.size(), count);
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(both[i].first, indexed[i].first);
    ASSERT_EQ(both[i].second, indexed[i].first.substr(0, 1));
  }
  const auto few = views(3).filter([](View text) { return text.size() < 4; }).coalesce(1);
  const auto some = few.collect();
  const auto product = few.cartesian(few).collect();
  ASSERT_EQ(product.size(), some.size() * some.size());
  for (std::size_t i = 0; i < product.size(); ++i) {
    ASSERT_EQ(product[i], std::pair(some[i / some.size()], some[i % some.size()]));
  }
}

TEST(Borrowed, PairsKeepTheirViewsThroughValueOperations) {
  std::vector<OwnedPair> doubled;
  for (const auto& [key, size] : ownedPairs()) doubled.emplace_back(key, 2 * size);
  EXPECT_EQ(pairs(3).mapValues([](std::int64_t size) { return 2 * size; }).collect(), doubled);
  EXPECT_EQ(pairs(3).flatMapValues([](std::int64_t size) { return std::vector<std::int64_t>{2 * size}; }).collect(),
            doubled);
  std::vector<std::pair<std::int64_t, std::string>> keyed;
  for (const auto& text : texts()) keyed.emplace_back(static_cast<std::int64_t>(text.size()), text);
  EXPECT_EQ(views(3).keyBy([](View text) { return static_cast<std::int64_t>(text.size()); }).collect(), keyed);
}

TEST(Borrowed, KeysThatAreViewsIntoTheirElement) {
  std::vector<std::pair<std::string, std::string>> keyed;
  for (const auto& text : texts()) keyed.emplace_back(text.substr(0, 1), text);
  EXPECT_EQ(views(3).keyBy([](View text) { return text.substr(0, 1); }).collect(), keyed);
  const auto strings = context().parallelize(texts(), 3);
  EXPECT_EQ(strings.keyBy([](const std::string& text) { return View(text).substr(0, 1); }).collect(), keyed)
      << "the element must not be moved from while its key is a view of it";
}

TEST(Borrowed, MapPartitionsThatEmitTheirElements) {
  std::vector<std::string> expected;
  for (const auto& part : slices(texts(), 3)) {
    for (const auto& text : part) {
      if (text.size() % 3 == 0) expected.push_back(text);
    }
  }
  const auto emitted = views(3).mapPartitions<View>([](auto& part, auto& emit) {
    for (const View text : part) {
      if (text.size() % 3 == 0) emit(text);
    }
  });
  EXPECT_EQ(emitted.collect(), expected);
#ifdef SELTZER_TEST_VIEWS
  const auto filtered = views(3).mapPartitions(
      [](auto& part) { return part | std::views::filter([](View text) { return text.size() % 3 == 0; }); });
  EXPECT_EQ(filtered.collect(), expected);
#endif
  const auto serialized = views(3).persist(StorageLevel::MEMORY_ONLY_SER);
  EXPECT_EQ(serialized
                .mapPartitions<View>([](auto& part, auto& emit) {
                  for (const View text : part) {
                    if (text.size() % 3 == 0) emit(text);
                  }
                })
                .collect(),
            expected);
}

/// `emit` takes temporaries that own parts which the elements own as well.
TEST(Borrowed, TemporariesWithOwnedPartsAreEmitted) {
  using Text = std::string;
  const auto texts = context().parallelize(std::vector<Text>{"a", "bc"}, 2);
  const auto owned = texts.flatMap<std::pair<View, Text>>([](View text, auto& emit) {
    const std::pair<View, Text> element(text, Text(text) + "!");
    emit(std::move(element));
  });
  EXPECT_EQ(owned.collect(), (std::vector<std::pair<Text, Text>>{{"a", "a!"}, {"bc", "bc!"}}));
  const auto tuples = texts.flatMap<std::tuple<View, std::vector<int>>>(
      [](View text, auto& emit) { emit(std::pair(text, std::vector<int>{1})); });
  EXPECT_EQ(tuples.count(), 2);
  const auto optionals = texts.flatMap<std::optional<std::pair<View, Text>>>(
      [](View text, auto& emit) { emit(std::pair(text, Text("x"))); });
  EXPECT_EQ(optionals.count(), 2);
}

}  // namespace
}  // namespace seltzer::test
