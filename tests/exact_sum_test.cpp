#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/aggregation/exact_sum.hpp>

namespace {

using seltzer::detail::ExactSum;

template <class T>
ExactSum sumOf(const std::vector<T>& values) {
  ExactSum sum;
  sum.add(std::span<const T>(values));
  return sum;
}

template <class T>
class ExactSumOf : public testing::Test {};

using Integers = testing::Types<signed char, unsigned char, char, std::int16_t, std::uint16_t, std::int32_t,
                                std::uint32_t, std::int64_t, std::uint64_t>;
TYPED_TEST_SUITE(ExactSumOf, Integers);

TYPED_TEST(ExactSumOf, ExtremesThatCancelOrJustFit) {
  using Limits = std::numeric_limits<TypeParam>;
  EXPECT_EQ(sumOf<TypeParam>({}).template value<TypeParam>(), 0);
  EXPECT_EQ(sumOf<TypeParam>({Limits::max()}).template value<TypeParam>(), Limits::max());
  EXPECT_EQ(sumOf<TypeParam>({Limits::min()}).template value<TypeParam>(), Limits::min());
  EXPECT_EQ(sumOf<TypeParam>({static_cast<TypeParam>(Limits::max() - 5), 3, 2}).template value<TypeParam>(),
            Limits::max());
  EXPECT_THROW(sumOf<TypeParam>({Limits::max(), 1}).template value<TypeParam>(), std::overflow_error);
  if constexpr (Limits::is_signed) {
    const std::vector<TypeParam> cancelling = {Limits::max(), Limits::max(), 7, Limits::min(), Limits::min(), 2};
    EXPECT_EQ(sumOf(cancelling).template value<TypeParam>(), 7);
    EXPECT_THROW(sumOf<TypeParam>({Limits::min(), static_cast<TypeParam>(-1)}).template value<TypeParam>(),
                 std::overflow_error);
  }
}

TYPED_TEST(ExactSumOf, SpansAndSingleValuesAndMergesAgree) {
  std::mt19937_64 random(7);
  for (const std::size_t size : {1U, 2U, 7U, 8U, 63U, 64U, 65U, 1000U, 1024U, 32768U, 32769U, 100000U}) {
    std::vector<TypeParam> values(size);
    for (TypeParam& value : values) value = static_cast<TypeParam>(random());
    ExactSum singly;
    for (const TypeParam value : values) singly.add(value);
    const ExactSum whole = sumOf(values);
    EXPECT_EQ(whole, singly) << size;

    const std::size_t cut = random() % size;
    ExactSum merged;
    merged.add(std::span<const TypeParam>(values).subspan(cut));
    ExactSum front;
    front.add(std::span<const TypeParam>(values).first(cut));
    merged.merge(front);
    EXPECT_EQ(merged, whole) << size;
  }
}

TYPED_TEST(ExactSumOf, ManyExtremesGiveTheProduct) {
  using Limits = std::numeric_limits<TypeParam>;
  constexpr std::size_t kCount = 70000;
  for (const TypeParam extreme : {Limits::max(), Limits::min()}) {
    const ExactSum sum = sumOf(std::vector<TypeParam>(kCount, extreme));
    if constexpr (sizeof(TypeParam) < 8) {
      EXPECT_EQ(sum.template value<std::int64_t>(),
                static_cast<std::int64_t>(extreme) * static_cast<std::int64_t>(kCount));
    } else {
      ExactSum doubled;
      doubled.add(extreme);
      ExactSum expected;
      for (std::size_t bits = kCount; bits != 0; bits /= 2) {
        if (bits % 2 == 1) expected.merge(doubled);
        doubled.merge(ExactSum(doubled));
      }
      EXPECT_EQ(sum, expected);
      if (extreme == 0) continue;
      EXPECT_THROW(sum.template value<TypeParam>(), std::overflow_error);
    }
  }
}

TEST(ExactSum, RangeOfAMillion) {
  std::vector<std::int64_t> values(1000000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i) - 3;
  EXPECT_EQ(sumOf(values).value<std::int64_t>(), 999999LL * 1000000 / 2 - 3000000);
}

TEST(ExactSum, PassesThroughRangesThatDoNotFitAndBack) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  ExactSum sum;
  for (int i = 0; i < 1000; ++i) sum.add(kMax);
  EXPECT_THROW(sum.value<std::int64_t>(), std::overflow_error);
  EXPECT_THROW(sum.value<std::uint64_t>(), std::overflow_error);
  sum.merge(sumOf(std::vector<std::int64_t>(1000, -kMax)));
  EXPECT_EQ(sum, ExactSum());
  EXPECT_EQ(sum.value<std::int64_t>(), 0);
}

TEST(ExactSum, UpperHalfOfUnsignedFitsOnlyUnsigned) {
  ExactSum sum;
  sum.add(std::numeric_limits<std::int64_t>::max());
  sum.add(std::int64_t{1});
  EXPECT_EQ(sum.value<std::uint64_t>(), std::uint64_t{1} << 63);
  EXPECT_THROW(sum.value<std::int64_t>(), std::overflow_error);
  sum.add(std::numeric_limits<std::int64_t>::min());
  sum.add(std::int8_t{-1});
  EXPECT_EQ(sum.value<std::int64_t>(), -1);
  EXPECT_THROW(sum.value<std::uint64_t>(), std::overflow_error);
}

TEST(ExactSum, NarrowResultsAreChecked) {
  ExactSum sum;
  sum.add(std::int64_t{40000});
  EXPECT_EQ(sum.value<std::int32_t>(), 40000);
  EXPECT_EQ(sum.value<std::uint16_t>(), 40000);
  EXPECT_THROW(sum.value<std::int16_t>(), std::overflow_error);
  try {
    static_cast<void>(sum.value<std::int8_t>());
    FAIL() << "40000 fitted into 8 bits";
  } catch (const std::overflow_error& error) {
    EXPECT_NE(std::string(error.what()).find("a signed 8-bit integer"), std::string::npos) << error.what();
  }
}

TEST(ExactSum, CountsTruthValues) {
  constexpr bool kTruths[] = {true, false, true, true};
  ExactSum sum;
  sum.add(std::span<const bool>(kTruths));
  sum.add(true);
  EXPECT_EQ(sum.value<std::uint64_t>(), 4U);
}

}  // namespace
