#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

template <class A, class B>
std::vector<std::pair<A, B>> zipped(const std::vector<A>& left, const std::vector<B>& right) {
  std::vector<std::pair<A, B>> pairs;
  for (std::size_t i = 0; i < left.size(); ++i) pairs.emplace_back(left[i], right[i]);
  return pairs;
}

Numbers upTo(std::size_t n) {
  Numbers numbers(n);
  for (std::size_t i = 0; i < n; ++i) numbers[i] = static_cast<std::int64_t>(i);
  return numbers;
}

TEST(Zip, PairsElementsAtTheSamePlace) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto strings = someStrings(elements.size());
    const auto rdd = sc.parallelize(elements, partitions).zip(sc.parallelize(strings, partitions));
    EXPECT_EQ(rdd.collect(), zipped(elements, strings));
    EXPECT_EQ(rdd.getNumPartitions(), static_cast<std::size_t>(partitions));
  });
}

TEST(Zip, BatchesOfDifferentSizesMeet) {
  const auto parts = skewed(someNumbers(5000));
  const auto left = rddOf(parts).filter([](std::int64_t x) { return x % 2 == 0; });
  const auto right = left.flatMap([](std::int64_t x) { return std::vector<std::string>{std::to_string(x)}; });
  Numbers even = joined(parts);
  std::erase_if(even, [](std::int64_t x) { return x % 2 != 0; });
  std::vector<std::string> texts;
  for (const std::int64_t x : even) texts.push_back(std::to_string(x));
  EXPECT_EQ(left.zip(right).collect(), zipped(even, texts));
  EXPECT_EQ(right.zip(left).collect(), zipped(texts, even));
}

TEST(Zip, WithItselfAndWithStoredOnes) {
  const auto elements = someNumbers(3000);
  const auto rdd = context().parallelize(elements, 3);
  EXPECT_EQ(rdd.zip(rdd).collect(), zipped(elements, elements));
  const auto cached = rdd.map([](std::int64_t x) { return x + 1; }).cache();
  EXPECT_EQ(cached.zip(cached).keys().collect(), cached.zip(cached).values().collect());
  EXPECT_EQ(cached.zip(rdd).values().collect(), elements);
  EXPECT_EQ(rdd.zip(rdd).zip(rdd).take(1), (std::vector{std::pair(std::pair(elements[0], elements[0]), elements[0])}));
}

TEST(Zip, OfUserTypes) {
  Context& sc = context();
  const auto readings = sc.parallelize(someReadings(1200), 3);
  EXPECT_EQ(readings.zip(sc.range(0, 1200, 1, 3)).collect(), zipped(someReadings(1200), upTo(1200)));
  EXPECT_EQ(readings.zip(readings).collect(), zipped(someReadings(1200), someReadings(1200)));
}

TEST(Zip, OtherPlacementsOfTheSamePartitionsMeet) {
  Context& sc = context();
  const auto spread = sc.parallelize(upTo(100), 8).coalesce(3);
  const auto placed = sc.union_(std::vector{sc.range(0, 37, 1, 1), sc.range(37, 75, 1, 1), sc.range(75, 125, 1, 1)});
  const auto sizes = spread.glom().map([](const Numbers& part) { return part.size(); }).collect();
  const auto other = placed.glom().map([](const Numbers& part) { return part.size(); }).collect();
  ASSERT_EQ(sizes, (std::vector<std::size_t>{25, 37, 38}));
  ASSERT_EQ(other, (std::vector<std::size_t>{37, 38, 50}));
  const auto both = spread.glom().zip(placed.glom()).map([](const std::pair<Numbers, Numbers>& pair) {
    return pair.first.front() + pair.second.front();
  });
  EXPECT_EQ(both.collect(), (Numbers{0, 25 + 37, 62 + 75}));
}

