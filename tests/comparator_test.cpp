#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "sorting_fixture.hpp"

// Orders given by a comparator in place of a key, compared with std::stable_sort.

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

/// By the last digit downwards, then by size: no single key of `<` orders numbers like this without computing a pair.
const auto byDigits = [](std::int64_t a, std::int64_t b) {
  const std::int64_t left = std::abs(a % 10), right = std::abs(b % 10);
  return left != right ? left > right : a < b;
};

template <class T, class Less>
std::vector<T> sortedBy(std::vector<T> elements, Less less, bool ascending = true) {
  std::stable_sort(elements.begin(), elements.end(),
                   [&](const T& a, const T& b) { return ascending ? less(a, b) : less(b, a); });
  return elements;
}

template <class T>
std::vector<T> firstOf(std::vector<T> elements, std::size_t n) {
  if (elements.size() > n) elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(n), elements.end());
  return elements;
}

/// Sorts, the first and the last elements and the extremes of an RDD with exactly these partitions.
template <class T, class Less>
void expectOrders(const std::vector<std::vector<T>>& parts, Less less) {
  const RDD<T> rdd = rddOf(parts);
  const std::vector<T> up = sortedBy(joined(parts), less), down = sortedBy(joined(parts), less, false);
  for (const std::int64_t n : partitionCounts) {
    const auto sorted = rdd.sortBy(less, true, n);
    EXPECT_EQ(sorted.getNumPartitions(), static_cast<std::size_t>(n));
    EXPECT_TRUE(sorted.collect() == up);
    EXPECT_TRUE(rdd.sortBy(less, false, n).collect() == down);
  }
  for (const std::size_t n : {0u, 1u, 20u, 700u, 10'000u}) {
    EXPECT_TRUE(rdd.takeOrdered(static_cast<std::int64_t>(n), less) == firstOf(up, n)) << n;
    EXPECT_TRUE(rdd.top(static_cast<std::int64_t>(n), less) == firstOf(down, n)) << n;
  }
  if (up.empty()) {
    EXPECT_THROW(rdd.min(less), EmptyRDDError);
  } else {
    EXPECT_TRUE(rdd.min(less) == up.front());
    EXPECT_TRUE(rdd.max(less) == down.front());
  }
}

TEST(Comparator, OrdersNumbers) {
  const auto numbers = someNumbers(3000);
  for (const std::int64_t partitions : partitionCounts) {
    expectOrders(slices(numbers, partitions), byDigits);
    expectOrders(slices(numbers, partitions), std::greater<>());
  }
  expectOrders(skewed(numbers), byDigits);
  expectOrders<std::int64_t>({{}, {}}, byDigits);
  expectOrders<std::int64_t>({{3}, {}}, byDigits);
}

TEST(Comparator, IsStable) {
  const auto pairs = numbered(someStrings(3000));
  const auto bySize = [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); };
  expectOrders(slices(pairs, 3), bySize);
  expectOrders(skewed(pairs), bySize);
}

TEST(Comparator, OrdersUserTypesWithoutLess) {
  const auto later = [](const Reading& a, const Reading& b) {
    return std::tie(b.value, a.station) < std::tie(a.value, b.station);
  };
  expectOrders(slices(someReadings(500), 3), later);
  expectOrders(slices(someTickets(500), 2), [](const Ticket& a, const Ticket& b) { return a.half % 7 < b.half % 7; });
}

TEST(Comparator, OrdersBorrowedElements) {
  const std::vector<std::string> lines{"pear fig", "", "apple banana kiwi", "cherry"};
  const auto views = context().parallelize(lines, 3).flatMap([](std::string_view line) { return words(line); });
  const auto shorter = [](std::string_view a, std::string_view b) { return a.size() < b.size(); };
  const std::vector<std::string> sorted{"fig", "pear", "kiwi", "apple", "banana", "cherry"};
  EXPECT_EQ(views.sortBy(shorter).collect(), sorted);
  EXPECT_EQ(views.takeOrdered(3, shorter), firstOf(sorted, 3));
  EXPECT_EQ(views.top(2, shorter), (std::vector<std::string>{"banana", "cherry"}));
  EXPECT_EQ(views.max(shorter), "banana");
}

TEST(Comparator, MayCaptureWhereKeysAreNotKept) {
  for (const std::int64_t partitions : partitionCounts) {
    const std::int64_t middle = 42;
    const auto nearer = [middle](std::int64_t a, std::int64_t b) {
      return std::abs(a - middle) < std::abs(b - middle);
    };
    const auto rdd = context().range(0, 100, 1, partitions);
    EXPECT_EQ(rdd.takeOrdered(3, nearer), (Numbers{42, 41, 43}));
    EXPECT_EQ(rdd.top(2, nearer), (Numbers{99, 98}));
    EXPECT_EQ(rdd.min(nearer), 42);
  }
}

TEST(Comparator, ThatThrowsIsATaskErrorOfTheOperation) {
  const auto fail = [](std::int64_t, std::int64_t) -> bool { throw std::runtime_error("no order"); };
  const auto rdd = context().range(0, 50, 1, 3);
  EXPECT_NE(messageOf<TaskError>([&] { rdd.top(20, fail); }).find("no order"), std::string::npos);
  EXPECT_NE(messageOf<TaskError>([&] { rdd.sortBy(fail).count(); }).find("no order"), std::string::npos);
  EXPECT_EQ(rdd.count(), 50);
}

}  // namespace
}  // namespace seltzer::test
