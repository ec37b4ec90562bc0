#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(Accumulator, CountsEachElementOnce) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto sum = sc.accumulator(std::int64_t{100});
    const auto count = sc.accumulator(0);
    sc.parallelize(elements, partitions).foreach ([sum, count](std::int64_t x) {
      sum += x;
      count += 1;
    });
    EXPECT_EQ(sum.value(), std::accumulate(elements.begin(), elements.end(), std::int64_t{100}));
    EXPECT_EQ(count.value(), static_cast<int>(elements.size()));
  });
}

TEST(Accumulator, MergesInPartitionOrder) {
  const auto strings = someStrings(2000);
  std::string expected = "begin:";
  for (const auto& text : strings) expected += text;
  for (const std::int64_t partitions : partitionCounts) {
    const auto text = context().accumulator(std::string("begin:"));
    context().parallelize(strings, partitions).foreach ([text](const std::string& part) { text.add(part); });
    EXPECT_EQ(text.value(), expected);
    const auto skew = context().accumulator(std::string("begin:"));
    rddOf(skewed(strings)).foreach ([skew](const std::string& part) { skew.add(part); });
    EXPECT_EQ(skew.value(), expected);
  }
}

TEST(Accumulator, OrderOfTheJobsPartitionsCounts) {
  Context& sc = context();
  const auto seen = sc.accumulator(std::string());
  const auto note = [seen](std::size_t index, auto&) { seen.add(std::to_string(index)); };
  sc.runJob(sc.range(0, 8, 1, 8), note, {6, 1, 4});
  EXPECT_EQ(seen.value(), "614");
}

TEST(Accumulator, CollectsElements) {
  const auto all = context().collectionAccumulator<std::string>();
  context().parallelize(someStrings(500), 3).foreach ([all](const std::string& text) { all.add({text}); });
  EXPECT_EQ(all.value(), someStrings(500));
}

TEST(Accumulator, NaNIsTheGreatestInMaxAndMin) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::int64_t partitions : {1, 2, 3, 8}) {
    const auto greatest = context().accumulator(-1.0, "", Max());
    const auto least = context().accumulator(100.0, "", Min());
    context().parallelize({nan, 9.0, 3.0, 4.0}, partitions).foreach ([greatest, least](double x) {
      greatest.add(x);
      least.add(x);
    });
    EXPECT_TRUE(std::isnan(greatest.value())) << greatest.value();
    EXPECT_EQ(least.value(), 3);
  }
}

TEST(Accumulator, MaxMinAndMergesOfOnesOwn) {
  Context& sc = context();
  const auto elements = someNumbers(2000);
  const auto greatest = sc.accumulator(std::numeric_limits<std::int64_t>::min(), "", Max());
  const auto least = sc.accumulator(std::numeric_limits<std::int64_t>::max(), "", Min());
  const auto product =
      sc.accumulator(std::int64_t{1}, "", [](std::int64_t a, std::int64_t b) { return a * b % 1000003; });
  const auto merged = sc.accumulator(Reading(), "", [](Reading& into, const Reading& from) {
    into.station += from.station;
    into.value += from.value;
  });
  std::int64_t modulus = 97;
  const auto captured =
      sc.accumulator(std::int64_t{0}, "", [modulus](std::int64_t a, std::int64_t b) { return (a + b) % modulus; });
  sc.parallelize(elements, 8).foreach ([=](std::int64_t x) {
    greatest.add(x);
    least.add(x);
    product.add(std::abs(x) % 1000 + 1);
    merged.add({std::to_string(x % 10), 0.5, {}});
    captured.add(std::abs(x) % 50);
  });
  EXPECT_EQ(greatest.value(), std::ranges::max(elements));
  EXPECT_EQ(least.value(), std::ranges::min(elements));
  std::int64_t expected = 1;
  std::int64_t rest = 0;
  std::string digits;
  for (const std::int64_t x : elements) {
    expected = expected * (std::abs(x) % 1000 + 1) % 1000003;
    rest = (rest + std::abs(x) % 50) % modulus;
    digits += std::to_string(x % 10);
  }
  EXPECT_EQ(product.value(), expected);
  EXPECT_EQ(captured.value(), rest);
  EXPECT_EQ(merged.value().station, digits);
  EXPECT_EQ(merged.value().value, 1000);
}

