#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "scratch_folder.hpp"

// Functions are called only on elements that are needed, as often as in Spark.

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Pair = std::pair<std::int64_t, std::int64_t>;
using Counter = Accumulator<std::int64_t>;

constexpr std::int64_t many = 100'000;

Counter counter() {
  return context().accumulator(std::int64_t{0});
}

/// By how much `run()` raises `count`.
template <class Run>
std::int64_t counted(const Counter& count, Run run) {
  const std::int64_t before = count.value();
  run();
  return count.value() - before;
}

/// 0, 1, 2, ... in one partition, each counted when it is computed.
auto numbers(const Counter& count) {
  return context().range(0, many, 1, 1).map([count](std::int64_t x) {
    count.add(1);
    return x;
  });
}

/// As above; computing an element from `limit` on throws.
auto numbersBelow(std::int64_t limit) {
  return context().range(0, many, 1, 1).map([limit](std::int64_t x) {
    if (x >= limit) throw std::runtime_error("nobody needs this element");
    return x;
  });
}

/// As above, as strings.
auto textsBelow(std::int64_t limit) {
  return numbersBelow(limit).map([](std::int64_t x) { return std::to_string(x); });
}

TEST(Demand, TakeCallsAFunctionOnWhatItTakes) {
  const Counter calls = counter();
  const auto rdd = numbers(calls);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(3), (Numbers{0, 1, 2})); }), 3);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.first(), 0); }), 1);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(0), Numbers()); }), 0);
  for (const std::int64_t n : {1023, 1024, 1025, 5000}) {
    EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(n).size(), static_cast<std::size_t>(n)); }), n);
  }
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(2 * many).size(), static_cast<std::size_t>(many)); }), many);
}

TEST(Demand, AnErrorBehindTheLastElementFailsNothing) {
  EXPECT_EQ(numbersBelow(3).take(3), (Numbers{0, 1, 2}));
  EXPECT_THROW(numbersBelow(3).take(4), TaskError);
  EXPECT_EQ(numbersBelow(1).first(), 0);
  EXPECT_EQ(textsBelow(2).take(2), (std::vector<std::string>{"0", "1"}));
  EXPECT_FALSE(numbersBelow(1).filter([](std::int64_t) { return true; }).isEmpty());
}

TEST(Demand, GeneratedElementsToo) {
  const Counter calls = counter();
  const auto rdd = context().generate(
      many,
      [calls](std::int64_t i) {
        calls.add(1);
        return i * i;
      },
      1);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(3), (Numbers{0, 1, 4})); }), 3);
  EXPECT_EQ(counted(calls, [&] { EXPECT_FALSE(rdd.isEmpty()); }), 0);
}

TEST(Demand, FilterStopsAtTheLastThatPasses) {
  const Counter calls = counter();
  const auto even = [calls](std::int64_t x) {
    calls.add(1);
    return x % 2 == 0;
  };
  const auto rdd = context().range(0, many, 1, 1).filter(even);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(3), (Numbers{0, 2, 4})); }), 5);
  EXPECT_EQ(counted(calls, [&] { EXPECT_FALSE(rdd.isEmpty()); }), 1);
  const auto chain = numbersBelow(4001).filter(even).filter([](std::int64_t x) { return x % 1000 == 0; });
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(chain.take(5), (Numbers{0, 1000, 2000, 3000, 4000})); }), 4001);
  EXPECT_EQ(numbersBelow(many).filter([](std::int64_t x) { return x < 0; }).take(3), Numbers());
}

TEST(Demand, FlatMapTakesOneElementAtATime) {
  const Counter made = counter();
  const Counter calls = counter();
  const auto twice = numbers(made).flatMap([calls](std::int64_t x) {
    calls.add(1);
    return Numbers{x, x};
  });
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(twice.take(3), (Numbers{0, 0, 1})); }), 2);
  EXPECT_EQ(calls.value(), 2);
  const Counter emitted = counter();
  const auto emits = numbers(made).flatMap<std::int64_t>([emitted](std::int64_t x, Emit<std::int64_t>& emit) {
    for (int i = 0; i < 10; ++i) {
      emitted.add(1);
      if (!emit(x)) return;
    }
  });
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(emits.take(12).size(), 12u); }), 2);
  EXPECT_EQ(emitted.value(), 12);
  const auto odd = numbers(made).collect([](std::int64_t x) { return x % 2 == 1 ? std::optional(x) : std::nullopt; });
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(odd.take(2), (Numbers{1, 3})); }), 4);
}

