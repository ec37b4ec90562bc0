#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/seltzer.hpp>

namespace seltzer::test {

/// The numbers of partitions at which every operation is tested.
inline constexpr std::array<std::int64_t, 4> partitionCounts = {1, 2, 3, 8};

/// The context of the running driver function.
inline Context& context() { return *Context::current(); }

/// The seed of this test's random inputs, printed when the test fails; TEST_SEED in the environment sets another.
inline std::uint64_t seed() {
  const char* given = std::getenv("TEST_SEED");
  return given == nullptr ? 20250101 : std::strtoull(given, nullptr, 10);
}

/// Numbers with many duplicates, negative ones and some extremes.
std::vector<std::int64_t> randomNumbers(std::size_t count, std::mt19937_64& random);

/// Short and long strings, empty ones among them, with duplicates.
std::vector<std::string> randomStrings(std::size_t count, std::mt19937_64& random);

/// Sizes of inputs that matter: none, one, fewer than partitions, one batch and its neighbours, several batches.
inline constexpr std::array<std::size_t, 8> inputSizes = {0, 1, 2, 7, 1023, 1024, 1025, 5000};

/// Calls `body(sc, elements, partitions)` for every size and number of partitions.
template <class Body>
void forRandomNumbers(Body body) {
  std::mt19937_64 random(seed());
  for (const std::size_t size : inputSizes) {
    const auto elements = randomNumbers(size, random);
    for (const std::int64_t partitions : partitionCounts) {
      SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << size << " elements, " << partitions << " partitions");
      body(context(), elements, partitions);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace seltzer::test
