#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/element/element_text.hpp>
#include <seltzer/detail/data/element/key_text.hpp>
#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/stable_sort_prefix.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/operators/borrow.hpp>

#include "fixture.hpp"

// A user's class templates, each with one ElementTraits specialization, and what follows from it.

namespace seltzer::test {
namespace {

/// A value or an error; no default constructor.
template <class T, class E>
class Expected {
 public:
  static Expected of(T value) { return Expected(std::in_place_index<0>, std::move(value)); }
  static Expected failed(E error) { return Expected(std::in_place_index<1>, std::move(error)); }

  bool hasValue() const { return held_.index() == 0; }
  const T& value() const { return std::get<0>(held_); }
  T& value() { return std::get<0>(held_); }
  const E& error() const { return std::get<1>(held_); }
  E& error() { return std::get<1>(held_); }
  bool operator==(const Expected&) const = default;

 private:
  template <std::size_t i, class Part>
  Expected(std::in_place_index_t<i> place, Part&& part) : held_(place, std::forward<Part>(part)) {}

  std::variant<T, E> held_;
};

/// Not an aggregate, so the library does not see its members.
template <class Low, class High>
class Range {
 public:
  Range(Low low, High high) : low_(std::move(low)), high_(std::move(high)) {}
  const Low& low() const { return low_; }
  const High& high() const { return high_; }
  Low& low() { return low_; }
  High& high() { return high_; }
  bool operator==(const Range&) const = default;

 private:
  Low low_;
  High high_;
};

/// A sequence with only the members that ElementTraits require.
template <class T>
class Chain : private std::list<T> {
  using Base = std::list<T>;

 public:
  using Base::Base;
  using Base::begin;
  using Base::clear;
  using Base::end;
  using Base::insert;
  using Base::size;
  bool operator==(const Chain& other) const {
    return static_cast<const Base&>(*this) == static_cast<const Base&>(other);
  }
};

}  // namespace
}  // namespace seltzer::test

template <class T, class E>
struct seltzer::ElementTraits<seltzer::test::Expected<T, E>> {
  static constexpr auto composition = Composition::choice;
  using Parts = TypeList<T, E>;
  template <class... Us>
  using With = test::Expected<Us...>;
  static std::size_t index(const test::Expected<T, E>& expected) { return expected.hasValue() ? 0 : 1; }
  template <std::size_t i, class Choice>
  static auto& get(Choice&& expected) {
    if constexpr (i == 0) {
      return expected.value();
    } else {
      return expected.error();
    }
  }
  template <std::size_t i, class Part>
  static test::Expected<T, E> make(Part&& part) {
    if constexpr (i == 0) {
      return test::Expected<T, E>::of(std::forward<Part>(part));
    } else {
      return test::Expected<T, E>::failed(std::forward<Part>(part));
    }
  }
};

template <class Low, class High>
struct seltzer::ElementTraits<seltzer::test::Range<Low, High>> {
  static constexpr auto composition = Composition::product;
  using Parts = TypeList<Low, High>;
  template <class... Us>
  using With = test::Range<Us...>;
  template <std::size_t i, class Product>
  static auto& get(Product&& range) {
    if constexpr (i == 0) {
      return range.low();
    } else {
      return range.high();
    }
  }
};

template <class T>
struct seltzer::ElementTraits<seltzer::test::Chain<T>> {
  static constexpr auto composition = Composition::sequence;
  using Parts = TypeList<T>;
  template <class U>
  using With = test::Chain<U>;
};