TEST(Demand, PassesThroughKeysValuesIndexesAndSamples) {
  const Counter made = counter();
  const auto pairs = numbers(made).keyBy([](std::int64_t x) { return x % 10; });
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(pairs.mapValues([](std::int64_t x) { return -x; }).take(3).size(), 3u); }),
            3);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(pairs.keys().take(3).size(), 3u); }), 3);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(pairs.values().first(), 0); }), 1);
  const auto expanded = pairs.flatMapValues([](std::int64_t x) { return Numbers{x, x, x}; });
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(expanded.take(4).size(), 4u); }), 2);
  const auto indexed = numbers(made).zipWithUniqueId();
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(indexed.take(7).size(), 7u); }), 7);
  const auto all = numbers(made).sample(false, 1.0, 1);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(all.take(5).size(), 5u); }), 5);
  const auto repeated = numbers(made).sample(true, 20.0, 1);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(repeated.take(2).size(), 2u); }), 1);
  const auto half = numbers(made).randomSplit({0.5, 0.5}, 7).front();
  const auto first = half.first();
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(half.first(), first); }), first + 1);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(pairs.filterByRange(3, 4).take(3).size(), 3u); }), 14);
}

TEST(Demand, PassesThroughOperatorsOfSeveralParents) {
  const Counter made = counter();
  const Counter others = counter();
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(numbers(made).union_(numbersBelow(0)).take(3).size(), 3u); }), 3);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(numbers(made).union_(numbersBelow(0)).coalesce(1).take(3).size(), 3u); }), 3);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(numbers(made).zip(numbers(others)).take(3).size(), 3u); }), 3);
  EXPECT_EQ(others.value(), 3);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(numbers(made).cartesian(numbers(others)).take(4).size(), 4u); }), 1);
  EXPECT_EQ(others.value(), 7);
  const auto small = context().parallelize(Numbers{5, 6}, 1);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(numbers(made).cartesian(small).take(4).size(), 4u); }), 2);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(small.cartesian(numbers(made)).take(4).size(), 4u); }), 4);
  const auto sum = [](auto& a, auto& b) {
    Numbers both;
    both.push_back(*a.begin() + *b.begin());
    return both;
  };
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(numbers(made).zipPartitions(numbers(made), sum).first(), 0); }), 2);
  const auto ignoring = [](auto& a, auto&, auto& emit) {
    for (const std::int64_t x : a) emit(x);
  };
  const auto emitted = numbers(made).zipPartitions<std::int64_t>(small, ignoring);
  EXPECT_LT(counted(made, [&] { EXPECT_EQ(emitted.take(3).size(), 3u); }), 10);
}

TEST(Demand, OfStoredElementsIsThatOfTheFunctionsBehind) {
  const Counter made = counter();
  const Counter calls = counter();
  const auto counting = [calls](const auto& x) {
    calls.add(1);
    return x;
  };
  for (const StorageLevel level : {StorageLevel::MEMORY_AND_DISK, StorageLevel::MEMORY_AND_DISK_SER}) {
    const auto stored = numbers(made).persist(level);
    stored.count();
    EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(stored.map(counting).take(3).size(), 3u); }), 3);
    EXPECT_EQ(counted(made, [&] { EXPECT_FALSE(stored.isEmpty()); }), 0);
  }
  const auto scattered = context().parallelize(someStrings(3000), 1).map(counting);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(scattered.take(3).size(), 3u); }), 3);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(numbers(made).glom().map(counting).first().size(), 100'000u); }), 1);
}

