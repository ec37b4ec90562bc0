#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/key/key_equal.hpp>

namespace {

using seltzer::detail::keyEqual;

TEST(KeyEqual, TextsOfAllLengths) {
  const std::string text = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string one = text.substr(0, size);
    EXPECT_TRUE(keyEqual(one, std::string_view(text).substr(0, size)));
    EXPECT_FALSE(keyEqual(one, one + "x"));
    for (std::size_t i = 0; i < size; ++i) {
      std::string other = one;
      other[i] = '!';
      EXPECT_FALSE(keyEqual(one, other)) << size << ' ' << i;
    }
  }
}

TEST(KeyEqual, LooksIntoOptionalsTuplesAndArrays) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using Key = std::tuple<std::optional<double>, std::array<float, 2>, std::string>;
  const Key key(nan, {1.0f, static_cast<float>(nan)}, "a");
  EXPECT_TRUE(keyEqual(key, Key(-nan, {1.0f, static_cast<float>(-nan)}, "a")));
  EXPECT_FALSE(keyEqual(key, Key(std::nullopt, {1.0f, static_cast<float>(nan)}, "a")));
  EXPECT_FALSE(keyEqual(key, Key(nan, {2.0f, static_cast<float>(nan)}, "a")));
  EXPECT_FALSE(keyEqual(key, Key(nan, {1.0f, static_cast<float>(nan)}, "b")));
  EXPECT_TRUE(keyEqual(std::vector<std::string>{"a", "b"}, std::vector<std::string_view>{"a", "b"}));
  EXPECT_FALSE(keyEqual(std::vector<std::string>{"a", "b"}, std::vector<std::string_view>{"a"}));
  EXPECT_FALSE(keyEqual(std::optional<int>(), std::optional<int>(0)));
  EXPECT_TRUE(keyEqual(std::optional<int>(), std::optional<int>()));
}

}  // namespace
