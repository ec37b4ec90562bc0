#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

/// The first n of the stably sorted elements.
template <class T, class Less, class Key = std::identity>
std::vector<T> firstSorted(std::vector<T> elements, std::size_t n, Less less, Key key = {}) {
  std::ranges::stable_sort(elements, less, key);
  if (elements.size() > n) elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(n), elements.end());
  return elements;
}

TEST(Top, AndTakeOrderedSort) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    for (const std::size_t n : {0u, 1u, 10u, 300u, 10000u}) {
      EXPECT_EQ(rdd.top(static_cast<std::int64_t>(n)), firstSorted(elements, n, std::greater()));
      EXPECT_EQ(rdd.takeOrdered(static_cast<std::int64_t>(n)), firstSorted(elements, n, std::less()));
    }
  });
}

TEST(Top, TiesKeepTheOrderOfTheInput) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto strings = someStrings(5000);
    const auto size = [](const std::string& text) { return text.size(); };
    const auto rdd = context().parallelize(strings, partitions);
    for (const std::size_t n : {1u, 50u, 700u, 4999u}) {
      EXPECT_EQ(rdd.top(static_cast<std::int64_t>(n), size), firstSorted(strings, n, std::greater(), size));
      EXPECT_EQ(rdd.takeOrdered(static_cast<std::int64_t>(n), size), firstSorted(strings, n, std::less(), size));
    }
  }
  const auto parts = skewed(someStrings(1000));
  EXPECT_EQ(rddOf(parts).top(40), firstSorted(joined(parts), 40, std::greater()));
}

TEST(Top, ByKeysOfUserTypes) {
  const auto tickets = someTickets(2000);
  const auto half = [](const Ticket& ticket) { return ticket.half % 10; };
  EXPECT_EQ(context().parallelize(someReadings(2000), 3).top(20, [](const Reading& r) { return r.flags.size(); }),
            firstSorted(someReadings(2000), 20, std::greater(), [](const Reading& r) { return r.flags.size(); }));
  EXPECT_EQ(context().parallelize(tickets, 3).min(half), firstSorted(tickets, 1, std::less(), half).front());
}

TEST(Top, OfAsManyAsThereAre) {
  constexpr auto all = std::numeric_limits<std::int64_t>::max();
  const auto elements = someNumbers(1000);
  const auto rdd = context().parallelize(elements, 3);
  EXPECT_EQ(rdd.top(all), firstSorted(elements, 1000, std::greater()));
  EXPECT_EQ(rdd.takeOrdered(all), firstSorted(elements, 1000, std::less()));
  EXPECT_EQ(rdd.takeSample(false, all).size(), 1000u);
}

/// takeOrdered, top, min and max of `make(x)` for numbers that include NaNs and both zeros, whose order `make` keeps.
/// Compared as text, which distinguishes the zeros.
template <class Make, class Key = std::identity>
void expectNumberOrder(Make make, Key key = {}) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> numbers{5, 1, nan, 4, 0.0, nan, 3, -0.0, 2, -7.5};
  const auto less = [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; };
  const auto madeOf = [&make](const std::vector<double>& of) {
    std::vector<decltype(make(0.0))> made;
    for (const double x : of) made.push_back(make(x));
    return made;
  };
  const auto text = [](const auto& value) { return testing::PrintToString(value); };
  const auto greater = [&](double a, double b) { return less(b, a); };
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().parallelize(madeOf(numbers), partitions);
    for (const std::size_t n : {1u, 3u, 6u, 9u, 10u}) {
      const auto up = madeOf(firstSorted(numbers, n, less)), down = madeOf(firstSorted(numbers, n, greater));
      EXPECT_EQ(text(rdd.takeOrdered(static_cast<std::int64_t>(n), key)), text(up)) << partitions;
      EXPECT_EQ(text(rdd.top(static_cast<std::int64_t>(n), key)), text(down)) << partitions;
      EXPECT_EQ(text(rdd.min(key)), text(up.front())) << partitions;
      EXPECT_EQ(text(rdd.max(key)), text(down.front())) << partitions;
    }
  }
}

TEST(Top, NaNIsGreatest) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().parallelize(std::vector<double>{5, 1, nan, 4, 0, nan, 3, 2}, partitions);
    EXPECT_EQ(rdd.takeOrdered(3), (std::vector<double>{0, 1, 2}));
    EXPECT_EQ(testing::PrintToString(rdd.top(3)), "{ nan, nan, 5 }");
    EXPECT_EQ(rdd.min(), 0);
    EXPECT_TRUE(std::isnan(rdd.max()));
  }
}

TEST(Top, NaNIsGreatestWhereverItStands) {
  const auto number = [](double x) { return x; };
  expectNumberOrder(number);
  expectNumberOrder(number, [](double x) { return std::optional(std::pair(static_cast<long double>(x), 1)); });
  expectNumberOrder([](double x) { return std::tuple(std::string("a"), static_cast<float>(x), x); });
  expectNumberOrder([](double x) { return std::vector{1.0, x, 2.0}; });
}