TEST(Accumulator, RetriedTasksCountOnce) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{0});
  const auto attempts = sc.accumulator(std::string());
  sc.range(0, 80, 1, 8).foreach ([count, attempts](std::int64_t x) {
    const TaskContext& task = *TaskContext::current();
    count.add(1);
    if (x % 10 == 0) attempts.add(std::to_string(task.attempt()));
    if (x % 10 == 9 && task.attempt() < task.partition() % 4) throw std::runtime_error("again");
  });
  EXPECT_EQ(count.value(), 80);
  EXPECT_EQ(attempts.value(), "01230123");
}

TEST(Accumulator, FailedJobsAddNothing) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{5});
  const auto rdd = sc.range(0, 80, 1, 8);
  const auto failing = [count](std::int64_t x) {
    count.add(1);
    if (x == 79) throw std::runtime_error("for good");
  };
  EXPECT_THROW(rdd.foreach (failing), TaskError);
  EXPECT_EQ(count.value(), 5);
  rdd.foreach ([count](std::int64_t) { count.add(1); });
  EXPECT_EQ(count.value(), 85) << "nothing of the failed job is left on any rank";
}

/// Adds numbers; throws on 57.
struct Picky {
  void operator()(std::int64_t& into, std::int64_t from) const {
    if (from == 57) throw std::runtime_error("not 57");
    into += from;
  }
};

/// A number whose deserialization throws if it is 57.
struct Unreadable {
  std::int64_t number = 0;
  Unreadable& operator+=(const Unreadable& other) {
    number += other.number;
    return *this;
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& number;
    if (Archive::is_loading::value && number == 57) throw 42;
  }
};

TEST(Accumulator, AMergeThatThrowsOnTheDriverAddsNothing) {
  Context& sc = context();
  const auto sum = sc.accumulator(std::int64_t{5}, {}, Picky());
  const auto calls = sc.accumulator(std::int64_t{0});
  const auto all = sc.collectionAccumulator<std::int64_t>();
  const auto adding = [=](std::int64_t x) {
    sum.add(x);
    calls.add(1);
    all.add({x});
  };
  for (const std::int64_t partitions : {3, 8}) {
    // each partition adds one number, so that only the driver merges
    try {
      sc.range(50, 58, 1, 8).coalesce(8).foreach (adding);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const TaskError& error) {
      EXPECT_EQ(error.failure().operation, "foreach");
      EXPECT_EQ(error.failure().what, "not 57");
      EXPECT_EQ(error.failure().rank, 0);
    }
    EXPECT_EQ(sum.value(), 5);
    EXPECT_EQ(calls.value(), 0);
    EXPECT_TRUE(all.value().empty());
    EXPECT_EQ(sc.range(0, 10, 1, partitions).count(), 10);
  }
  sc.range(0, 4, 1, 4).foreach (adding);
  EXPECT_EQ(sum.value(), 11);
  EXPECT_EQ(calls.value(), 4);
  EXPECT_EQ(all.value(), (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST(Accumulator, AValueThatCannotBeReadOnTheDriverAddsNothing) {
  Context& sc = context();
  const auto sum = sc.accumulator(Unreadable{1});
  const auto rdd = sc.range(50, 58, 1, 8);
  EXPECT_THROW(rdd.foreach ([sum](std::int64_t x) { sum.add(Unreadable{x}); }), TaskError);
  EXPECT_EQ(sum.value().number, 1);
  sc.range(0, 4, 1, 3).foreach ([sum](std::int64_t x) { sum.add(Unreadable{x}); });
  EXPECT_EQ(sum.value().number, 7);
}

TEST(Accumulator, AJobThatFailsWhileTheDriverMergesAddsNothing) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{0});
  const auto merging = [](std::int64_t a, std::int64_t b) {
    if (b > 6) throw std::runtime_error("too much");
    return a + b;
  };
  const auto counted = sc.range(0, 8, 1, 8).map([count](std::int64_t x) {
    count.add(1);
    return x;
  });
  EXPECT_THROW(counted.reduce(merging), TaskError);
  EXPECT_EQ(count.value(), 0);
  EXPECT_EQ(counted.reduce(std::plus<>()), 28);
  EXPECT_EQ(count.value(), 8);
}

TEST(Accumulator, WhatATreesCombinationsAddCountsOnEveryRank) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{0});
  const auto adding = [count](std::int64_t a, std::int64_t b) {
    count.add(1);
    return a + b;
  };
  EXPECT_EQ(sc.range(0, 64, 1, 64).treeReduce(adding, 3), 2016);
  EXPECT_EQ(count.value(), 63) << "a partition has one element, so every addition is a combination";
}

