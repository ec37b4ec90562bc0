#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "wire_types.hpp"

namespace seltzer::test {
namespace {

TEST(WireDamage, DamagedBoolIsNormalised) {
  const std::array bytes{std::byte{7}, std::byte{0}};
  EXPECT_EQ(fromWire<bool>(ByteView(bytes).first(1)) ? 1 : 0, 1);
  EXPECT_EQ((toWire(fromWire<std::array<bool, 2>>(bytes))), (Bytes{std::byte{1}, std::byte{0}}));
  EXPECT_EQ(fromWire<Switch>(ByteView(bytes).first(1)), Switch::on);
}

TEST(WireDamage, RepeatedKeysAreDamage) {
  Bytes bytes = toWire(std::vector{7, 7});
  EXPECT_THROW(fromWire<std::set<int>>(bytes), WireError);
  EXPECT_EQ(fromWire<std::multiset<int>>(bytes).size(), 2U);
}

TEST(WireDamage, MessageSaysWhatWasReadAndWhatIsMissing) {
  try {
    fromWire<std::vector<double>>(toWire(std::vector<int>{1, 2, 3}));
    FAIL() << "damage was not seen";
  } catch (const WireError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("std::vector<double"), std::string::npos) << message;
    EXPECT_NE(message.find("24 bytes wanted, 12 left"), std::string::npos) << message;
  }
}

template <class T>
void expectLengthIsRefused(std::uint64_t length) {
  Bytes bytes = toWire(length);
  bytes.resize(bytes.size() + 32, std::byte{0});
  EXPECT_THROW(fromWire<T>(bytes), WireError) << length;
}

TEST(WireDamage, ImplausibleLengthsAreRefusedBeforeMemoryIsTaken) {
  for (const std::uint64_t length :
       {std::uint64_t{33}, std::uint64_t{1} << 40, std::uint64_t{1} << 61, ~std::uint64_t{0}}) {
    expectLengthIsRefused<std::string>(length);
    expectLengthIsRefused<std::vector<int>>(length);
    expectLengthIsRefused<std::vector<bool>>(length);
    expectLengthIsRefused<std::vector<std::string>>(length);
    expectLengthIsRefused<std::vector<Nothing>>(length);
    expectLengthIsRefused<std::vector<std::monostate>>(length);
    expectLengthIsRefused<std::list<Person>>(length);
    expectLengthIsRefused<std::map<int, Nothing>>(length);
    expectLengthIsRefused<std::unordered_set<std::string>>(length);
  }
  Bytes bytes = toWire(std::unordered_set{1});
  std::fill_n(bytes.begin() + 8, 8, std::byte{0x7f});
  EXPECT_THROW(fromWire<std::unordered_set<int>>(bytes), WireError);
}

TEST(WireDamage, ElementsWithoutBytesCountOneByteEach) {
  const std::vector<Nothing> many(1000);
  const Bytes bytes = toWire(std::pair(many, 5));
  EXPECT_EQ(bytes.size(), 8 + 1000 + sizeof(int));
  const auto back = fromWire<std::pair<std::vector<Nothing>, int>>(bytes);
  EXPECT_EQ(back.first.size(), 1000U);
  EXPECT_EQ(back.second, 5);
  expectDamageIsSeen<std::vector<Nothing>>(toWire(many));
}

TEST(WireDamage, NestingIsBounded) {
  Link chain;
  for (int i = 0; i < 500; ++i) {
    auto next = std::make_unique<Link>();
    next->next = std::move(chain.next);
    chain.next = std::move(next);
  }
  int links = 0;
  const auto back = fromWire<Link>(toWire(chain));
  for (const Link* link = &back; link->next; link = link->next.get()) {
    ++links;
  }
  EXPECT_EQ(links, 500);
  for (int i = 0; i < 100; ++i) {
    auto next = std::make_unique<Link>();
    next->next = std::move(chain.next);
    chain.next = std::move(next);
  }
  EXPECT_THROW(toWire(chain), std::length_error);
  EXPECT_THROW(fromWire<Link>(Bytes(100000, std::byte{1})), WireError);
}

TEST(WireDamage, RandomDamageGivesAnErrorOrAValue) {
  using Value =
      std::tuple<std::vector<Person>, std::map<std::string, std::optional<double>>, std::variant<int, std::string>,
                 std::unordered_map<int, std::vector<bool>>, std::vector<std::pair<int, bool>>, Tree,
                 std::vector<Nothing>, std::set<std::string>, Secret, std::array<Switch, 3>>;
  Value value;
  std::get<0>(value) = {{"Ada", 36, {"Charles", "Mary"}}, {"Grace", 85, {}}};
  std::get<1>(value) = {{"pi", 3.14}, {"none", std::nullopt}};
  std::get<2>(value) = "variant";
  std::get<3>(value) = {{1, {true, false}}, {2, {}}, {3, {true}}};
  std::get<4>(value) = {{1, true}, {2, false}};
  std::get<5>(value) = Tree{1, {Tree{2, {}}, Tree{3, {}}}};
  std::get<6>(value).resize(4);
  std::get<7>(value) = {"x", "y"};
  const Bytes good = toWire(value);
  expectDamageIsSeen<Value>(good);

  const char* given = std::getenv("TEST_SEED");
  const auto seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20240229ULL;
  std::cout << "TEST_SEED=" << seed << '\n';
  std::mt19937_64 random(seed);
  int errors = 0, values = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    Bytes bytes = good;
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<std::byte>(1U << random() % 8);
    }
    try {
      const Bytes again = toWire(fromWire<Value>(bytes));
      EXPECT_TRUE(toWire(fromWire<Value>(again)) == again);
      ++values;
    } catch (const WireError&) {
      ++errors;
    }
  }
  EXPECT_GT(errors, 100);
  EXPECT_GT(values, 100);
}

}  // namespace
}  // namespace seltzer::test
