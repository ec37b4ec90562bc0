#include <algorithm>
#include <array>
#include <bitset>
#include <complex>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <boost/serialization/complex.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/vector.hpp>
#include <gtest/gtest.h>

#include "wire_types.hpp"

// Boost.Serialization's headers for standard types are included to show that they do not interfere.

namespace seltzer::test {
namespace {

static_assert(isBitwise<int> && isBitwise<const double> && isBitwise<Colour> && isBitwise<Point> &&
              isBitwise<std::byte>);
static_assert(isBitwise<std::pair<int, double>> && isBitwise<std::tuple<char, long>> &&
              isBitwise<std::array<Point, 2>>);
static_assert(isBitwise<int[2][3]> && isBitwise<std::complex<float>> && isBitwise<std::bitset<70>>);
static_assert(isBitwise<boost::serialization::collection_size_type>);
static_assert(!isBitwise<bool> && !isBitwise<std::pair<int, bool>> && !isBitwise<Switch> && !isBitwise<std::string>);
static_assert(!isBitwise<std::optional<int>> && !isBitwise<std::variant<int, char>> && !isBitwise<Cached>);
static_assert(!isBitwise<std::string_view> && !isBitwise<std::span<int>> && !isBitwise<int*> && !isBitwise<int&>);
static_assert(!isBitwise<int Point::*> && !isBitwise<void (*)()> && !isBitwise<std::reference_wrapper<int>>);
static_assert(!isBitwise<Row> && !isBitwise<Outer> && !isBitwise<Holder> && !isBitwise<Row[2]> && !isBitwise<void>);
static_assert(!isBitwise<std::pair<int, Row>> && !isBitwise<std::vector<int>::iterator>);

static_assert(isWireable<int> && isWireable<bool> && isWireable<Switch> && isWireable<const std::string>);
static_assert(isWireable<Bytes> && isWireable<std::vector<bool>> && isWireable<std::u16string> &&
              isWireable<std::monostate>);
static_assert(isWireable<Person> && isWireable<Secret> && isWireable<Buffer> && isWireable<Employee> &&
              isWireable<Shape>);
static_assert(isWireable<Versioned> && isWireable<Tree> && isWireable<Link> && isWireable<Split> && isWireable<Opaque>);
static_assert(isWireable<Box<std::string>> && isWireable<Cached> && isWireable<std::unique_ptr<Square>>);
static_assert(isWireable<std::map<std::string_view, std::vector<std::optional<Person>>>>);
static_assert(isWireable<std::string[3]> && isWireable<std::array<std::string, 3>> && isWireable<Fixed>);
static_assert(!isWireable<int*> && !isWireable<int&> && !isWireable<const char*> && !isWireable<void> &&
              !isWireable<int()>);
static_assert(!isWireable<std::function<int()>> && !isWireable<Odd> && !isWireable<std::shared_ptr<int>>);
static_assert(!isWireable<std::unique_ptr<Shape>> && !isWireable<std::unique_ptr<int[]>> && !isWireable<std::mt19937*>);
static_assert(!isWireable<std::vector<int*>> && !isWireable<std::map<int, Odd>> && !isWireable<std::tuple<int, int&>>);
static_assert(!isWireable<std::variant<int, const char*>> && !isWireable<std::optional<Odd>> && !isWireable<Row>);
static_assert(!isWireable<std::vector<std::span<int>>> && !isWireable<std::pair<Outer, int>>);

template <class T>
void expectRoundTrip(const T& value) {
  const Bytes bytes = toWire(value);
  EXPECT_GE(bytes.size(), seltzer::detail::smallestEncoding<T>);
  EXPECT_TRUE(fromWire<T>(bytes) == value);
  EXPECT_EQ(toWire(fromWire<T>(bytes)).size(), bytes.size());
  expectDamageIsSeen<T>(bytes);
}

template <class... Ts>
void expectRoundTrips(const Ts&... values) {
  (expectRoundTrip(values), ...);
}

TEST(Wire, Scalars) {
  expectRoundTrips(true, false, 'x', std::int8_t{-1}, 42, std::numeric_limits<std::int64_t>::min(), ~0ULL, 1.5F, -0.0,
                   1e300L);
  expectRoundTrips(Colour::blue, Switch::on, Switch::off, std::byte{255}, char16_t{0x263a}, nullptr);
  EXPECT_EQ(toWire(42).size(), sizeof(int));
  EXPECT_EQ(toWire(true).size(), 1U);
}

TEST(Wire, Strings) {
  expectRoundTrips(std::string(), std::string("seltzer"), std::string(5000, 'x'), std::string("a\0b", 3),
                   std::u32string(U"äß"));
  const std::string text = "view";
  EXPECT_EQ(toWire(std::string_view(text)), toWire(text));
  EXPECT_EQ((fromWire<std::pair<std::string, int>>(toWire(std::pair(std::string_view(text), 1)))), std::pair(text, 1));
}

TEST(Wire, PairsTuplesOptionalsVariants) {
  using Any = std::variant<std::monostate, int, std::string, std::vector<double>>;
  expectRoundTrips(std::pair(1, 2.5), std::pair(std::string("a"), 2), std::tuple<>(),
                   std::tuple(1, std::string("b"), true));
  expectRoundTrips(std::optional<int>(), std::optional(3), std::optional(std::optional<std::string>()),
                   std::pair(true, 7));
  expectRoundTrips(Any(), Any(3), Any("text"), Any(std::vector{1.0, 2.0}),
                   std::variant<int, int>(std::in_place_index<1>, 4));
  EXPECT_EQ(toWire(std::pair(1, 2.5)).size(), (sizeof(std::pair<int, double>)));
  EXPECT_THROW(fromWire<Any>(Bytes{std::byte{4}}), WireError);
  EXPECT_THROW(fromWire<std::optional<int>>(Bytes(5, std::byte{2})), WireError);
}

TEST(Wire, Arrays) {
  expectRoundTrips(std::array{1, 2, 3}, std::array<std::string, 2>{"a", "b"}, std::array{true, false},
                   std::array<int, 0>());
  expectRoundTrips(std::array<std::array<std::string, 1>, 2>{{{"x"}, {"y"}}});
  const std::string words[2][2] = {{"a", "b"}, {"c", "d"}};
  const int numbers[3] = {1, 2, 3};
  Bytes bytes;
  WireWriter(bytes) << words << numbers;
  std::string wordsBack[2][2];
  int numbersBack[3] = {};
  WireReader reader(bytes);
  reader >> wordsBack >> numbersBack;
  EXPECT_TRUE(reader.atEnd());
  EXPECT_EQ(wordsBack[1][0], "c");
  EXPECT_EQ(numbersBack[2], 3);
}

TEST(Wire, Sequences) {
  std::vector<std::int64_t> many(1000);
  std::iota(many.begin(), many.end(), -500);
  EXPECT_EQ(toWire(many).size(), 8 + 8 * many.size());
  EXPECT_EQ(fromWire<std::vector<std::int64_t>>(toWire(many)), many);
  expectRoundTrips(std::vector<int>(), std::vector<std::string>{"", "a", "bc"},
                   std::vector{std::pair(1, 2L), std::pair(3, 4L)});
  expectRoundTrips(std::vector<bool>(), std::vector<bool>{true, false, true}, Bytes{std::byte{1}, std::byte{2}},
                   Bytes());
  expectRoundTrips(std::list{1, 2, 3}, std::deque<std::string>{"x", "y"},
                   std::vector<std::vector<int>>{{}, {1}, {2, 3}});
  expectRoundTrips(std::vector<Colour>{Colour::green}, std::vector<std::optional<int>>{1, std::nullopt});
}

TEST(Wire, SetsAndMaps) {
  expectRoundTrips(std::map<std::string, int>{{"a", 1}, {"b", 2}}, std::map<int, bool>(), std::set{3, 1, 2});
  expectRoundTrips(std::multimap<int, std::string>{{1, "x"}, {1, "y"}}, std::multiset{1, 1, 2},
                   std::set<std::string>());
  expectRoundTrips(std::unordered_map<std::string, int>{{"a", 1}, {"b", 2}, {"c", 3}}, std::unordered_set{1, 2, 3});
  expectRoundTrips(std::unordered_multimap<int, int>{{1, 1}, {1, 2}, {2, 3}}, std::unordered_multiset{5, 5, 6});
  expectRoundTrips(std::map<int, std::map<std::string, std::set<int>>>{{1, {{"a", {1, 2}}, {"b", {}}}}, {2, {}}});
}

TEST(Wire, HashedContainersKeepTheirOrder) {
  std::unordered_map<std::string, int> words;
  std::unordered_multimap<int, int> pairs;
  for (int i = 0; i < 1000; ++i) {
    words["word" + std::to_string(i * 7919)] = i;
    pairs.emplace(i % 100 * 977, i);
  }
  for (int i = 0; i < 100; ++i) {
    words.erase("word" + std::to_string(i * 7919));
  }
  const auto wordsBack = fromWire<std::unordered_map<std::string, int>>(toWire(words));
  const auto pairsBack = fromWire<std::unordered_multimap<int, int>>(toWire(pairs));
  EXPECT_TRUE(std::equal(words.begin(), words.end(), wordsBack.begin(), wordsBack.end()));
  EXPECT_TRUE(std::equal(pairs.begin(), pairs.end(), pairsBack.begin(), pairsBack.end()));
}

/// Expects the order of the elements to survive for many sizes, bucket counts and load factors, with repeated keys.
template <class Container, class ElementAt>
void expectOrderSurvives(ElementAt elementAt) {
  for (const std::size_t size : {0U, 1U, 2U, 3U, 15U, 40U, 700U}) {
    for (const std::size_t buckets : {0U, 100U, 5'000U, 300'000U}) {
      for (const float load : {1.0F, 0.05F, 7.5F}) {
        SCOPED_TRACE(testing::Message() << size << " elements, " << buckets << " buckets, load factor " << load);
        Container container;
        container.max_load_factor(load);
        container.rehash(buckets);
        for (std::size_t i = 0; i < size; ++i) container.insert(elementAt(i));
        for (std::size_t i = 0; i < size; i += 5) container.erase(elementAt(i).first);
        const Bytes bytes = toWire(container);
        const auto back = fromWire<Container>(bytes);
        EXPECT_TRUE(std::equal(container.begin(), container.end(), back.begin(), back.end()));
        EXPECT_TRUE(toWire(back) == bytes);
        EXPECT_LE(bytes.size(), 16 + 40 * size + container.bucket_count() * sizeof(void*) / 32);
      }
    }
  }
}

TEST(Wire, HashedContainersKeepTheirOrderAtAnyBucketCount) {
  const auto numbers = [](std::size_t i) {
    return std::pair<const int, int>(static_cast<int>(i * 31337 % 467), static_cast<int>(i));
  };
  const auto texts = [](std::size_t i) {
    return std::pair<const std::string, int>("word" + std::to_string(i * 7919 % 467), static_cast<int>(i));
  };
  const auto few = [](std::size_t i) {
    return std::pair<const std::string, int>(std::to_string(i % 4), static_cast<int>(i));
  };
  expectOrderSurvives<std::unordered_map<int, int>>(numbers);
  expectOrderSurvives<std::unordered_map<std::string, int>>(texts);
  expectOrderSurvives<std::unordered_multimap<int, int>>(numbers);
  expectOrderSurvives<std::unordered_multimap<std::string, int>>(texts);
  expectOrderSurvives<std::unordered_multimap<std::string, int>>(few);
}

TEST(Wire, UserTypesInAllOfBoostsStyles) {
  expectRoundTrips(Person{"Ada", 36, {"Charles", ""}}, Secret("text"), Buffer({1, 2, 3}), Buffer(), Split{"split"});
  expectRoundTrips(Box<std::string>{"free"}, Box<std::vector<int>>{{1, 2}}, Opaque{"in boost::serialization"},
                   Point{1, 2});
  expectRoundTrips(std::vector<Person>{{"a", 1, {}}, {"b", 2, {"c"}}},
                   std::map<std::string, Person>{{"k", {"v", 3, {}}}});
  Employee employee;
  employee.name = "Grace";
  employee.friends = {"x"};
  employee.salary = 1.5;
  expectRoundTrips(employee, Tree{1, {Tree{2, {}}, Tree{3, {Tree{4, {}}}}}});
  EXPECT_EQ(fromWire<Blob>(toWire(Blob{{'s', 'o', 'd', 'a', '!'}})).bytes[4], '!');
}

TEST(Wire, SerializeOfATriviallyCopyableTypeIsUsed) {
  const auto back = fromWire<Cached>(toWire(Cached{5, 6}));
  EXPECT_EQ(back.value, 5);
  EXPECT_EQ(back.cache, -1);
}

TEST(Wire, VersionIsPassed) {
  EXPECT_EQ(fromWire<Versioned>(toWire(Versioned())).version, 3U);
}

TEST(Wire, ReadingABaseLeavesTheDerivedClassAlone) {
  Derived derived;
  derived.wide = 2.5;
  derived.narrow = 1;
  derived.tail = 2;
  Bytes bytes = toWire(derived);
  std::fill_n(bytes.end() - 4, 4, std::byte{0xff});
  const auto back = fromWire<Derived>(bytes);
  EXPECT_EQ(back.wide, 2.5);
  EXPECT_EQ(back.narrow, 1);
  EXPECT_EQ(back.tail, 2);
}

TEST(Wire, UniquePointersAndMoveOnlyTypes) {
  auto list = std::vector<std::unique_ptr<std::string>>(3);
  list[1] = std::make_unique<std::string>("one");
  const auto back = fromWire<std::vector<std::unique_ptr<std::string>>>(toWire(list));
  ASSERT_EQ(back.size(), 3U);
  EXPECT_EQ(back[0], nullptr);
  EXPECT_EQ(*back[1], "one");
  expectDamageIsSeen<std::vector<std::unique_ptr<std::string>>>(toWire(list));

  Square square;
  square.id = 4;
  square.side = 3;
  const auto squareBack = fromWire<std::unique_ptr<Square>>(toWire(std::make_unique<Square>(square)));
  EXPECT_EQ(squareBack->id, 4);
  EXPECT_EQ(squareBack->area(), 9);

  std::map<int, std::unique_ptr<int>> numbers;
  numbers.emplace(1, std::make_unique<int>(2));
  EXPECT_EQ((*fromWire<std::map<int, std::unique_ptr<int>>>(toWire(numbers)).at(1)), 2);
}

TEST(Wire, BitwiseTypesNeedNoDefaultConstructor) {
  EXPECT_EQ(fromWire<Fixed>(toWire(Fixed(5))).value, 5);
  EXPECT_EQ(fromWire<std::optional<Fixed>>(toWire(std::optional(Fixed(6))))->value, 6);
  const auto add = [three = 3](int x) { return x + three; };
  EXPECT_EQ(fromWire<std::remove_const_t<decltype(add)>>(toWire(add))(4), 7);
}

TEST(Wire, ReadingReplaces) {
  std::vector<std::string> words = {"old", "older", "oldest"};
  std::map<int, int> map = {{9, 9}};
  std::unordered_map<int, int> hashed = {{9, 9}};
  std::optional<int> maybe = 9;
  Bytes bytes;
  WireWriter writer(bytes);
  writer << std::vector<std::string>{"new"} << std::map<int, int>{{1, 1}} << std::unordered_map<int, int>{{1, 1}};
  writer& std::optional<int>();
  WireReader reader(bytes);
  reader >> words >> map >> hashed;
  reader& maybe;
  EXPECT_EQ(words, std::vector<std::string>{"new"});
  EXPECT_EQ(map, (std::map<int, int>{{1, 1}}));
  EXPECT_EQ(hashed, (std::unordered_map<int, int>{{1, 1}}));
  EXPECT_FALSE(maybe.has_value());
}

TEST(Wire, WriterAppendsAndReaderSteps) {
  Bytes bytes = {std::byte{9}};
  WireWriter writer(bytes);
  writer << 1;
  EXPECT_EQ(bytes.size(), 5U);
  writer.writeBytes(Bytes{std::byte{5}, std::byte{6}});
  writer.save_binary("xy", 2);
  EXPECT_EQ(bytes.size(), 9U);
  WireReader reader{ByteView(bytes).subspan(1)};
  EXPECT_EQ(reader.read<int>(), 1);
  EXPECT_EQ(reader.readBytes(2).data(), bytes.data() + 5);
  std::array<char, 2> text{};
  reader.load_binary(text.data(), 2);
  EXPECT_EQ(text[1], 'y');
  EXPECT_TRUE(reader.atEnd());
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_THROW(reader.readBytes(1), WireError);
}

}  // namespace
}  // namespace seltzer::test