/// The key function runs in the map tasks, and to choose the splitters, how often depends on the ranks.
TEST(Accumulator, InASortCountsWhatItsTasksComputeAndNothingElse) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{0});
  const auto keyOf = [count](std::int64_t x) {
    count.add(1);
    return std::to_string(x * 7919 % 1000);
  };
  EXPECT_EQ(sc.range(0, 1000, 1, 6).sortBy(keyOf).first(), 0);
  const std::int64_t once = count.value();
  EXPECT_GE(once, 1000);
  EXPECT_EQ(sc.range(0, 1000, 1, 6).sortBy(keyOf).first(), 0);
  EXPECT_EQ(count.value(), 2 * once);
  EXPECT_THROW(sc.range(0, 1000, 1, 6)
                   .sortBy([count](std::int64_t x) {
                     count.add(1);
                     if (x == 999) throw std::runtime_error("no key");
                     return x;
                   })
                   .count(),
               TaskError);
  EXPECT_EQ(count.value(), 2 * once) << "a failed job adds nothing";
}

TEST(Accumulator, InTransformationsCountsWhatIsComputed) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{0});
  const auto rdd = sc.range(0, 3000, 1, 8).filter([count](std::int64_t) {
    count.add(1);
    return true;
  });
  EXPECT_EQ(rdd.count(), 3000);
  EXPECT_EQ(rdd.count(), 3000);
  EXPECT_EQ(count.value(), 6000);
}

