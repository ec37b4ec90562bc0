#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/batch/compact.hpp>

namespace {

using seltzer::detail::compact;

/// A trivially copyable element of `Size` bytes that knows its number and whether its bytes are intact.
template <std::size_t Size>
struct Packed {
  std::array<unsigned char, Size> bytes;

  static Packed of(std::size_t number) {
    Packed made;
    for (std::size_t i = 0; i < Size; ++i)
      made.bytes[i] = static_cast<unsigned char>((number >> (8 * (i % 2))) + i * 37);
    return made;
  }
  bool operator==(const Packed&) const = default;
};

/// An element that owns memory and cannot be copied.
struct Owner {
  std::unique_ptr<std::size_t> number;

  static Owner of(std::size_t number) { return {std::make_unique<std::size_t>(number)}; }
  bool operator==(const Owner& other) const { return number && other.number && *number == *other.number; }
};

const std::vector<std::size_t> kSizes = {0,  1,  2,  3,  4,  5,   7,   8,   9,   15,   16,   17,   31,   32,
                                         33, 63, 64, 65, 67, 100, 127, 128, 255, 1000, 1023, 1024, 1025, 3000};

/// Selections of indices below `size` to keep: none, all, every other, a random tenth, half, nine tenths.
std::vector<std::vector<bool>> choices(std::size_t size) {
  std::vector<std::vector<bool>> all = {std::vector<bool>(size, false), std::vector<bool>(size, true)};
  std::mt19937 random(static_cast<unsigned>(size));
  const std::vector<std::function<bool(std::size_t)>> rules = {
      [](std::size_t i) { return i % 2 == 0; }, [&](std::size_t) { return random() % 10 == 0; },
      [&](std::size_t) { return random() % 2 == 0; }, [&](std::size_t) { return random() % 10 != 0; }};
  for (const auto& chosen : rules) {
    all.emplace_back(size);
    for (std::size_t i = 0; i < size; ++i) all.back()[i] = chosen(i);
  }
  return all;
}

/// Compacts elements made by `make`, with guards on both sides, and compares with a plain loop.
template <class T, class Make>
void expectKept(std::size_t size, const std::vector<bool>& chosen, Make make) {
  constexpr std::size_t kGuards = 80;
  std::vector<T> elements;
  for (std::size_t i = 0; i < size + 2 * kGuards; ++i) elements.push_back(make(i));

  std::size_t calls = 0;
  const std::size_t kept = compact(std::span<T>(elements).subspan(kGuards, size), [&](const T& element) {
    EXPECT_EQ(element, make(kGuards + calls)) << "call " << calls;
    return static_cast<bool>(chosen[calls++]);
  });

  EXPECT_EQ(calls, size);
  std::size_t expected = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (!chosen[i]) continue;
    ASSERT_LT(expected, kept);
    ASSERT_EQ(elements[kGuards + expected], make(kGuards + i)) << "place " << expected << " of " << size;
    ++expected;
  }
  EXPECT_EQ(kept, expected);
  for (std::size_t i = 0; i < kGuards; ++i) {
    ASSERT_EQ(elements[i], make(i)) << "written before the batch";
    ASSERT_EQ(elements[kGuards + size + i], make(kGuards + size + i)) << "written behind the batch";
  }
}

template <class T>
class Compact : public testing::Test {};

using Elements = testing::Types<Packed<1>, Packed<2>, Packed<3>, Packed<4>, Packed<8>, Packed<12>, Packed<16>,
                                Packed<24>, Packed<64>, Packed<200>, Owner>;
TYPED_TEST_SUITE(Compact, Elements);

TYPED_TEST(Compact, KeepsTheChosenInOrderAndTouchesNothingElse) {
  for (const std::size_t size : kSizes)
    for (const auto& chosen : choices(size)) expectKept<TypeParam>(size, chosen, TypeParam::of);
}

TEST(CompactInt64, KeepsByAVectorizedPredicate) {
  for (const std::size_t size : kSizes) {
    std::vector<std::int64_t> elements(size);
    std::vector<std::int64_t> expected;
    for (std::size_t i = 0; i < size; ++i) {
      elements[i] = 1000 - static_cast<std::int64_t>(i * i * 7);
      if (elements[i] % 3 == 0) expected.push_back(elements[i]);
    }
    elements.resize(compact(std::span(elements), [](std::int64_t x) { return x % 3 == 0; }));
    EXPECT_EQ(elements, expected) << size;
  }
}

TEST(CompactInt32, TakesAnyTruthValueForTrue) {
  std::vector<std::int32_t> elements = {0, 256, 3, 0, -1, 512, 0, 1 << 30, 5};
  elements.resize(compact(std::span(elements), [](std::int32_t x) { return x; }));
  EXPECT_EQ(elements, (std::vector<std::int32_t>{256, 3, -1, 512, 1 << 30, 5}));
}

TEST(CompactPair, CallsAMemberPointerAndMovesPairs) {
  struct Reading {
    double value;
    bool good;
  };
  std::vector<Reading> elements;
  for (int i = 0; i < 300; ++i) elements.push_back({i * 0.5, i % 7 == 1});
  elements.resize(compact(std::span(elements), &Reading::good));
  ASSERT_EQ(elements.size(), 43U);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    EXPECT_EQ(elements[i].value, static_cast<double>(7 * i + 1) * 0.5);
    EXPECT_TRUE(elements[i].good);
  }
}

TEST(CompactString, DoesNotCopyWhatItMoves) {
  std::vector<std::string> elements;
  std::vector<const char*> places;
  for (int i = 0; i < 20; ++i) elements.push_back(std::string(100, static_cast<char>('a' + i)));
  for (int i = 1; i < 20; i += 2) places.push_back(elements[static_cast<std::size_t>(i)].data());
  elements.resize(compact(std::span(elements), [](const std::string& s) { return (s[0] - 'a') % 2 == 1; }));
  ASSERT_EQ(elements.size(), 10U);
  for (std::size_t i = 0; i < elements.size(); ++i) EXPECT_EQ(elements[i].data(), places[i]);
}

TEST(CompactThrow, LeavesEveryElementValidAndPassesTheException) {
  std::vector<std::int64_t> numbers(100, 1);
  std::vector<std::string> strings(100, std::string(50, 'x'));
  int calls = 0;
  const auto throwing = [&](const auto&) {
    if (++calls == 50) throw std::runtime_error("no verdict");
    return calls % 2 == 0;
  };
  EXPECT_THROW(compact(std::span(numbers), throwing), std::runtime_error);
  EXPECT_EQ(calls, 50);
  EXPECT_EQ(numbers, std::vector<std::int64_t>(100, 1));
  calls = 0;
  EXPECT_THROW(compact(std::span(strings), throwing), std::runtime_error);
  EXPECT_EQ(calls, 50);
  for (std::string& s : strings) s = "assigned";
  EXPECT_EQ(strings, std::vector<std::string>(100, "assigned"));
}

}  // namespace
