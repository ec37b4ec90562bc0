#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/errors.hpp>
#include <seltzer/task_context.hpp>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(NumberAccumulator, HasCountSumAndMean) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto longs = sc.longAccumulator("longs");
    const auto doubles = sc.doubleAccumulator();
    EXPECT_TRUE(longs.isZero() && doubles.isZero());
    EXPECT_TRUE(std::isnan(longs.avg()) && std::isnan(doubles.avg()));
    sc.parallelize(elements, partitions).foreach ([longs, doubles](std::int64_t x) {
      longs.add(x % 1'000'000);
      doubles += static_cast<double>(x % 1'000'000) / 3;
    });
    std::int64_t sum = 0;
    double exact = 0;
    for (const std::int64_t x : elements) sum += x % 1'000'000;
    for (const auto& part : slices(elements, partitions)) {
      double ofPart = 0;
      for (const std::int64_t x : part) ofPart += static_cast<double>(x % 1'000'000) / 3;
      exact += ofPart;
    }
    const auto count = static_cast<std::int64_t>(elements.size());
    EXPECT_EQ(longs.count(), count);
    EXPECT_EQ(longs.sum(), sum);
    EXPECT_EQ(longs.value(), sum);
    EXPECT_EQ(doubles.count(), count);
    EXPECT_EQ(doubles.sum(), exact) << "the same bits on any number of ranks";
    EXPECT_EQ(doubles.value(), exact);
    if (count > 0) {
      EXPECT_EQ(longs.avg(), static_cast<double>(sum) / static_cast<double>(count));
      EXPECT_EQ(doubles.avg(), exact / static_cast<double>(count));
    }
    longs.setValue(7);
    EXPECT_EQ(longs.sum(), 7);
    EXPECT_EQ(longs.count(), count);
    longs.reset();
    doubles.reset();
    EXPECT_TRUE(longs.isZero() && doubles.isZero());
    longs.add(0);
    EXPECT_FALSE(longs.isZero()) << "a number was added";
    EXPECT_EQ(longs.avg(), 0);
    EXPECT_EQ(longs.name(), "longs");
    EXPECT_EQ(doubles.name(), "");
  });
}

TEST(NumberAccumulator, AddsIntegersExactly) {
  Context& sc = context();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t partitions : partitionCounts) {
    const auto sum = sc.longAccumulator("large");
    sc.parallelize(Numbers{most, most, 5, -most, -most}, partitions).foreach ([sum](std::int64_t x) { sum.add(x); });
    EXPECT_EQ(sum.sum(), 5);
    sum.add(most);
    EXPECT_THROW(static_cast<void>(sum.sum()), std::overflow_error);
    EXPECT_THROW(static_cast<void>(sum.avg()), std::overflow_error);
    sum.add(-5);
    EXPECT_EQ(sum.sum(), most);
    const auto shown = sc.stats().accumulators;
    EXPECT_NE(std::ranges::find(shown, std::pair(std::string("large"), std::to_string(most))), shown.end());
  }
}

TEST(NumberAccumulator, CountsRetriedTasksAndStagesOnce) {
  Context& sc = context();
  for (const std::int64_t partitions : partitionCounts) {
    const auto count = sc.longAccumulator();
    const auto counted = sc.range(0, 80, 1, partitions).map([count](std::int64_t x) {
      count.add(x);
      const TaskContext& task = TaskContext::get();
      if (x % 10 == 9 && task.attemptNumber() < task.partitionId() % 4) throw std::runtime_error("again");
      return std::pair(x % 7, x);
    });
    EXPECT_EQ(counted.reduceByKey(std::plus<>(), 3).count(), 7);
    EXPECT_EQ(count.count(), 80);
    EXPECT_EQ(count.sum(), 3160);
    const auto misuse = [count](std::int64_t) { static_cast<void>(count.avg()); };
    EXPECT_THROW(sc.range(3).foreach (misuse), NestedJobError);
  }
}

}  // namespace
}  // namespace seltzer::test
