#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/sketch/hyper_log_log.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail::test {
namespace {

HyperLogLog sketchOf(int precision, std::uint64_t first = 0, std::uint64_t count = 0) {
  HyperLogLog sketch;
  sketch.precision = static_cast<std::uint8_t>(precision);
  for (std::uint64_t i = first; i < first + count; ++i) sketch.add(Hash<std::uint64_t>()(i));
  return sketch;
}

double errorOf(int precision) {
  return 1.04 / std::sqrt(std::exp2(precision));
}

TEST(HyperLogLog, EstimatesWithinThreeErrorsAtEverySize) {
  for (int precision = 6; precision <= 16; ++precision) {  // the error of fewer registers is far from normal
    HyperLogLog sketch = sketchOf(precision);
    EXPECT_EQ(sketch.estimate(), 0);
    std::uint64_t count = 0;
    for (std::uint64_t size = 1; size <= 300'000; size += size / 3 + 1) {
      for (; count < size; ++count) sketch.add(Hash<std::uint64_t>()(count));
      const auto n = static_cast<double>(size);
      EXPECT_NEAR(static_cast<double>(sketch.estimate()), n, std::max(3.0, 3 * errorOf(precision) * n))
          << precision << " " << size;
    }
  }
}

/// Over many sets: no bias beyond that of rounding, and the standard error that the precision promises.
TEST(HyperLogLog, HasTheErrorOfItsPrecisionAndNoBias) {
  constexpr int sets = 400;
  for (const int precision : {6, 9, 12}) {
    for (const std::uint64_t size : {10u, 60u, 200u, 1000u, 5000u}) {
      double sum = 0, squares = 0;
      for (std::uint64_t set = 0; set < sets; ++set) {
        const auto estimate = static_cast<double>(sketchOf(precision, set * 1'000'000, size).estimate());
        const double error = estimate / static_cast<double>(size) - 1;
        sum += error;
        squares += error * error;
      }
      EXPECT_LT(std::abs(sum / sets), 3.5 * errorOf(precision) / std::sqrt(sets) + 0.5 / static_cast<double>(size))
          << precision << " " << size;
      EXPECT_LT(std::sqrt(squares / sets), 1.15 * errorOf(precision)) << precision << " " << size;
    }
  }
}

TEST(HyperLogLog, FewAreNearlyExact) {
  for (std::uint64_t size = 0; size <= 100; ++size) {
    EXPECT_NEAR(static_cast<double>(sketchOf(16, 0, size).estimate()), static_cast<double>(size), size < 10 ? 0 : 1);
  }
}

TEST(HyperLogLog, OrderRepetitionAndGroupsOfMergesDoNotMatter) {
  for (const int precision : {4, 9, 14}) {
    for (const std::uint64_t size : {0u, 3u, 20u, 700u, 40'000u}) {
      const std::int64_t expected = sketchOf(precision, 0, size).estimate();
      HyperLogLog backwards = sketchOf(precision);
      for (int round = 0; round < 2; ++round) {
        for (std::uint64_t i = size; i > 0; --i) backwards.add(Hash<std::uint64_t>()(i - 1));
      }
      EXPECT_EQ(backwards.estimate(), expected);
      for (const std::uint64_t parts : {1u, 2u, 3u, 8u, 500u}) {
        HyperLogLog merged = sketchOf(precision);
        for (std::uint64_t part = parts; part > 0; --part) {  // each overlaps the part before
          const std::uint64_t first = (part - 1) * size / parts, last = part * size / parts;
          const std::uint64_t from = first - std::min<std::uint64_t>(first, 5);
          merged.merge(sketchOf(precision, from, last - from));
        }
        EXPECT_EQ(merged.estimate(), expected) << precision << " " << size << " " << parts;
      }
    }
  }
}

TEST(HyperLogLog, TravelsWithItsRegisters) {
  for (const std::uint64_t size : {0u, 10u, 5000u}) {
    const HyperLogLog sketch = sketchOf(9, 0, size);
    HyperLogLog read = fromWire<HyperLogLog>(toWire(sketch));
    EXPECT_EQ(read.estimate(), sketch.estimate());
    read.merge(sketchOf(9, size, 100));
    EXPECT_EQ(read.estimate(), sketchOf(9, 0, size + 100).estimate());
  }
}

TEST(HyperLogLog, TakesNoMoreMemoryThanItsRegisters) {
  for (const int precision : {9, 14}) {
    HyperLogLog sketch = sketchOf(precision);
    for (std::uint64_t i = 0; i < 100'000; ++i) {
      sketch.add(Hash<std::uint64_t>()(i % 70'000));
      ASSERT_LE(sketch.registers.size(), std::size_t{1} << precision);
      ASSERT_LE(sketch.entries.size() * sizeof(std::uint32_t), std::size_t{2} << precision);
      ASSERT_TRUE(sketch.registers.empty() || sketch.entries.empty());
    }
    for (int i = 0; i < 1000; ++i) sketch.add(7);
  }
  HyperLogLog one = sketchOf(14);
  for (int i = 0; i < 100'000; ++i) one.add(Hash<std::uint64_t>()(42));
  EXPECT_LE(one.entries.capacity(), 32u);
  EXPECT_EQ(one.estimate(), 1);
}

/// What a user's Hash returns is used as it is: here the number itself.
TEST(HyperLogLog, MixesHashesThatAreNot) {
  for (const std::uint64_t step : {std::uint64_t{1}, std::uint64_t{1} << 20, std::uint64_t{1} << 47}) {
    HyperLogLog sketch = sketchOf(12);
    for (std::uint64_t i = 0; i < 50'000; ++i) sketch.add(i * step);
    EXPECT_NEAR(static_cast<double>(sketch.estimate()), 50'000, 3 * errorOf(12) * 50'000);
  }
}

/// Every bit of the hashes of integers, floating-point numbers, texts and pairs is as often 0 as 1, also where others
/// are given, so that registers and ranks are independent.
template <class Make>
void expectEvenBits(Make make) {
  using T = decltype(make(std::uint64_t{}));
  constexpr int count = 20'000;
  std::vector<std::vector<int>> both(64, std::vector<int>(64));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t hash = mixBits(Hash<T>()(make(i)));
    for (std::size_t a = 0; a < 64; ++a) {
      for (std::size_t b = 0; b <= a; ++b) both[a][b] += static_cast<int>((hash >> a & 1) == (hash >> b & 1));
    }
  }
  for (std::size_t a = 0; a < 64; ++a) {
    for (std::size_t b = 0; b < a; ++b) EXPECT_NEAR(both[a][b], count / 2, 5 * std::sqrt(count) / 2) << a << " " << b;
  }
}

TEST(HyperLogLog, HashesAreMixedOverAllBits) {
  expectEvenBits([](std::uint64_t i) { return i; });
  expectEvenBits([](std::uint64_t i) { return i << 40; });
  expectEvenBits([](std::uint64_t i) { return static_cast<double>(i); });
  expectEvenBits([](std::uint64_t i) { return std::to_string(i); });
  expectEvenBits([](std::uint64_t i) { return std::pair(i % 100, i / 100); });
}

TEST(HyperLogLog, ChoosesTheLeastPrecisionOfAnError) {
  EXPECT_EQ(HyperLogLog::precisionFor(0.05), 9);
  EXPECT_EQ(HyperLogLog::precisionFor(0.01), 14);
  EXPECT_EQ(HyperLogLog::precisionFor(0.9), HyperLogLog::leastPrecision);
  EXPECT_EQ(HyperLogLog::precisionFor(1e-9), HyperLogLog::mostPrecision);
  for (int precision = 5; precision <= HyperLogLog::mostPrecision; ++precision) {
    EXPECT_EQ(HyperLogLog::precisionFor(errorOf(precision) * 1.001), precision);
    EXPECT_LE(errorOf(HyperLogLog::precisionFor(errorOf(precision) * 0.9)), errorOf(precision) * 0.9 + 1e-4);
  }
}

}  // namespace
}  // namespace seltzer::detail::test
