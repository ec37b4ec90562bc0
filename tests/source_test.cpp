#include <array>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();

/// The oracle of `range`, in arithmetic that cannot overflow.
std::vector<std::int64_t> rangeOf(std::int64_t start, std::int64_t end, std::int64_t step) {
  __extension__ using Wide = __int128;
  std::vector<std::int64_t> numbers;
  for (Wide i = start; step > 0 ? i < end : i > end; i += step) numbers.push_back(static_cast<std::int64_t>(i));
  return numbers;
}

TEST(Source, ParallelizeCutsIntoSlices) {
  forRandomNumbers([](Context& sc, const std::vector<std::int64_t>& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    EXPECT_EQ(rdd.getNumPartitions(), static_cast<std::size_t>(partitions));
    EXPECT_EQ(rdd.glom().collect(), slices(elements, partitions));
    EXPECT_EQ(rdd.collect(), elements);
  });
}

TEST(Source, ParallelizeTakesEveryKindOfRange) {
  Context& sc = context();
  const std::vector<std::int64_t> numbers = someNumbers(100);
  EXPECT_EQ(sc.parallelize(std::list<std::int64_t>(numbers.begin(), numbers.end()), 3).collect(), numbers);
  EXPECT_EQ(sc.parallelize(std::deque<std::int64_t>(numbers.begin(), numbers.end()), 3).collect(), numbers);
  EXPECT_EQ(sc.parallelize(std::span(numbers).subspan(7, 20), 3).collect(),
            std::vector<std::int64_t>(numbers.begin() + 7, numbers.begin() + 27));
  const std::set<std::int64_t> sorted(numbers.begin(), numbers.end());
  EXPECT_EQ(sc.parallelize(sorted, 8).collect(), std::vector<std::int64_t>(sorted.begin(), sorted.end()));
  const int array[] = {3, 1, 2};
  EXPECT_EQ(sc.parallelize(array, 2).collect(), (std::vector{3, 1, 2}));
}

#ifdef SELTZER_TEST_VIEWS
TEST(Source, ParallelizeTakesViews) {
  Context& sc = context();
  EXPECT_EQ(sc.parallelize(std::views::iota(5, 12), 3).collect(), (std::vector{5, 6, 7, 8, 9, 10, 11}));
  auto odd = std::views::iota(0, 10) | std::views::filter([](int i) { return i % 2 == 1; });
  EXPECT_EQ(sc.parallelize(odd, 2).glom().collect(), (std::vector<std::vector<int>>{{1, 3}, {5, 7, 9}}));
  auto squares = std::views::iota(0, 4) | std::views::transform([](int i) { return i * 0.5; });
  EXPECT_EQ(sc.parallelize(squares, 2).collect(), (std::vector{0.0, 0.5, 1.0, 1.5}));
  std::istringstream singlePass("4 8 15 16 23 42");
  EXPECT_EQ(sc.parallelize(std::views::istream<int>(singlePass), 4).glom().collect(),
            (std::vector<std::vector<int>>{{4}, {8, 15}, {16}, {23, 42}}));
}
#endif

TEST(Source, ParallelizeTakesInitializerLists) {
  Context& sc = context();
  EXPECT_EQ(sc.parallelize({1, 2, 3, 4, 5}, 2).glom().collect(), (std::vector<std::vector<int>>{{1, 2}, {3, 4, 5}}));
  const RDD<std::string> words = sc.parallelize<std::string>({"a", "", "ccc"}, 2);
  EXPECT_EQ(words.collect(), (std::vector<std::string>{"a", "", "ccc"}));
}

TEST(Source, ParallelizeOwnsWhatViewsShow) {
  Context& sc = context();
  std::string text(100, 'x');
  const std::vector<std::string_view> views{std::string_view(text).substr(0, 3), std::string_view(text), {}};
  const RDD<std::string> strings = sc.parallelize(views, 2);
  const RDD<std::string> listed = sc.parallelize({std::string_view(text), std::string_view("short")}, 2);
  const std::string before = text;
  text.assign(100, 'y');
  EXPECT_EQ(strings.collect(), (std::vector<std::string>{"xxx", before, ""}));
  EXPECT_EQ(listed.collect(), (std::vector<std::string>{before, "short"}));
}

TEST(Source, ParallelizeTakesBools) {
  Context& sc = context();
  std::vector<bool> bits;
  for (int i = 0; i < 2000; ++i) bits.push_back(i % 3 == 0 || i % 7 == 2);
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_EQ(sc.parallelize(bits, partitions).collect(), bits);
    EXPECT_EQ(sc.parallelize(bits, partitions).glom().collect(), slices(bits, partitions));
  }
  EXPECT_EQ(sc.parallelize(std::array{true, false, true}, 2).collect(), (std::vector{true, false, true}));
  EXPECT_EQ(sc.parallelize({false, true}, 3).collect(), (std::vector{false, true}));
}