TEST(Demand, OfShuffledElementsIsThatOfTheFunctionsBehind) {
  const Counter calls = counter();
  const auto counting = [calls](const auto& x) {
    calls.add(1);
    return x;
  };
  const auto pairs = context().range(0, 10'000, 1, 3).map([](std::int64_t x) { return Pair(x % 5000, x); });
  const auto callsOf = [&](const auto& rdd) {
    return counted(calls, [&] { EXPECT_EQ(rdd.map(counting).take(3).size(), 3u); });
  };
  EXPECT_EQ(callsOf(pairs.partitionBy(HashPartitioner(1))), 3);
  EXPECT_EQ(callsOf(pairs.sortBy([](const Pair& pair) { return -pair.second; }, true, 1)), 3);
  EXPECT_EQ(callsOf(pairs.repartition(1)), 3);
  EXPECT_EQ(callsOf(pairs.reduceByKey(std::plus<>(), 1)), 3);
  EXPECT_EQ(callsOf(pairs.join(pairs, 1)), 3);
  EXPECT_EQ(callsOf(pairs.subtractByKey(pairs.filter([](const Pair& p) { return p.first < 10; }), 1)), 3);
}

TEST(Demand, JoinsStreamOneElementAtATime) {
  const Counter made = counter();
  const auto keyed = [](const auto& rdd) {
    return rdd.map([](std::int64_t x) { return Pair(x, x); }).partitionBy(HashPartitioner(1));
  };
  const auto left = keyed(context().range(0, 3000, 1, 1)).mapValues([made](std::int64_t x) {
    made.add(1);
    return x;
  });
  const auto joined = left.join(keyed(context().range(0, 6000, 1, 1)));
  const std::int64_t calls = counted(made, [&] { EXPECT_EQ(joined.take(3).size(), 3u); });
  // Elements whose matches were spilled wait until all of their side is read.
  const bool mayWait = context().config().spillEvery > 0;
  EXPECT_TRUE(calls == 3 || (mayWait && calls == 3000)) << calls;
}

TEST(Demand, LinesOfAFile) {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + "\n";
  writeContent(folder / "lines.txt", text);
  const Counter calls = counter();
  const auto lines = context().textFile(folder / "lines.txt", 1);
  const auto texts = lines.map([calls](std::string_view line) {
    calls.add(1);
    return std::string(line);
  });
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(texts.take(3), (std::vector<std::string>{"0", "1", "2"})); }), 3);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(texts.count(), 5000); }), 5000);
  const auto all = texts.collect();
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(texts.take(1500), std::vector(all.begin(), all.begin() + 1500)); }), 1500);
}

TEST(Demand, MapPartitionsReadsNoMoreThanItsFunction) {
  const Counter made = counter();
  const auto readsTen = [](auto& elements, Emit<std::int64_t>& emit) {
    std::int64_t read = 0;
    for (const std::int64_t x : elements) {
      emit(x);
      if (++read == 10) return;
    }
  };
  const auto ten = numbers(made).mapPartitions<std::int64_t>(readsTen);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(ten.count(), 10); }), 10);
  EXPECT_EQ(numbersBelow(10).mapPartitions<std::int64_t>(readsTen).count(), 10);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(ten.take(3).size(), 3u); }), 3);  // its range ends
  const auto nothing = numbers(made).mapPartitions([](auto&) { return Numbers{7}; });
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(nothing.collect(), Numbers{7}); }), 0);
}

TEST(Demand, MapPartitionsReadsWhatIsDemandedOfIt) {
  const Counter made = counter();
  const auto passOn = [](auto& elements, Emit<std::int64_t>& emit) {
    for (const std::int64_t x : elements) {
      if (!emit(x)) return;
    }
  };
  const auto once = numbers(made).mapPartitions<std::int64_t>(passOn);
  const auto twice = once.mapPartitions<std::int64_t>(passOn);
  const auto never = [](auto& elements, Emit<std::int64_t>& emit) {  // ignores whether emit wants more
    for (const std::int64_t x : elements) emit(x);
  };
  EXPECT_EQ(numbersBelow(3).mapPartitions<std::int64_t>(never).take(3), (Numbers{0, 1, 2}));
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(once.take(3).size(), 3u); }), 3);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(once.take(3000).size(), 3000u); }), 3000);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(twice.take(3).size(), 3u); }), 3);
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(twice.count(), many); }), many);
}

