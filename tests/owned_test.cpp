#include <array>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/owned.hpp>

namespace {

using seltzer::isOwned;
using seltzer::Owned;
using seltzer::toOwned;
using std::string;
using std::string_view;

template <class T, class Expected>
inline constexpr bool becomes = std::is_same_v<Owned<T>, Expected>;

struct Record {
  string_view name;
};

static_assert(becomes<string_view, string> && becomes<const string_view&, string> &&
              becomes<std::u16string_view, std::u16string>);
static_assert(becomes<std::pair<string_view, int>, std::pair<string, int>> && becomes<int&, int> &&
              becomes<const char*, const char*>);
static_assert(becomes<std::tuple<int, std::optional<string_view>>, std::tuple<int, std::optional<string>>>);
static_assert(becomes<std::vector<std::array<string_view, 2>>, std::vector<std::array<string, 2>>>);
static_assert(becomes<std::variant<string_view, string, int>, std::variant<string, string, int>>);
static_assert(becomes<std::map<string_view, std::list<string_view>>, std::map<string, std::list<string>>>);
static_assert(becomes<std::unordered_map<string_view, int>, std::unordered_map<string, int>>);
static_assert(becomes<std::map<string_view, int, std::less<>>, std::map<string, int, std::less<>>>);
static_assert(becomes<std::map<int, string_view, std::greater<int>>, std::map<int, string, std::greater<int>>>);
static_assert(becomes<std::set<std::pair<int, string_view>>, std::set<std::pair<int, string>>>);
static_assert(becomes<std::tuple<const string_view&, int&>, std::tuple<string, int>>);

static_assert(becomes<std::pair<const int, string>, std::pair<int, string>> &&
              becomes<std::tuple<const string_view, int>, std::tuple<string, int>> &&
              becomes<std::vector<std::pair<const int, int>>, std::vector<std::pair<int, int>>>);

static_assert(isOwned<int> && isOwned<string> && isOwned<std::pair<int, string>> && isOwned<std::vector<bool>>);
static_assert(isOwned<std::map<string, std::vector<int>>> && isOwned<std::unordered_multimap<int, string>>);
static_assert(isOwned<seltzer::detail::Bytes> && isOwned<std::unique_ptr<int>> && isOwned<Record> &&
              isOwned<std::tuple<>>);
static_assert(!isOwned<string_view> && !isOwned<std::pair<const string_view, int>> &&
              !isOwned<std::list<std::vector<string_view>>>);

TEST(Owned, ViewsBecomeStrings) {
  string text = "borrowed";
  const string_view view = text;
  const auto pair = toOwned(std::pair(view, 1));
  const auto tuple =
      toOwned(std::tuple(view, std::optional(view), std::optional<string_view>(), std::array{view, view}));
  const auto vector = toOwned(std::vector{std::pair(1, view), std::pair(2, view)});
  text = "gone";
  EXPECT_EQ(pair, std::pair(string("borrowed"), 1));
  EXPECT_EQ(std::get<0>(tuple), "borrowed");
  EXPECT_EQ(std::get<1>(tuple), "borrowed");
  EXPECT_EQ(std::get<2>(tuple), std::nullopt);
  EXPECT_EQ(std::get<3>(tuple)[1], "borrowed");
  EXPECT_EQ(vector, (std::vector{std::pair(1, string("borrowed")), std::pair(2, string("borrowed"))}));
}

TEST(Owned, VariantsKeepTheirAlternative) {
  using Borrowed = std::variant<int, string_view, string>;
  EXPECT_EQ(toOwned(Borrowed(7)).index(), 0U);
  EXPECT_EQ(toOwned(Borrowed(string_view("a"))).index(), 1U);
  EXPECT_EQ(toOwned(Borrowed(string("b"))).index(), 2U);
  EXPECT_EQ(std::get<1>(toOwned(Borrowed(string_view("a")))), "a");
}

TEST(Owned, Containers) {
  const std::map<string_view, std::vector<string_view>> map = {{"b", {"x"}}, {"a", {}}};
  EXPECT_EQ(toOwned(map), (std::map<string, std::vector<string>>{{"a", {}}, {"b", {"x"}}}));
  const std::unordered_map<string_view, int> hashed = {{"one", 1}, {"two", 2}};
  EXPECT_EQ(toOwned(hashed), (std::unordered_map<string, int>{{"one", 1}, {"two", 2}}));
  const std::multimap<int, string_view> multi = {{1, "x"}, {1, "y"}};
  EXPECT_EQ(toOwned(multi), (std::multimap<int, string>{{1, "x"}, {1, "y"}}));
  EXPECT_EQ(toOwned(std::unordered_set<string_view>{"s"}), std::unordered_set<string>{"s"});
  EXPECT_EQ(toOwned(std::list<string_view>{"l", "m"}), (std::list<string>{"l", "m"}));
  EXPECT_TRUE(toOwned(std::vector<string_view>()).empty());
}

TEST(Owned, WhatIsOwnedIsMovedOrCopied) {
  std::vector<string> words = {"a", "b"};
  const auto* data = words.data();
  EXPECT_EQ(toOwned(words), words);
  EXPECT_EQ(toOwned(std::move(words)).data(), data);
  auto pointer = std::make_unique<int>(5);
  EXPECT_EQ(*toOwned(std::move(pointer)), 5);
}

TEST(Owned, OwnedPartsOfRvaluesAreMoved) {
  std::pair<string_view, std::unique_ptr<int>> pair = {"k", std::make_unique<int>(1)};
  EXPECT_EQ(*toOwned(std::move(pair)).second, 1);
  std::vector<std::tuple<string_view, std::vector<int>>> rows;
  rows.emplace_back("r", std::vector<int>(1000));
  const int* data = std::get<1>(rows[0]).data();
  const auto copied = toOwned(rows);
  EXPECT_NE(std::get<1>(copied[0]).data(), data);
  EXPECT_EQ(std::get<1>(rows[0]).size(), 1000U);
  const auto moved = toOwned(std::move(rows));
  EXPECT_EQ(std::get<1>(moved[0]).data(), data);
}

}  // namespace