TEST(Source, ParallelizeCopiesWhenItIsCalled) {
  Context& sc = context();
  std::vector<std::string> strings = someStrings(300);
  const std::vector<std::string> before = strings;
  const auto copied = sc.parallelize(strings, 3);
  EXPECT_EQ(strings, before);
  strings.assign(300, "changed");
  EXPECT_EQ(copied.collect(), before);
  EXPECT_EQ(copied.collect(), before);

  std::vector<std::string> given = before;
  const auto moved = sc.parallelize(std::move(given), 3);
  EXPECT_EQ(moved.collect(), before);
#ifdef SELTZER_TEST_VIEWS
  given = before;
  const auto iterated = sc.parallelize(
      std::ranges::subrange(std::make_move_iterator(given.begin()), std::make_move_iterator(given.end())), 3);
  EXPECT_EQ(iterated.collect(), before);
#endif
}

TEST(Source, ParallelizeTakesUserTypes) {
  Context& sc = context();
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_EQ(sc.parallelize(someReadings(1500), partitions).collect(), someReadings(1500));
    EXPECT_EQ(sc.parallelize(someTickets(1500), partitions).collect(), someTickets(1500));
  }
  EXPECT_EQ(sc.parallelize(someReadings(10), 3).glom().collect(), slices(someReadings(10), 3));
}

TEST(Source, ParallelizeKeepsEveryBitOfADouble) {
  const std::vector<double> odd{0.1, -0.0, std::numeric_limits<double>::infinity(), -1e-320, 5e300};
  const auto collected = context().parallelize(odd, 2).collect();
  ASSERT_EQ(collected, odd);
  EXPECT_TRUE(std::signbit(collected[1]));
  EXPECT_TRUE(std::isnan(context().parallelize({std::nan("")}, 1).first()));
}