TEST(Top, NegativeNumbersOfElementsThrow) {
  const auto rdd = context().range(10);
  EXPECT_THROW(rdd.top(-1), std::invalid_argument);
  EXPECT_THROW(rdd.takeOrdered(-1), std::invalid_argument);
  EXPECT_THROW(rdd.takeSample(false, -1), std::invalid_argument);
  EXPECT_THROW(rdd.takeSample(true, -1), std::invalid_argument);
  EXPECT_TRUE(context().emptyRDD<int>().top(3).empty());
  EXPECT_TRUE(context().emptyRDD<int>().takeSample(true, 3).empty());
}

TEST(Top, TakeSampleWithoutReplacementTakesEachOnce) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().range(0, 3000, 1, partitions);
    for (const std::int64_t n : {0, 1, 100, 2999, 3000, 5000}) {
      const auto sample = rdd.takeSample(false, n, 4);
      EXPECT_EQ(sample.size(), static_cast<std::size_t>(std::min<std::int64_t>(n, 3000)));
      const std::set<std::int64_t> distinct(sample.begin(), sample.end());
      EXPECT_EQ(distinct.size(), sample.size());
      EXPECT_EQ(std::ranges::is_sorted(sample), n <= 1) << "the order is random too";
      EXPECT_TRUE(sample.empty() || (*distinct.begin() >= 0 && *distinct.rbegin() < 3000));
    }
    EXPECT_EQ(rdd.takeSample(false, 50, 4), rdd.takeSample(false, 50, 4));
    EXPECT_NE(rdd.takeSample(false, 50, 4), rdd.takeSample(false, 50, 5));
  }
}

TEST(Top, TakeSampleWithReplacementTakesExactlyAsMany) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto strings = someStrings(30);
    const auto rdd = context().parallelize(strings, partitions);
    const auto sample = rdd.takeSample(true, 500, 4);
    EXPECT_EQ(sample.size(), 500u);
    for (const auto& text : sample) EXPECT_NE(std::ranges::find(strings, text), strings.end());
    EXPECT_EQ(rdd.takeSample(true, 500, 4), sample);
    EXPECT_NE(rdd.takeSample(true, 500, 5), sample);
  }
}

TEST(Top, TakeSampleIsUniformOverUnevenPartitions) {
  Numbers numbers(50);
  for (std::size_t i = 0; i < 50; ++i) numbers[i] = static_cast<std::int64_t>(i);
  const auto rdd = rddOf(skewed(numbers));
  for (const bool withReplacement : {false, true}) {
    std::vector<double> counts(50);
    for (std::uint64_t draw = 0; draw < 200; ++draw) {
      for (const std::int64_t x : rdd.takeSample(withReplacement, 10, draw)) ++counts[static_cast<std::size_t>(x)];
    }
    const double expected = 200 * 10 / 50.0;
    double chiSquare = 0;
    for (const double count : counts) chiSquare += (count - expected) * (count - expected) / expected;
    EXPECT_LT(chiSquare, 85.4);  // 0.1 % quantile at 49 degrees of freedom
    EXPECT_GT(chiSquare, 15);
  }
}

TEST(Top, TakeSampleGivesEveryPlaceToEveryElement) {
  std::map<std::int64_t, int> firsts;
  const auto rdd = context().range(0, 4, 1, 2);
  for (std::uint64_t draw = 0; draw < 200; ++draw) ++firsts[rdd.takeSample(false, 4, draw).front()];
  ASSERT_EQ(firsts.size(), 4u);
  for (const auto& [element, count] : firsts) EXPECT_NEAR(count, 50, 30);
}

TEST(Top, CountByValueKeepsFirstSeenOrder) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto strings = someStrings(3000);
    std::vector<std::string> order;
    std::map<std::string, std::int64_t> counts;
    for (const auto& text : strings) {
      if (++counts[text] == 1) order.push_back(text);
    }
    const auto counted = context().parallelize(strings, partitions).countByValue();
    ASSERT_EQ(counted.size(), order.size());
    std::size_t place = 0;
    for (const auto& [text, count] : counted) {
      EXPECT_EQ(text, order[place++]);
      EXPECT_EQ(count, counts.at(text));
    }
  }
  EXPECT_TRUE(context().emptyRDD<int>().countByValue().empty());
  const auto pairs = context().parallelize(std::vector<std::pair<int, bool>>{{1, true}, {1, false}, {1, true}}, 2);
  EXPECT_EQ(pairs.countByValue().at(std::pair(1, true)), 2);
  EXPECT_EQ(context().parallelize({0.0, -0.0, 1.5}, 2).countByValue().at(0.0), 2);
}

struct WithoutOrder {
  std::int64_t value;
  bool operator<(const WithoutOrder&) const { throw std::runtime_error("nobody knows"); }
};

TEST(Top, AnOrderThatThrowsIsToldOfTheAction) {
  const auto rdd = context().range(100).map([](std::int64_t x) { return WithoutOrder{x}; });
  const auto expectFailure = [](std::string_view operation, const auto& action) {
    try {
      action();
      ADD_FAILURE() << operation << " did not fail";
    } catch (const TaskError& error) {
      EXPECT_EQ(error.failure().operation, operation);
    }
  };
  expectFailure("top", [&] { static_cast<void>(rdd.top(200)); });
  expectFailure("takeOrdered", [&] { static_cast<void>(rdd.takeOrdered(200)); });
}

}  // namespace
}  // namespace seltzer::test