TEST(Demand, ALongReadIsAheadByAQuarterAtMost) {
  const Counter made = counter();
  for (const std::int64_t stop : {1, 256, 257, 600, 3000}) {
    const auto calls = counted(made, [&] {
      numbers(made).foreachPartition([stop](auto& elements) {
        std::int64_t read = 0;
        for (auto it = elements.begin(); read < stop && it != elements.end(); ++it) ++read;
      });
    });
    EXPECT_GE(calls, stop);
    EXPECT_LE(calls, stop <= 256 ? stop : stop + stop / 4);
  }
}

TEST(Demand, ActionsOnPartitionsReadNoMoreThanTheirFunction) {
  const Counter made = counter();
  const auto rdd = numbers(made);
  EXPECT_EQ(counted(made, [&] { rdd.foreachPartition([](auto&) {}); }), 0);
  EXPECT_EQ(counted(made,
                    [&] {
                      const auto first = [](std::size_t, auto& elements) { return *elements.begin(); };
                      EXPECT_EQ(context().runJob(rdd, first), Numbers{0});
                    }),
            1);
  const auto third = [](std::size_t, auto& elements) {
    auto it = elements.begin();
    ++it;
    ++it;
    return *it;
  };
  EXPECT_EQ(counted(made, [&] { EXPECT_EQ(context().runJob(rdd, third), Numbers{2}); }), 3);
  EXPECT_NO_THROW(numbersBelow(2).foreachPartition([](auto& elements) {
    auto it = elements.begin();
    static_cast<void>(*it);
    ++it;
    static_cast<void>(*it);
  }));
}

TEST(Demand, TakeOfSeveralPartitionsAsksEachForWhatIsMissing) {
  const Counter calls = counter();
  const auto rdd = context().range(0, 100, 1, 10).map([calls](std::int64_t x) {
    calls.add(1);
    return x;
  });
  // 10 of the first partition, then ceil(1.5 * 5 / 10) = 1 more that gives 5
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(15).size(), 15u); }), 15);
  // ceil(1.5 * 15 / 10) = 3 more: 10 each
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(25).size(), 25u); }), 40);
  EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.take(100).size(), 100u); }), 100);
}

TEST(Demand, IsEmptyKnowsTheCountOfASource) {
  Context& sc = context();
  const Counter calls = counter();
  const auto counting = [calls](const auto& x) {
    calls.add(1);
    return x;
  };
  const auto isEmpty = [&](const auto& rdd, bool expected) {
    EXPECT_EQ(counted(calls, [&] { EXPECT_EQ(rdd.isEmpty(), expected); }), 0);
  };
  for (const std::int64_t partitions : partitionCounts) {
    const auto range = sc.range(0, many, 1, partitions).map(counting);
    isEmpty(range, false);
    isEmpty(sc.range(0, 0, 1, partitions).map(counting), true);
    isEmpty(sc.parallelize(Numbers{1, 2, 3}, partitions).map(counting), false);
    isEmpty(sc.parallelize(Numbers{}, partitions).map(counting), true);
    const auto keyed = range.keyBy([](std::int64_t x) { return x; });
    isEmpty(keyed.mapValues(counting), false);
    isEmpty(range.zipWithUniqueId(), false);
    isEmpty(range.union_(range).coalesce(2).zip(range.union_(range).coalesce(2)), false);
    isEmpty(range.cartesian(sc.range(0, 0, 1, 2)), true);
    isEmpty(range.glom(), false);
  }
  EXPECT_TRUE(sc.emptyRDD<std::string>().isEmpty());
}

TEST(Demand, ALocalIteratorRunsOnePartitionWhenItIsReached) {
  const Counter calls = counter();
  const auto rdd = context().range(0, 40, 1, 4).map([calls](std::int64_t x) {
    calls.add(1);
    return x;
  });
  auto elements = rdd.toLocalIterator();
  auto it = elements.begin();
  EXPECT_EQ(calls.value(), 0);
  for (std::int64_t i = 0; i < 10; ++i, ++it) EXPECT_EQ(*it, i);
  EXPECT_EQ(calls.value(), 10);
  EXPECT_EQ(*it, 10);
  EXPECT_EQ(calls.value(), 20);
  for (int i = 0; i < 12; ++i) ++it;
  EXPECT_EQ(*it, 22);
}

}  // namespace
}  // namespace seltzer::test