TEST(Zip, DifferentPartitionCountsThrowAtTheCall) {
  const auto three = context().range(0, 6, 1, 3);
  const auto two = context().range(0, 6, 1, 2);
  EXPECT_THROW(three.zip(two), std::invalid_argument);
  EXPECT_THROW(three.zip(context().emptyRDD<int>()), std::invalid_argument);
  EXPECT_THROW(three.zipPartitions(two, [](auto&, auto&) { return Numbers(); }), std::invalid_argument);
  EXPECT_THROW(three.zipPartitions(three, two, [](auto&, auto&, auto&) { return Numbers(); }), std::invalid_argument);
  const auto message = messageOf<std::invalid_argument>([&] { three.zip(two); });
  EXPECT_NE(message.find("zip at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

TEST(Zip, DifferentSizesAreATaskError) {
  Context& sc = context();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{2999}, std::size_t{1024}}) {
    for (const std::int64_t partitions : partitionCounts) {
      const auto longer = sc.parallelize(upTo(3000), partitions);
      const auto shorter = sc.parallelize(upTo(size), partitions);
      EXPECT_THROW(longer.zip(shorter).count(), TaskError) << size;
      EXPECT_THROW(shorter.zip(longer).count(), TaskError) << size;
    }
  }
  EXPECT_EQ(sc.range(5).count(), 5);
}

TEST(Zip, AFailureOnTheRightSideNamesItsOperation) {
  const auto left = context().range(0, 2000, 1, 3);
  const auto right = left.map([](std::int64_t x) {
    if (x == 1999) throw std::runtime_error("the right one");
    return x;
  });
  try {
    left.zip(right).count();
    FAIL() << "nothing was thrown";
  } catch (const TaskError& error) {
    EXPECT_EQ(error.failure().operation, "map");
    EXPECT_EQ(error.failure().what, "the right one");
    EXPECT_EQ(error.failure().partition, 2u);
  }
  EXPECT_EQ(left.zip(left).count(), 2000);
}

TEST(Zip, PartitionsOfTwoThreeAndFour) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto a = context().parallelize(someNumbers(50), partitions);
    const auto b = context().parallelize(someStrings(2000), partitions);
    const auto c = context().parallelize(someReadings(3), partitions);
    const auto d = context().parallelize(std::vector<double>(70, 0.5), partitions);
    const auto numbers = slices(someNumbers(50), partitions);
    const auto strings = slices(someStrings(2000), partitions);
    const auto readings = slices(someReadings(3), partitions);
    const auto halves = slices(std::vector<double>(70, 0.5), partitions);
    Numbers two, three, four;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      two.push_back(0);
      for (const std::int64_t x : numbers[i]) two.back() += x;
      for (const auto& text : strings[i]) {
        two.back() = two.back() * 3 % 1000003 + static_cast<std::int64_t>(text.size());
      }
      three.push_back(two.back() + static_cast<std::int64_t>(readings[i].size()));
      four.push_back(three.back() + static_cast<std::int64_t>(halves[i].size()));
    }
    const auto mix = [](auto& left, auto& right) {
      std::int64_t result = 0;
      for (const std::int64_t x : left) result += x;
      for (const std::string& text : right) result = result * 3 % 1000003 + static_cast<std::int64_t>(text.size());
      return result;
    };
    const auto countAll = [](auto& range) {
      std::int64_t count = 0;
      for ([[maybe_unused]] const auto& element : range) ++count;
      return count;
    };
    EXPECT_EQ(a.zipPartitions(b, [mix](auto& x, auto& y) { return Numbers{mix(x, y)}; }).collect(), two);
    EXPECT_EQ(
        a.zipPartitions(b, c, [=](auto& x, auto& y, auto& z) { return Numbers{mix(x, y) + countAll(z)}; }).collect(),
        three);
    EXPECT_EQ(a.zipPartitions(
                   b, c, d,
                   [=](auto& x, auto& y, auto& z, auto& w) { return Numbers{mix(x, y) + countAll(z) + countAll(w)}; })
                  .collect(),
              four);
  }
}

TEST(Zip, PartitionsMayStayUnread) {
  const auto rdd = context().parallelize(someNumbers(5000), 3);
  EXPECT_EQ(rdd.zipPartitions(rdd, [](auto&, auto&) { return Numbers{4}; }).collect(), Numbers(3, 4));
  const auto firsts = rdd.zipPartitions(rdd, [](auto&, auto& right) { return Numbers{*right.begin()}; });
  EXPECT_EQ(firsts.first(), someNumbers(5000).front());
}

