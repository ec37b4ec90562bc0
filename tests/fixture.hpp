#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/seltzer.hpp>

// Views of the standard library: clang before 16 does not compile libstdc++'s.
#if !defined(__clang__) || __clang_major__ >= 16
#define SELTZER_TEST_VIEWS
#endif

namespace seltzer::test {

/// Every operation is tested with these numbers of partitions.
inline constexpr std::array<std::int64_t, 4> partitionCounts = {1, 2, 3, 8};

/// The context of the running driver function.
inline Context& context() {
  return *Context::current();
}

/// The seed of random inputs; TEST_SEED in the environment sets another. forRandomNumbers and forWords print it where a
/// test fails.
inline std::uint64_t seed() {
  const char* given = std::getenv("TEST_SEED");
  return given == nullptr ? 20250101 : std::strtoull(given, nullptr, 10);
}

/// Numbers with many duplicates, negative values and some extremes.
std::vector<std::int64_t> randomNumbers(std::size_t count, std::mt19937_64& random);

/// Short, long and empty strings, with duplicates.
std::vector<std::string> randomStrings(std::size_t count, std::mt19937_64& random);

/// As above, from a generator seeded by `seed()`.
std::vector<std::int64_t> someNumbers(std::size_t count);
std::vector<std::string> someStrings(std::size_t count);

/// Sizes of inputs that matter: none, one, fewer than partitions, one batch and its neighbours, several batches.
inline constexpr std::array<std::size_t, 8> inputSizes = {0, 1, 2, 7, 1023, 1024, 1025, 5000};

/// Calls `body(sc, elements, partitions)` for each size and number of partitions.
template <class Body>
void forRandomNumbers(Body body) {
  std::mt19937_64 random(seed());
  for (const std::size_t size : inputSizes) {
    const auto elements = randomNumbers(size, random);
    for (const std::int64_t partitions : partitionCounts) {
      SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << size << " elements, " << partitions
                                      << " partitions");
      body(context(), elements, partitions);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

/// What each partition of a source must hold: slice i is [floor(i*n/P), floor((i+1)*n/P)).
template <class T>
std::vector<std::vector<T>> slices(const std::vector<T>& elements, std::int64_t partitions) {
  std::vector<std::vector<T>> parts;
  const auto n = static_cast<std::int64_t>(elements.size());
  for (std::int64_t i = 0; i < partitions; ++i) {
    parts.emplace_back(elements.begin() + i * n / partitions, elements.begin() + (i + 1) * n / partitions);
  }
  return parts;
}

inline std::string concatenated(const std::vector<std::string>& strings) {
  std::string all;
  for (const auto& text : strings) all += text;
  return all;
}

/// The elements of all partitions, concatenated in order.
template <class T>
std::vector<T> joined(const std::vector<std::vector<T>>& parts) {
  std::vector<T> elements;
  for (const auto& part : parts) elements.insert(elements.end(), part.begin(), part.end());
  return elements;
}

/// An RDD whose partitions are exactly `parts`, which may be empty or very uneven.
template <class T>
RDD<T> rddOf(const std::vector<std::vector<T>>& parts) {
  return context().parallelize(parts, static_cast<std::int64_t>(parts.size())).flatMap([](const std::vector<T>& part) {
    return part;
  });
}

/// Very uneven partitions: one with nearly everything, one with the rest, and empty ones around them.
template <class T>
std::vector<std::vector<T>> skewed(const std::vector<T>& elements) {
  const auto middle = elements.end() - static_cast<std::ptrdiff_t>(elements.size() / 16);
  return {{}, {elements.begin(), middle}, {}, {middle, elements.end()}, {}};
}

// --- oracles of operations by key

/// The elements of each partition.
template <class T>
auto partsOf(const RDD<T>& rdd) {
  return rdd.glom().collect();
}

/// A key and its values, grouped by input partition; partitions without the key are left out.
template <class K, class V>
struct KeyValues {
  K key;
  std::vector<std::vector<V>> values;

  std::vector<V> all() const { return joined(values); }
};

/// The values of each key of the pairs in `parts`, in first-seen order.
template <class Less = std::less<>, class K, class V>
std::vector<KeyValues<K, V>> valuesByKey(const std::vector<std::vector<std::pair<K, V>>>& parts) {
  std::vector<KeyValues<K, V>> keys;
  std::map<K, std::pair<std::size_t, std::size_t>, Less> known;  // a key's index, and the last partition with it
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (const auto& [key, value] : parts[p]) {
      const auto [at, isNew] = known.try_emplace(key, keys.size(), p);
      if (isNew) keys.push_back({key, {}});
      auto& values = keys[at->second.first].values;
      if (isNew || at->second.second != p) values.emplace_back();
      at->second.second = p;
      values.back().push_back(value);
    }
  }
  return keys;
}

/// The partition of each key; fails if a key occurs in several.
template <class Less = std::less<>, class Pair>
auto placementOf(const std::vector<std::vector<Pair>>& parts) {
  std::map<typename Pair::first_type, std::size_t, Less> placement;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (const Pair& pair : parts[p]) {
      const auto [at, isNew] = placement.try_emplace(pair.first, p);
      EXPECT_EQ(at->second, p) << "equal keys are in different partitions";
    }
  }
  return placement;
}

/// Expects `parts` to be `expected` spread over `partitions` partitions, each in that order, with equal keys together.
template <class Less = std::less<>, class Pair>
void expectSpread(const std::vector<std::vector<Pair>>& parts, const std::vector<Pair>& expected,
                  std::size_t partitions) {
  ASSERT_EQ(parts.size(), partitions);
  const auto placement = placementOf<Less>(parts);
  std::vector<std::vector<Pair>> spread(partitions);
  for (const Pair& pair : expected) {
    const auto at = placement.find(pair.first);
    ASSERT_NE(at, placement.end()) << "a key is missing";
    spread[at->second].push_back(pair);
  }
  EXPECT_TRUE(parts == spread) << testing::PrintToString(parts).substr(0, 2000) << "\nand not\n"
                               << testing::PrintToString(spread).substr(0, 2000);
}

/// Pairs in partitions: none, few, many, all of one key, 9 of 10 of one key, all keys different, most in one partition.
/// Keys are short, long and empty strings; a value is its pair's position.
using Word = std::pair<std::string, std::string>;
using Words = std::vector<std::vector<Word>>;
const std::vector<std::pair<const char*, Words>>& wordInputs();

/// Calls `body(words, rdd, n)` for each input, an RDD of it, and each number of result partitions.
template <class Body>
void forWords(Body body) {
  for (const auto& [name, words] : wordInputs()) {
    const RDD<Word> rdd = rddOf(words);
    for (const std::int64_t n : partitionCounts) {
      SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << name << ", " << n << " partitions");
      body(words, rdd, n);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

/// A user's type with a Boost `serialize`.
struct Reading {
  std::string station;
  double value = 0;
  std::vector<std::int32_t> flags;
  bool operator==(const Reading&) const = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& station& value& flags;
  }
};

/// Trivially copyable, without a default constructor.
struct Ticket {
  explicit Ticket(std::int64_t given) : number(given), half(static_cast<std::int32_t>(given / 2)) {}
  bool operator==(const Ticket&) const = default;

  std::int64_t number;
  std::int32_t half;
};
static_assert(std::is_trivially_copyable_v<Ticket> && !std::is_default_constructible_v<Ticket>);

std::vector<Reading> someReadings(std::size_t count);
std::vector<Ticket> someTickets(std::size_t count);

/// The message of the `Error` that `call` throws; fails if it throws nothing or another type.
template <class Error, class Call>
std::string messageOf(Call call) {
  try {
    call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another exception was thrown: " << error.what();
  }
  return {};
}

/// "file.cpp:42": a line of the caller's file, as messages name it.
std::string callSite(std::uint32_t line, CallSite where = CallSite::current());

}  // namespace seltzer::test