TEST(Accumulator, WorksInEveryAction) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{0});
  const auto note = [count](std::int64_t a, std::int64_t b) {
    count.add(1);
    return a + b;
  };
  const auto rdd = sc.range(0, 1000, 1, 100);
  for (const int depth : {1, 2, 3}) {
    const auto before = count.value();
    EXPECT_EQ(rdd.treeAggregate(std::int64_t{0}, note, std::plus<>(), depth), 499'500);
    EXPECT_EQ(count.value() - before, 1000) << depth;
  }
  const auto before = count.value();
  EXPECT_EQ(rdd.aggregate(std::int64_t{0}, note, std::plus<>()), 499'500);
  rdd.foreachPartition([count](auto&) { count.add(1); });
  EXPECT_EQ(rdd.map([count](std::int64_t x) {
                 count.add(1);
                 return x;
               })
                .max(),
            999);
  EXPECT_EQ(count.value() - before, 2100);
}

TEST(Accumulator, TheDriverAddsAndReadsTasksOnlyAdd) {
  Context& sc = context();
  const auto count = sc.accumulator(std::int64_t{1});
  count.add(2);
  count += 3;
  EXPECT_EQ(count.value(), 6);
  const auto copy = count;
  copy.add(4);
  EXPECT_EQ(count.value(), 10);
  const auto rdd = sc.range(0, 4, 1, 3);
  EXPECT_THROW(rdd.foreach ([count](std::int64_t) { static_cast<void>(count.value()); }), NestedJobError);
  EXPECT_THROW(rdd.foreach ([](std::int64_t) { Context::current()->accumulator(0); }), NestedJobError);
  EXPECT_EQ(count.value(), 10);
}

TEST(Accumulator, NamedOnesShowInTheStatistics) {
  Context& sc = context();
  const auto named = sc.accumulator(std::int64_t{0}, "elements seen");
  sc.range(0, 12, 1, 3).foreach ([named](std::int64_t) { named.add(1); });
  const auto shown = sc.stats().accumulators;
  EXPECT_NE(std::ranges::find(shown, std::pair(std::string("elements seen"), std::string("12"))), shown.end());
}

TEST(Accumulator, HasAName) {
  Context& sc = context();
  const auto named = sc.accumulator(std::int64_t{0}, "rows, bad");
  EXPECT_EQ(named.name(), "rows, bad");
  EXPECT_EQ(sc.accumulator(0).name(), "");
  const auto names = sc.range(0, 3, 1, 3).map([named](std::int64_t) { return named.name(); }).collect();
  EXPECT_EQ(names, std::vector<std::string>(3, "rows, bad"));
  const auto rdd = sc.range(0, 4, 1, 3);
  const auto error = [&rdd](auto use) { return messageOf<NestedJobError>([&] { rdd.foreach (use); }); };
  const auto expectName = [](const std::string& message, const std::string& method) {
    EXPECT_NE(message.find("Accumulator::" + method + " of \"rows, bad\": only the driver"), std::string::npos)
        << message;
  };
  expectName(error([named](std::int64_t) { static_cast<void>(named.value()); }), "value");
  expectName(error([named](std::int64_t) { static_cast<void>(named.isZero()); }), "isZero");
  expectName(error([named](std::int64_t x) { named.setValue(x); }), "setValue");
  expectName(error([named](std::int64_t) { named.reset(); }), "reset");
  EXPECT_EQ(named.value(), 0);
}

TEST(Accumulator, IsResetToItsZero) {
  Context& sc = context();
  for (const std::int64_t partitions : partitionCounts) {
    const auto sum = sc.accumulator(std::int64_t{100});
    const auto text = sc.accumulator(std::string("begin:"));
    const auto list = sc.collectionAccumulator<std::int64_t>();
    const auto longer = sc.accumulator(Numbers{7}, {}, Append());
    const auto add = [=](std::int64_t x) {
      sum.add(x);
      text.add(std::to_string(x));
      list.add({x});
      longer.add({x});
    };
    for (int round = 0; round < 2; ++round) {
      EXPECT_TRUE(sum.isZero() && text.isZero() && list.isZero() && longer.isZero());
      sc.range(1, 5, 1, partitions).foreach (add);
      EXPECT_FALSE(sum.isZero() || text.isZero() || list.isZero() || longer.isZero());
      EXPECT_EQ(sum.value(), 110);
      EXPECT_EQ(text.value(), "begin:1234");
      EXPECT_EQ(list.value(), (Numbers{1, 2, 3, 4}));
      EXPECT_EQ(longer.value(), (Numbers{7, 1, 2, 3, 4}));
      sum.reset();
      text.reset();
      list.reset();
      longer.reset();
      EXPECT_EQ(sum.value(), 100);
      EXPECT_EQ(text.value(), "begin:");
      EXPECT_TRUE(list.value().empty());
      EXPECT_EQ(longer.value(), Numbers{7});
    }
    sum.setValue(5);
    EXPECT_FALSE(sum.isZero());
    sc.range(1, 5, 1, partitions).foreach ([sum](std::int64_t x) { sum.add(x); });
    EXPECT_EQ(sum.value(), 15);
    sum.add(1);
    EXPECT_EQ(sum.value(), 16);
    sum.reset();
    EXPECT_TRUE(sum.isZero());
    sum.add(3);
    sum.setValue(100);
    EXPECT_TRUE(sum.isZero()) << "as much as at first";
    EXPECT_THROW(sc.range(3).foreach ([sum](std::int64_t) {
      sum.add(1);
      throw std::runtime_error("for good");
    }),
                 TaskError);
    EXPECT_TRUE(sum.isZero()) << "a failed job adds nothing";
  }
}

}  // namespace
}  // namespace seltzer::test