/// Checks `rdd.zipPartitions<V>(other, f)`, whose function emits.
template <class T>
void expectZipPartitionsEmits(const RDD<T>& rdd) {
  const auto f = [](auto& left, auto& right, auto& emit) {
    auto it = right.begin();
    for (const T& x : left) {
      emit(std::to_string(x * *it));
      ++it;
    }
  };
  const RDD<std::string> emitted = rdd.template zipPartitions<std::string>(rdd, f);
  EXPECT_EQ(emitted.take(2), (std::vector<std::string>{"25", "36"}));
}

TEST(Zip, WithIndexGivesThePlaceInTheWhole) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    EXPECT_EQ(sc.parallelize(elements, partitions).zipWithIndex().collect(), zipped(elements, upTo(elements.size())));
  });
  const auto parts = skewed(someStrings(3000));
  EXPECT_EQ(rddOf(parts).zipWithIndex().collect(), zipped(joined(parts), upTo(3000)));
}

TEST(Zip, WithIndexOfAnIndexedOne) {
  const auto odd = context().range(0, 4000, 1, 8).filter([](std::int64_t x) { return x % 2 == 1; });
  const auto twice = odd.zipWithIndex().filter([](const auto& pair) { return pair.second % 3 == 0; }).zipWithIndex();
  const auto all = twice.collect();
  ASSERT_EQ(all.size(), 667u);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i);
    ASSERT_EQ(all[i], std::pair(std::pair(6 * place + 1, 3 * place), place));
  }
}

TEST(Zip, WithIndexCountsOnceAndWithOnePartitionNever) {
  Context& sc = context();
  const auto calls = sc.accumulator(std::int64_t{0});
  const auto count = [calls](std::int64_t x) {
    calls.add(1);
    return x;
  };
  const auto one = sc.range(0, 100, 1, 1).map(count).zipWithIndex();
  EXPECT_EQ(one.count(), 100);
  EXPECT_EQ(calls.value(), 100);
  const auto many = sc.range(0, 100, 1, 3).map(count).zipWithIndex();
  EXPECT_EQ(calls.value(), 100) << "a transformation runs nothing";
  EXPECT_EQ(many.count(), 100);
  EXPECT_EQ(calls.value(), 200) << "how many elements a map makes is known";
  const auto some = sc.range(0, 100, 1, 3).map(count).filter([](std::int64_t) { return true; }).zipWithIndex();
  EXPECT_EQ(some.count(), 100);
  EXPECT_EQ(calls.value(), 366) << "all partitions but the last are counted";
  EXPECT_EQ(some.count(), 100);
  EXPECT_EQ(calls.value(), 466);
}

TEST(Zip, WithIndexComesThroughAFailedCount) {
  Context& sc = context();
  const auto broken = sc.range(0, 10, 1, 2).map([](std::int64_t x) {
    if (x == 7) throw std::runtime_error("seven");
    return x;
  });
  const auto indexed = broken.zipWithIndex();
  EXPECT_THROW(indexed.count(), TaskError);
  EXPECT_THROW(indexed.count(), TaskError);
  EXPECT_EQ(sc.range(0, 10, 1, 2).zipWithIndex().count(), 10);
}

TEST(Zip, WithUniqueIdNeedsNoCounting) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto parts = slices(someStrings(2000), partitions);
    std::vector<std::pair<std::string, std::int64_t>> expected;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      for (std::size_t i = 0; i < parts[p].size(); ++i) {
        expected.emplace_back(parts[p][i], static_cast<std::int64_t>(i) * partitions + static_cast<std::int64_t>(p));
      }
    }
    EXPECT_EQ(context().parallelize(someStrings(2000), partitions).zipWithUniqueId().collect(), expected);
  }
}

TEST(Zip, PartitionsMayEmit) {
  expectZipPartitionsEmits(context().range(5, 9, 1, 1));
}

}  // namespace
}  // namespace seltzer::test
