#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Results depend on the partitions alone: each is compared bitwise with the same steps applied to the partitions in
// order.

namespace seltzer::test {
namespace {

using Doubles = std::vector<double>;

constexpr std::int64_t counts[] = {1, 2, 7, 16, 100};

/// Numbers of very different magnitudes, whose sum depends on the order.
Doubles numbers() {
  Doubles mixed;
  for (const std::int64_t x : someNumbers(4000)) mixed.push_back(static_cast<double>(x) / 3 * std::pow(10, x % 17));
  return mixed;
}

template <class Body>
void forCounts(Body body) {
  for (const std::int64_t partitions : counts) {
    SCOPED_TRACE(testing::Message() << partitions << " partitions");
    body(context().parallelize(numbers(), partitions), slices(numbers(), partitions));
  }
}

double leftToRight(const Doubles& part) {
  double sum = part.front();
  for (std::size_t i = 1; i < part.size(); ++i) sum += part[i];
  return sum;
}

/// Combines neighbours in groups of `scale` while there are more states than `scale` + groups, then the rest in order.
template <class T, class F>
T inTree(std::vector<T> states, int depth, F combine) {
  const double root = std::pow(static_cast<double>(states.size()), 1.0 / depth);
  const std::size_t scale = std::max<std::size_t>(2, static_cast<std::size_t>(std::ceil(root)));
  const auto combined = [&](std::size_t begin, std::size_t end) {
    T result = states[begin];
    for (std::size_t i = begin + 1; i < end; ++i) result = combine(result, states[i]);
    return result;
  };
  while (states.size() > scale + (states.size() + scale - 1) / scale) {
    std::vector<T> groups;
    for (std::size_t i = 0; i < states.size(); i += scale) {
      groups.push_back(combined(i, std::min(i + scale, states.size())));
    }
    states = std::move(groups);
  }
  return combined(0, states.size());
}

TEST(Determinism, SumsAreMergedInPartitionOrder) {
  forCounts([](const RDD<double>& rdd, const std::vector<Doubles>& parts) {
    double sum = 0;
    for (const Doubles& part : parts) sum += 0.0 + leftToRight(part);
    EXPECT_EQ(rdd.sum(), sum);
    Doubles sums;
    for (const Doubles& part : parts) sums.push_back(leftToRight(part));
    EXPECT_EQ(rdd.reduce(std::plus<>()), leftToRight(sums));
    EXPECT_EQ(rdd.coalesce(1).reduce(std::plus<>()), leftToRight(numbers()));
  });
  EXPECT_NE(leftToRight(numbers()), context().parallelize(numbers(), 16).sum())
      << "the input does not tell orders apart";
}

TEST(Determinism, MomentsAreMergedInPartitionOrder) {
  forCounts([](const RDD<double>& rdd, const std::vector<Doubles>& parts) {
    StatCounter all;
    for (const Doubles& part : parts) {
      StatCounter counter;
      for (const double x : part) counter.add(x);
      all.merge(counter);
    }
    EXPECT_EQ(rdd.mean(), all.mean());
    EXPECT_EQ(rdd.variance(), all.variance());
    EXPECT_EQ(rdd.sampleStdev(), all.sampleStdev());
  });
}

TEST(Determinism, TreesHaveAShapeThatPartitionsGive) {
  forCounts([](const RDD<double>& rdd, const std::vector<Doubles>& parts) {
    Doubles sums;
    for (const Doubles& part : parts) sums.push_back(leftToRight(part));
    for (const int depth : {1, 2, 3, 4}) {
      EXPECT_EQ(rdd.treeReduce(std::plus<>(), depth), inTree(sums, depth, std::plus<>())) << depth;
    }
  });
}

TEST(Determinism, SamplesAreDrawnBySeedPartitionAndPosition) {
  forCounts([](const RDD<double>& rdd, const std::vector<Doubles>& parts) {
    Doubles bernoulli, poisson;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      for (std::size_t i = 0; i < parts[p].size(); ++i) {
        if (detail::uniformAt(42, p, i) < 0.25) bernoulli.push_back(parts[p][i]);
        poisson.insert(poisson.end(), detail::poissonAt(0.75, 42, p, i), parts[p][i]);
      }
    }
    EXPECT_EQ(rdd.sample(false, 0.25, 42).collect(), bernoulli);
    EXPECT_EQ(rdd.sample(true, 0.75, 42).collect(), poisson);
  });
}

TEST(Determinism, TakenSamplesHaveTheLeastDraws) {
  forCounts([](const RDD<double>& rdd, const std::vector<Doubles>& parts) {
    std::vector<std::tuple<std::uint64_t, std::size_t, std::size_t>> draws;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      for (std::size_t i = 0; i < parts[p].size(); ++i) draws.emplace_back(detail::bitsAt(9, p, i), p, i);
    }
    std::ranges::sort(draws);
    Doubles expected;
    for (std::size_t i = 0; i < 100; ++i) expected.push_back(parts[std::get<1>(draws[i])][std::get<2>(draws[i])]);
    EXPECT_EQ(rdd.takeSample(false, 100, 9), expected);
    EXPECT_EQ(rdd.takeSample(true, 100, 9), rdd.takeSample(true, 100, 9));
  });
}

TEST(Determinism, AccumulatedFloatsAreMergedInPartitionOrder) {
  forCounts([](const RDD<double>& rdd, const std::vector<Doubles>& parts) {
    const auto sum = context().accumulator(0.5);
    rdd.foreach ([sum](double x) { sum.add(x); });
    double expected = 0.5;
    for (const Doubles& part : parts) expected += leftToRight(part);
    EXPECT_EQ(sum.value(), expected);
  });
}

TEST(Determinism, TheFirstFailingPartitionIsReported) {
  for (const std::int64_t partitions : counts) {
    const auto rdd = context().range(0, 200, 1, partitions).map([](std::int64_t x) {
      if (x >= 120) throw std::runtime_error("element " + std::to_string(x));
      return x;
    });
    try {
      rdd.count();
      FAIL() << "nothing was thrown";
    } catch (const TaskError& error) {
      std::size_t first = 0;
      while (static_cast<std::int64_t>(first + 1) < partitions &&
             static_cast<std::int64_t>(first + 1) * 200 / partitions <= 120) {
        ++first;
      }
      EXPECT_EQ(error.failure().partition, first);
      EXPECT_EQ(error.failure().what, "element 120");
      EXPECT_EQ(error.failure().attempts, context().config().maxTaskFailures);
    }
  }
}

}  // namespace
}  // namespace seltzer::test
