#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

/// The windows that begin in each partition, as copies.
template <class T>
std::vector<std::vector<std::vector<T>>> windowsOf(const std::vector<std::vector<T>>& parts, std::size_t size) {
  const std::vector<T> all = joined(parts);
  std::vector<std::vector<std::vector<T>>> windows;
  std::size_t first = 0;
  for (const auto& part : parts) {
    windows.emplace_back();
    for (std::size_t end = first + part.size(); first < end; ++first) {
      if (first + size > all.size()) continue;
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
      windows.back().emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
    }
  }
  return windows;
}

const auto copy = [](auto window) {
  return std::vector<std::remove_cv_t<typename decltype(window)::element_type>>(window.begin(), window.end());
};

TEST(Window, IsEachRunOfConsecutiveElements) {
  std::mt19937_64 random(seed());
  for (const std::size_t size : {0u, 1u, 2u, 7u, 200u}) {
    const auto elements = randomNumbers(size, random);
    for (const std::int64_t partitions : partitionCounts) {
      const auto rdd = context().parallelize(elements, partitions);
      for (const std::size_t n : {1u, 2u, 3u, 6u, 7u, 50u, 200u, 201u}) {
        SCOPED_TRACE(testing::Message() << size << " elements, " << partitions << " partitions, windows of " << n);
        const auto windows = rdd.window(static_cast<std::int64_t>(n), copy);
        EXPECT_EQ(partsOf(windows), windowsOf(slices(elements, partitions), n));
        EXPECT_EQ(windows.count(), static_cast<std::int64_t>(size < n ? 0 : size - n + 1));
      }
    }
  }
}

TEST(Window, SpansEmptyAndSmallPartitions) {
  const auto strings = someStrings(90);
  const std::vector<std::vector<std::string>> small = {{}, {"a"}, {}, {}, {"b", "c"}, {"d"}, {}, {"e"}, {}};
  for (const auto& parts : {skewed(strings), small, {{}, {}}, {strings}}) {
    for (const std::size_t n : {1u, 2u, 4u, 5u, 6u}) {
      EXPECT_EQ(partsOf(rddOf(parts).window(static_cast<std::int64_t>(n), copy)), windowsOf(parts, n)) << n;
    }
  }
  EXPECT_EQ(context().emptyRDD<int>().window(3, copy).count(), 0);
}

TEST(Window, OfManyElementsSumsUp) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto sums = context().range(0, 20'000, 1, partitions).window(1000, [](std::span<const std::int64_t> window) {
      return std::accumulate(window.begin(), window.end(), std::int64_t{0});
    });
    Numbers expected;
    for (std::int64_t i = 0; i <= 19'000; ++i) expected.push_back(1000 * i + 999 * 500);
    EXPECT_EQ(sums.collect(), expected);
  }
}

TEST(Window, FlatWindowConcatenates) {
  const auto numbers = someNumbers(500);
  const auto ascents = [](auto window) {
    return window.front() < window.back() ? std::vector<std::int64_t>(window.begin(), window.end()) : Numbers();
  };
  for (const auto& parts : {slices(numbers, 1), slices(numbers, 3), skewed(numbers)}) {
    for (const std::size_t n : {1u, 2u, 9u}) {
      std::vector<Numbers> expected;
      for (const auto& part : windowsOf(parts, n)) {
        expected.emplace_back();
        for (const Numbers& window : part) {
          const Numbers some = ascents(window);
          expected.back().insert(expected.back().end(), some.begin(), some.end());
        }
      }
      const auto windows = rddOf(parts).flatWindow(static_cast<std::int64_t>(n), ascents);
      EXPECT_EQ(partsOf(windows), expected) << n;
      const auto all = joined(expected);
      EXPECT_EQ(windows.take(5),
                Numbers(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, all.size()))));
    }
  }
}

TEST(Window, TakesOwnedFormsOfBorrowedElementsAndOwnsItsResults) {
  const auto lines = context().parallelize(std::vector<std::string>{"first second", "", "third fourth fifth"}, 3);
  const auto views = lines.flatMap([](std::string_view line) { return words(line); });
  const auto seconds = views.window(2, [](std::span<const std::string> window) { return std::string_view(window[1]); });
  static_assert(std::is_same_v<decltype(seconds)::value_type, std::string>);
  EXPECT_EQ(seconds.collect(), (std::vector<std::string>{"second", "third", "fourth", "fifth"}));
  EXPECT_EQ(views.flatWindow(4, [](auto window) { return window; }).count(), 8);
}

TEST(Window, ComputesOnlyWhatIsNeeded) {
  const auto counted = context().accumulator(std::int64_t{0});
  const auto rdd = context().range(0, 30'000, 1, 3).map([counted](std::int64_t x) {
    counted.add(1);
    return x;
  });
  const auto sums = rdd.window(3, [](auto window) { return window[0] + window[2]; });
  EXPECT_EQ(counted.value(), 0) << "nothing runs before an action";
  EXPECT_EQ(sums.take(4), (Numbers{2, 4, 6, 8}));
  EXPECT_LE(counted.value(), 4 + 20) << "two elements of two partitions, and a few of the first";
}

TEST(Window, OfNoElementsThrowsAtOnce) {
  const auto rdd = context().range(10);
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_THROW(rdd.window(n, copy), std::invalid_argument);
    EXPECT_THROW(rdd.flatWindow(n, copy), std::invalid_argument);
  }
  EXPECT_EQ(rdd.window(std::numeric_limits<std::int64_t>::max(), copy).count(), 0);
}

TEST(Window, AFunctionThatThrowsIsATaskError) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto failing = context().range(0, 30, 1, partitions).window(4, [](auto window) {
      if (window[3] == 29) throw std::runtime_error("the last window");
      return window[0];
    });
    try {
      failing.count();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const TaskError& error) {
      EXPECT_EQ(error.failure().operation, "window");
      EXPECT_NE(error.failure().what.find("the last window"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace seltzer::test