namespace seltzer::test {
namespace {

using Text = std::string;
using View = std::string_view;
using Lookup = Expected<Text, double>;
using LookupView = Expected<View, double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class T>
T travelled(const T& value) {
  return detail::fromWire<T>(detail::toWire(value));
}

template <class T>
std::string textOf(const T& value) {
  std::string text;
  detail::appendText(text, value);
  return text;
}

TEST(ElementTraits, DescribeAChoice) {
  static_assert(std::is_same_v<Owned<LookupView>, Lookup> && isOwned<Lookup> && !isOwned<LookupView>);
  static_assert(detail::isHashable<Lookup> && detail::OrderedKey<Lookup> && detail::hasKeyEqual<Lookup> &&
                !detail::isBitwise<Expected<int, char>> && detail::isMadeByReading<Lookup>);
  static_assert(detail::holdsAddress<Expected<int, const char*>>() && !detail::holdsAddress<Expected<int, char>>());
  static_assert(!detail::isHashable<Expected<int, Ticket>> && !detail::OrderedKey<Expected<Ticket, int>>);
  const Lookup ada = Lookup::of("Ada");
  const Lookup failed = Lookup::failed(nan);
  EXPECT_EQ(Hash<LookupView>()(LookupView::of("Ada")), Hash<Lookup>()(ada));
  EXPECT_EQ(Hash<Lookup>()(Lookup::failed(-nan)), Hash<Lookup>()(failed));
  EXPECT_NE(Hash<Lookup>()(Lookup::of("Bob")), Hash<Lookup>()(ada));
  EXPECT_TRUE(detail::keyEqual(failed, Lookup::failed(-nan)) && detail::keyEqual(LookupView::of("Ada"), ada));
  EXPECT_FALSE(detail::keyEqual(failed, Lookup::failed(1)) || detail::keyEqual(failed, ada));
  EXPECT_TRUE(detail::keyLess(ada, Lookup::of("Bob")) && detail::keyLess(ada, Lookup::failed(-1)) &&
              detail::keyLess(Lookup::failed(1e300), failed));
  EXPECT_FALSE(detail::keyLess(failed, Lookup::failed(nan)) || detail::keyLess(failed, ada));
  EXPECT_EQ(travelled(ada), ada);
  EXPECT_EQ(travelled(Lookup::failed(-0.5)), Lookup::failed(-0.5));
  EXPECT_EQ(toOwned(LookupView::of("Ada")), ada);
  EXPECT_EQ(detail::borrow<LookupView>(ada).value().data(), ada.value().data());
  EXPECT_EQ(textOf(ada) + textOf(Lookup::failed(0.5)), "Ada0.5");
  EXPECT_EQ(detail::keyText(ada, 1), "Ada");
  EXPECT_GE(detail::heapBytes(Lookup::of(Text(100, 'x'))), 100U);
}

TEST(ElementTraits, DescribeAProduct) {
  using Names = Range<Text, Text>;
  static_assert(std::is_same_v<Owned<Range<View, View>>, Names> && detail::isBitwise<Range<int, int>> &&
                !detail::isBitwise<Names>);
  static_assert(detail::holdsAddress<Range<int, int*>>() && !detail::isWireable<Range<int, int*>>);
  const Names names("Ada", "Bob");
  EXPECT_EQ((Hash<Range<View, View>>()({"Ada", "Bob"})), Hash<Names>()(names));
  EXPECT_TRUE(detail::keyEqual(Range<double, double>(nan, 1), Range<double, double>(-nan, 1)));
  EXPECT_TRUE(detail::keyLess(Range<double, double>(1, 2), Range<double, double>(1, nan)));
  EXPECT_TRUE(detail::KeyPrefix<Names>::informs);
  EXPECT_LT(detail::KeyPrefix<Names>::of(names, 0), detail::KeyPrefix<Names>::of(Names("B", ""), 0));
  EXPECT_EQ(travelled(names), names);
  EXPECT_EQ((toOwned(Range<View, View>("Ada", "Bob"))), names);
  EXPECT_EQ((detail::borrow<Range<View, View>>(names).high().data()), names.high().data());
  EXPECT_EQ(textOf(names), "(Ada,Bob)");
}

TEST(ElementTraits, DescribeASequence) {
  using Words = Chain<Text>;
  static_assert(std::is_same_v<Owned<Chain<View>>, Words>);
  const Words words{"a", "bc"};
  EXPECT_EQ(Hash<Words>()(words), Hash<std::vector<Text>>()({"a", "bc"}));
  EXPECT_TRUE(detail::keyEqual(words, Chain<View>{"a", "bc"}) && !detail::keyEqual(words, Words{"a"}));
  EXPECT_TRUE(detail::keyLess(Words{"a"}, words) && detail::keyLess(words, Words{"b"}));
  EXPECT_TRUE(detail::keyEqual(Chain<double>{nan}, Chain<double>{-nan}));
  EXPECT_EQ(travelled(words), words);
  EXPECT_EQ(toOwned(Chain<View>{"a", "bc"}), words);
  EXPECT_EQ(textOf(words), "[a, bc]");
  EXPECT_GE(detail::heapBytes(Words{Text(100, 'x')}), 100 + sizeof(Text));
  const std::string text(100, 'x');
  EXPECT_GE(detail::heapBytes(std::string_view(text)), 100U) << "of the owned form";
  EXPECT_EQ(detail::heapBytes(std::string_view("short")), 0U);
  EXPECT_GE(detail::heapBytes(std::pair(1, std::optional<std::string_view>(text))), 100U);
  EXPECT_GE(detail::heapBytes(std::vector<std::string_view>{text, text}), 200U);
}

TEST(ElementTraits, OfTheStandardLibrary) {
  using List = std::list<double>;
  EXPECT_EQ(Hash<List>()({1, -nan}), Hash<std::vector<double>>()({1, nan}));
  EXPECT_TRUE(detail::keyEqual(List{nan}, List{-nan}) && detail::keyLess(List{1}, List{nan}));
  using Choice = std::variant<Ticket, Text>;
  static_assert(!std::is_default_constructible_v<Choice> && detail::isMadeByReading<Choice>);
  EXPECT_EQ(std::get<1>(travelled(Choice("a"))), "a");
  EXPECT_EQ(std::get<0>(travelled(Choice(Ticket(7)))).number, 7);
  EXPECT_EQ(textOf(std::variant<int, Text>("a")) + textOf(std::variant<int, Text>(2)), "a2");
}

TEST(ElementTraits, TypesOfAUserAreKeysAndElements) {
  Context& sc = context();
  for (const std::size_t partitions : {1, 2, 3, 8}) {
    const auto lookups = sc.range(0, 40, 1, partitions).map([](std::int64_t i) {
      return i % 4 == 0 ? Lookup::failed(i % 8 == 0 ? nan : 0.5) : Lookup::of(std::to_string(i % 4));
    });
    const auto counts =
        lookups.map([](const Lookup& lookup) { return std::pair(lookup, 1); })
            .reduceByKey(std::plus<>(), partitions)
            .sortByKey()
            .map([](const std::pair<Lookup, int>& count) {
              return (count.first.hasValue() ? count.first.value() : "failed") + ":" + std::to_string(count.second);
            });
    EXPECT_EQ(counts.collect(), (std::vector<Text>{"1:10", "2:10", "3:10", "failed:5", "failed:5"}));
    EXPECT_EQ(lookups.distinct().count(), 5);
    const auto words = sc.parallelize({Chain<Text>{"b", "a"}, Chain<Text>{"a"}, Chain<Text>{"b", "a"}}, partitions);
    EXPECT_EQ(words.countByValue().at(Chain<Text>{"b", "a"}), 2);
    EXPECT_EQ(words.sortBy([](const Chain<Text>& chain) { return chain; }).first(), Chain<Text>{"a"});
    EXPECT_EQ(
        words.map([](const Chain<Text>& chain) { return Range<Text, Text>(*chain.begin(), "z"); }).distinct().count(),
        2);
  }
}

}  // namespace
}  // namespace seltzer::test