TEST(Source, ParallelizeScattersToARankOnlyItsOwnAndOnce) {
  Context& sc = context();
  const auto ranks = static_cast<std::size_t>(sc.ranks());
  const std::size_t bytesPerPartition = 80'000;  // more than what goes to all ranks
  const auto rdd = sc.parallelize(std::vector<std::int64_t>(10'000 * ranks, 7), sc.ranks());
  const auto atFirst = sc.traffic();
  EXPECT_EQ(rdd.count(), static_cast<std::int64_t>(10'000 * ranks));
  const auto afterOne = sc.traffic();
  EXPECT_EQ(rdd.count(), static_cast<std::int64_t>(10'000 * ranks));
  const auto afterTwo = sc.traffic();
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    const auto received = (afterOne[rank] - atFirst[rank]).exchange.bytesReceived;
    EXPECT_GE(received, rank == 0 ? 0 : bytesPerPartition);
    EXPECT_LT(received, rank == 0 ? 1 : bytesPerPartition + 200);
    EXPECT_EQ((afterTwo[rank] - afterOne[rank]).exchange.bytesReceived, 0u);
  }
}

TEST(Source, RangeStepsAsALoopDoes) {
  struct Bounds {
    std::int64_t start, end, step;
  };
  for (const auto& [start, end, step] : std::vector<Bounds>{{0, 10, 1},
                                                            {0, 10, 3},
                                                            {0, 9, 3},
                                                            {-7, 8, 5},
                                                            {10, 0, -1},
                                                            {10, -1, -4},
                                                            {5, 5, 1},
                                                            {5, 5, -1},
                                                            {5, 0, 1},
                                                            {0, 5, -1},
                                                            {0, 1, 100},
                                                            {0, 5000, 1},
                                                            {greatest - 5, greatest, 2},
                                                            {greatest - 3, greatest, greatest},
                                                            {least, least + 5, 2},
                                                            {least + 5, least, -2},
                                                            {least, greatest, greatest},
                                                            {least, greatest, std::int64_t{1} << 60},
                                                            {greatest, least, -(std::int64_t{1} << 60)},
                                                            {greatest, least, least},
                                                            {greatest, greatest - 1, least},
                                                            {0, least, least}}) {
    for (const std::int64_t partitions : partitionCounts) {
      SCOPED_TRACE(testing::Message() << start << ", " << end << ", " << step << " over " << partitions);
      const auto rdd = context().range(start, end, step, partitions);
      EXPECT_EQ(rdd.collect(), rangeOf(start, end, step));
      EXPECT_EQ(rdd.glom().collect(), slices(rangeOf(start, end, step), partitions));
    }
  }
}

TEST(Source, RangeOverAllOfInt64) {
  const auto up = context().range(least, greatest, 1, 3);
  EXPECT_EQ(up.take(3), (std::vector{least, least + 1, least + 2}));
  const auto down = context().range(greatest, least, -1, 3);
  EXPECT_EQ(down.take(2), (std::vector{greatest, greatest - 1}));
  const auto firsts = context().runJob(up, [](std::size_t, auto& elements) { return *elements.begin(); });
  EXPECT_EQ(firsts, (std::vector<std::int64_t>{least, -3074457345618258603, 3074457345618258602}));
}

TEST(Source, RangeOfCountsFromZero) {
  Context& sc = context();
  EXPECT_EQ(sc.range(7).collect(), rangeOf(0, 7, 1));
  EXPECT_EQ(sc.range(7).getNumPartitions(), sc.defaultParallelism());
  EXPECT_EQ(sc.defaultParallelism(), static_cast<std::size_t>(sc.ranks()));
  EXPECT_TRUE(sc.range(0).collect().empty());
  EXPECT_TRUE(sc.range(-3).collect().empty());
}

TEST(Source, RangeSendsNoData) {
  Context& sc = context();
  const auto rdd = sc.range(0, 1'000'000, 1, 8);
  const auto before = sc.traffic();
  EXPECT_EQ(rdd.count(), 1'000'000);
  const auto after = sc.traffic();
  for (std::size_t rank = 0; rank < before.size(); ++rank) {
    EXPECT_EQ((after[rank] - before[rank]).exchange.bytesSent, 0u);
    EXPECT_LT((after[rank] - before[rank]).total().bytesSent, 2000u);
  }
}

TEST(Source, GenerateCallsTheFunctionWithEachIndex) {
  forRandomNumbers([](Context& sc, const std::vector<std::int64_t>& elements, std::int64_t partitions) {
    const auto n = static_cast<std::int64_t>(elements.size());
    std::vector<std::int64_t> cubes;
    for (std::int64_t i = 0; i < n; ++i) cubes.push_back(i * i * i - 5);
    const auto rdd = sc.generate(
        n, [shift = 5](std::int64_t i) { return i * i * i - shift; }, partitions);
    EXPECT_EQ(rdd.glom().collect(), slices(cubes, partitions));
  });
  const auto strings = context().generate(
      1100, [](std::int64_t i) { return std::string(i % 50, 'a'); }, 3);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 1100; ++i) expected.emplace_back(i % 50, 'a');
  EXPECT_EQ(strings.collect(), expected);
}

TEST(Source, EmptyRDDHasNoPartitions) {
  const auto none = context().emptyRDD<std::int64_t>();
  EXPECT_EQ(none.getNumPartitions(), 0u);
  EXPECT_TRUE(none.collect().empty());
  EXPECT_EQ(none.count(), 0);
  EXPECT_EQ(none.sum(), 0);
  EXPECT_TRUE(none.isEmpty());
  EXPECT_TRUE(none.take(5).empty());
  EXPECT_TRUE(none.glom().collect().empty());
  EXPECT_TRUE(none.map([](std::int64_t i) { return i; }).zipWithIndex().collect().empty());
  EXPECT_THROW(none.first(), EmptyRDDError);
}

TEST(Source, UnionOfSeveralPutsPartitionsSideBySide) {
  Context& sc = context();
  for (const std::int64_t partitions : partitionCounts) {
    const std::vector<RDD<std::int64_t>> parts{sc.parallelize(someNumbers(10), partitions), sc.emptyRDD<std::int64_t>(),
                                               sc.range(0, 5, 1, 2), sc.parallelize(std::vector<std::int64_t>{}, 2),
                                               sc.range(100, 103, 1, 3)};
    auto expected = slices(someNumbers(10), partitions);
    for (const auto& part :
         {slices(rangeOf(0, 5, 1), 2), slices(std::vector<std::int64_t>{}, 2), slices(rangeOf(100, 103, 1), 3)}) {
      expected.insert(expected.end(), part.begin(), part.end());
    }
    const auto all = sc.union_(parts);
    EXPECT_EQ(all.getNumPartitions(), static_cast<std::size_t>(partitions + 7));
    EXPECT_EQ(all.glom().collect(), expected);
  }
  EXPECT_EQ(sc.union_(std::vector<RDD<int>>{}).getNumPartitions(), 0u);
  EXPECT_EQ(sc.union_(std::vector<RDD<int>>{}).count(), 0);
}

TEST(Source, BadArgumentsThrowWithTheCallSite) {
  Context& sc = context();
  const std::vector<int> three{1, 2, 3};
  for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}, least}) {
    EXPECT_THROW(sc.parallelize(three, bad), std::invalid_argument);
    EXPECT_THROW(sc.parallelize({1, 2, 3}, bad), std::invalid_argument);
    EXPECT_THROW(sc.range(0, 5, 1, bad), std::invalid_argument);
    EXPECT_THROW(sc.generate(
                     5, [](std::int64_t i) { return i; }, bad),
                 std::invalid_argument);
  }
  EXPECT_THROW(sc.range(0, 5, 0), std::invalid_argument);
  EXPECT_THROW(sc.generate(-1, [](std::int64_t i) { return i; }), std::invalid_argument);
  const auto message = messageOf<std::invalid_argument>([&] { sc.range(0, 5, 0); });
  EXPECT_NE(message.find("range at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

}  // namespace
}  // namespace seltzer::test
