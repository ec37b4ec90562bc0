#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Elements and keys that work without any code by the user: maps, C strings, characters, types without a default
// constructor, structs taken member by member.

namespace seltzer::test {
namespace {

using Count = std::pair<std::string, std::int64_t>;

template <class T, class R>
constexpr bool isRDDOf = std::is_same_v<R, RDD<T>>;

TEST(ElementKinds, WhatAMapHoldsBecomesPairs) {
  Context& sc = context();
  const std::map<std::string, std::int64_t> ages{{"Ada", 36}, {"Charles", 79}, {"Grace", 85}};
  const std::vector<Count> pairs(ages.begin(), ages.end());
  const auto fromMap = sc.parallelize(ages, 2);
  static_assert(isRDDOf<Count, std::remove_const_t<decltype(fromMap)>>);
  EXPECT_EQ(fromMap.collect(), pairs);
  const std::unordered_map<std::string, std::int64_t> hashed(ages.begin(), ages.end());
  EXPECT_EQ(sc.parallelize(hashed, 3).sortByKey().collect(), pairs);
  EXPECT_EQ(sc.parallelize(std::vector<std::pair<const std::string, std::int64_t>>(ages.begin(), ages.end())).collect(),
            pairs);
  const auto range = sc.range(0, 6, 1, 3);
  const auto flat = range.flatMap([](std::int64_t x) {
    return std::map<std::string, std::int64_t>{{"all", x}, {x % 2 == 0 ? "even" : "odd", x}};
  });
  EXPECT_EQ(flat.reduceByKey(std::plus<>(), 2).sortByKey().collect(),
            (std::vector<Count>{{"all", 15}, {"even", 6}, {"odd", 9}}));
  EXPECT_EQ(range.flatMap([](std::int64_t x) {
                   return std::unordered_map<std::int64_t, std::string>{{x, "x"}};
                 })
                .count(),
            6);
  EXPECT_EQ(range
                .mapPartitions([](auto& elements) {
                  std::map<std::string, std::int64_t> sums;
                  for (const std::int64_t x : elements) sums[x % 2 == 0 ? "even" : "odd"] += x;
                  return sums;
                })
                .reduceByKey(std::plus<>(), 2)
                .sortByKey()
                .collect(),
            (std::vector<Count>{{"even", 6}, {"odd", 9}}));
  EXPECT_EQ(range.map([](std::int64_t x) { return std::tuple<const std::string, const std::int64_t>("a", x); })
                .repartition(2)
                .count(),
            6);
  EXPECT_EQ(sc.generate(4, [](std::int64_t i) { return std::pair<const std::int64_t, std::string>(i % 2, "x"); })
                .countByKey()
                .size(),
            2U);
  EXPECT_EQ(range.map([](std::int64_t x) {
                   return std::vector<std::pair<const std::int64_t, std::string>>{{x, "v"}};
                 })
                .repartition(2)
                .count(),
            6);
}

TEST(ElementKinds, CStringsBecomeStrings) {
  Context& sc = context();
  const std::vector<std::string> words{"a", "b", "a"};
  const auto rdd = sc.parallelize({"a", "b", "a"}, 2);
  static_assert(isRDDOf<std::string, std::remove_const_t<decltype(rdd)>>);
  EXPECT_EQ(rdd.collect(), words);
  EXPECT_EQ(rdd.countByValue().at("a"), 2);
  const char* array[] = {"a", "b", "a"};
  EXPECT_EQ(sc.parallelize(array).collect(), words);
  EXPECT_EQ(sc.parallelize(std::vector<const char*>{"a", "b", "a"}, 3).collect(), words);
  EXPECT_EQ(sc.parallelize({std::pair("x", 1), std::pair("y", 2)}).collect(),
            (std::vector<std::pair<std::string, int>>{{"x", 1}, {"y", 2}}));
  EXPECT_EQ(sc.parallelize({std::tuple(1, "x", std::string_view("z"))}).collect(),
            (std::vector<std::tuple<int, std::string, std::string>>{{1, "x", "z"}}));
  EXPECT_EQ(sc.parallelize({1, 2, 3}, 2).sum(), 6);
  const int numbers[] = {1, 2, 3, 4};
  EXPECT_EQ(sc.parallelize(numbers, 3).collect(), (std::vector<int>{1, 2, 3, 4}));
  EXPECT_NE(messageOf<std::invalid_argument>([&] {
              sc.parallelize({"a", static_cast<const char*>(nullptr)});
            }).find("null pointer"),
            std::string::npos);
}

TEST(ElementKinds, WithoutADefaultConstructor) {
  Context& sc = context();
  const auto tickets = someTickets(600);
  const auto rdd = sc.parallelize(tickets, 3);
  EXPECT_EQ(rdd.glom().collect(), slices(tickets, 3));
  EXPECT_EQ(rdd.takeSample(false, 600, 5).size(), 600U);
  EXPECT_EQ(rdd.takeSample(true, 50, 5).size(), 50U);
  EXPECT_EQ(rdd.takeOrdered(2, [](const Ticket& ticket) { return ticket.number; }).size(), 2U);
  EXPECT_EQ(rdd.top(2, [](const Ticket& ticket) { return ticket.number; }).size(), 2U);
  const auto left = sc.parallelize({std::pair(1, Ticket(10)), std::pair(2, Ticket(20))}, 2);
  const auto right = sc.parallelize({std::pair(1, Ticket(30))}, 2);
  using Left = std::pair<int, std::pair<Ticket, std::optional<Ticket>>>;
  const auto joined = left.leftOuterJoin(right, 3).sortByKey();
  EXPECT_EQ(joined.collect(), (std::vector<Left>{{1, {Ticket(10), Ticket(30)}}, {2, {Ticket(20), std::nullopt}}}));
  EXPECT_EQ(joined.persist(StorageLevel::MEMORY_ONLY_SER).collect(), joined.repartition(2).sortByKey().collect());
  EXPECT_EQ(left.cogroup(right, 2).repartition(3).count(), 2);
  using Both = std::tuple<Ticket, std::string>;
  EXPECT_EQ(rdd.map([](const Ticket& ticket) { return Both(ticket, "x"); }).repartition(2).count(), 600);
}

/// No constructor, no `serialize`.
struct Visit {
  std::string who;
  std::vector<std::int32_t> pages;
  std::optional<double> cost;
  std::array<std::string, 2> tags;
  bool paid = false;
  auto operator<=>(const Visit&) const = default;
};
struct Branch {
  std::string name;
  std::vector<Branch> children;
  bool operator==(const Branch&) const = default;
};

TEST(ElementKinds, StructsTravelByTheirMembers) {
  Context& sc = context();
  std::vector<Visit> visits;
  for (std::int32_t i = 0; i < 500; ++i) {
    visits.push_back({"visitor " + std::to_string(i),
                      {i, i + 1},
                      i % 2 == 0 ? std::optional(i * 0.5) : std::nullopt,
                      {"t", std::string(i % 30, 'u')},
                      i % 3 == 0});
  }
  const auto rdd = sc.parallelize(visits, 3);
  EXPECT_EQ(rdd.collect(), visits);
  EXPECT_EQ(rdd.repartition(5).sortBy([](const Visit& visit) { return visit.pages[0]; }).collect(), visits);
  EXPECT_EQ(rdd.persist(StorageLevel::MEMORY_ONLY_SER).collect(), visits);
  EXPECT_EQ(rdd.map(with(visits[7], [](const Visit& visit, const Visit&) { return visit.who; })).first(), "visitor 7");
  const auto shared = sc.broadcast(visits[8]);
  EXPECT_EQ(rdd.map([shared](const Visit&) { return shared->pages[1]; }).first(), 9);
  const Branch tree{"root", {{"left", {}}, {"right", {{"leaf", {}}}}}};
  EXPECT_EQ(sc.parallelize(std::vector<Branch>(5, tree), 2).repartition(3).collect(), std::vector<Branch>(5, tree));
}

/// With padding after `letter`.
struct Cell {
  char letter;
  double value;
  std::int16_t row[2];
  bool operator==(const Cell&) const = default;
};

/// The content of the padding must not matter.
Cell cellOf(char letter, double value, std::int16_t row, int padding) {
  Cell cell;
  std::memset(static_cast<void*>(&cell), padding, sizeof cell);
  cell.letter = letter;
  cell.value = value;
  cell.row[0] = row;
  cell.row[1] = 1;
  return cell;
}

TEST(ElementKinds, StructsAreKeysByTheirMembers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::pair<Cell, std::int64_t>> pairs;
  std::map<std::tuple<char, int, std::int16_t>, std::int64_t> expected;
  const std::array<double, 5> values{0.0, -0.0, nan, -nan, 1.5};
  for (int i = 0; i < 900; ++i) {
    const auto letter = static_cast<char>('a' + i % 3);
    const auto row = static_cast<std::int16_t>(i % 7);
    pairs.emplace_back(cellOf(letter, values[i % 5], row, i * 37), 1);
    ++expected[{letter, i % 5 / 2, row}];
  }
  const auto rdd = context().parallelize(pairs, 3);
  for (const std::int64_t n : partitionCounts) {
    std::map<std::tuple<char, int, std::int16_t>, std::int64_t> seen;
    for (const auto& [cell, count] : rdd.reduceByKey(std::plus<>(), n).collect()) {
      const int kind = cell.value == 0 ? 0 : cell.value == 1.5 ? 2 : 1;
      EXPECT_TRUE(seen.try_emplace({cell.letter, kind, cell.row[0]}, count).second) << "a key occurs twice";
    }
    EXPECT_EQ(seen, expected);
  }
  EXPECT_EQ(rdd.keys().distinct(2).count(), static_cast<std::int64_t>(expected.size()));
  EXPECT_EQ(rdd.countByKey().size(), expected.size());
  EXPECT_EQ(rdd.lookup(cellOf('a', 1.5, 4, 99)).size(), static_cast<std::size_t>(expected.at({'a', 2, 4})));
  EXPECT_EQ(rdd.join(context().parallelize({std::pair(cellOf('a', 1.5, 4, 5), 1)}), 2).count(),
            expected.at({'a', 2, 4}));
}

#if defined(__cpp_lib_constexpr_string) && !defined(__clang__)
TEST(ElementKinds, StructsWithStringsAreKeys) {
  std::vector<Visit> visits;
  for (std::int32_t i = 0; i < 300; ++i)
    visits.push_back({"visitor " + std::to_string(i % 10), {i % 3}, {}, {}, i % 2 == 0});
  EXPECT_EQ(context().parallelize(visits, 3).distinct(4).count(), 30);
}
#endif

template <class K>
void expectKeys(const std::vector<K>& keys) {
  std::map<K, std::int64_t> expected;
  for (const K& key : keys) ++expected[key];
  const auto pairs = context().parallelize(keys, 3).map([](const K& key) { return std::pair(key, std::int64_t{1}); });
  const auto counts = pairs.reduceByKey(std::plus<>(), 4).collect();
  EXPECT_TRUE((std::map<K, std::int64_t>(counts.begin(), counts.end())) == expected);
  EXPECT_EQ(counts.size(), expected.size());
}

TEST(ElementKinds, CharactersOfAllKindsAreKeys) {
  expectKeys<wchar_t>({L'a', L'\u00e4', L'a'});
  expectKeys<char8_t>({u8'a', u8'b', u8'a'});
  expectKeys<char16_t>({u'a', u'\u20ac', u'a'});
  expectKeys<char32_t>({U'a', U'\u20ac', U'a'});
  expectKeys<std::u16string>({u"one", u"two", u"one"});
}

TEST(Persist, KeepsInMemoryWhereNoLevelIsGiven) {
  const auto rdd = context().range(0, 10, 1, 3).map([](std::int64_t x) { return 2 * x; });
  EXPECT_EQ(rdd.persist().sum(), 90);
  EXPECT_EQ(rdd.getStorageLevel(), StorageLevel::MEMORY_ONLY);
}

TEST(RunJob, OnPartitionsInBraces) {
  const auto rdd = context().range(0, 12, 1, 4);
  const auto index = [](std::size_t i, auto&) { return i; };
  EXPECT_TRUE(context().runJob(rdd, index, {}).empty());
  EXPECT_EQ(context().runJob(rdd, index, {3, 1}), (std::vector<std::size_t>{3, 1}));
  EXPECT_EQ(context().runJob(rdd, index), (std::vector<std::size_t>{0, 1, 2, 3}));
}

/// Views of data that outlives the call: static data, the function's own state, an element taken by reference.
TEST(ReturnedViews, OfDataThatStay) {
  const auto rdd = context().range(0, 6, 1, 3);
  const auto parity = trusted([](std::int64_t x) { return std::string_view(x % 2 == 0 ? "even" : "odd"); });
  EXPECT_EQ(rdd.map(parity).countByValue().at("odd"), 3);
  EXPECT_EQ(rdd.keyBy(parity).mapValues(parity).count(), 6);
  const auto names = context().broadcast(std::vector<std::string>{"zero", "one"});
  EXPECT_EQ(rdd.map([names](std::int64_t x) { return std::string_view((*names)[static_cast<std::size_t>(x % 2)]); })
                .distinct(2)
                .count(),
            2);
  const auto words = context().parallelize({"a b", "c d"}, 2);
  EXPECT_EQ(words.map([](const std::string& text) { return std::string_view(text).substr(2); }).collect(),
            (std::vector<std::string>{"b", "d"}));
  EXPECT_EQ(words.flatMap([](const std::string& text) {
                   return std::vector<std::string_view>{text, text};
                 })
                .count(),
            4);
}

}  // namespace
}  // namespace seltzer::test
