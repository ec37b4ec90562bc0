#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/functions/returned_view.hpp>
#include <seltzer/hash.hpp>

#include "wire_types.hpp"

// Structs without constructors are serialized, hashed and compared member by member.

namespace seltzer::test {

struct Empty {};
struct Texts {
  char name[32];
  const char* tail;
};
struct Mixed {
  int number;
  int table[2][3];
  std::string text;
};
struct WithBase : Mixed {
  int own;
};
struct WithEmptyBase : Empty {
  int first;
  std::string second;
};
struct Bits {
  int low : 4;
  unsigned high : 4;
};
struct WithUnion {
  int tag;
  union {
    int number;
    float fraction;
  };
};
struct ExplicitOnly {
  explicit ExplicitOnly() {}
};
struct WithExplicit {
  int before;
  ExplicitOnly member = ExplicitOnly();
  int behind;
};
struct WithReference {
  int number;
  const int& target;
};
struct Cell {
  int row;
  double value;
  char letter;
  bool operator==(const Cell&) const = default;
};
struct Grid {
  Cell corner;
  short sides[3];
  std::array<float, 2> scale;
  bool operator==(const Grid&) const = default;
};
struct Twig {
  int value;
  std::vector<Twig> children;
};
struct Branch {
  std::string name;
  std::map<std::string, Branch> children;
  std::unique_ptr<Branch> next;
  bool thick;
  std::string tags[2];
};
struct Shared {
  std::string name;
  std::shared_ptr<Shared> next;
};
struct WithViews {
  std::string text;
  std::vector<std::pair<int, std::string_view>> views;
};
struct WithConst {
  const std::string text;
};
struct WithErrorCode {
  std::string text;
  std::error_code code;
};
struct ViewAndNumber {
  int number;
  std::string_view view;
};
struct Most {
  int a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7;
  int c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7;
};
struct TooMany {
  Most most;
  int a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7;
  int c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7;
};

// A struct is hashed by its members only if its `==` is defaulted.
struct Unequal {
  int a;
};
struct PartlyEqual {
  int a, b;
  constexpr bool operator==(const PartlyEqual& other) const { return a == other.a; }
};
struct HoldsPartlyEqual {
  PartlyEqual part;
  bool operator==(const HoldsPartlyEqual&) const = default;
};
struct ByHand {
  int a, b;
  constexpr bool operator==(const ByHand& other) const { return a == other.a && b == other.b; }
};
struct ByHandUnseen {
  int a;
  bool operator==(const ByHandUnseen& other) const { return a == other.a; }
};
struct Nearly {
  double a;
  constexpr bool operator==(const Nearly& other) const { return a - other.a < 1e-9 && other.a - a < 1e-9; }
};
struct AnyCase {
  char a;
  constexpr bool operator==(const AnyCase& other) const { return (a | 0x20) == (other.a | 0x20); }
};
struct DerivedCell : Cell {
  int own;
  bool operator==(const DerivedCell&) const = default;
};
struct HashedByUser {
  int a;
  bool operator==(const HashedByUser& other) const { return a % 10 == other.a % 10; }
};
struct Words {
  std::string text;
  std::optional<int> number;
  std::vector<int> numbers;
  std::pair<int, std::string> pair;
  auto operator<=>(const Words&) const = default;
};

}  // namespace seltzer::test

template <>
struct seltzer::Hash<seltzer::test::HashedByUser> {
  std::uint64_t operator()(const seltzer::test::HashedByUser& key) const { return Hash<int>()(key.a % 10); }
};

namespace seltzer::test {
namespace {

using namespace seltzer::detail;

template <class T, std::size_t count>
constexpr bool hasMembers = [] {
  if constexpr (hasVisibleMembers<T>) {
    return memberCount<T> == count;
  } else {
    return false;
  }
}();
static_assert(hasMembers<Empty, 0> && hasMembers<Texts, 2> && hasMembers<Mixed, 3> && hasMembers<WithEmptyBase, 2> &&
              hasMembers<Bits, 2> && hasMembers<Grid, 3> && hasMembers<Twig, 2> && hasMembers<const Branch, 5> &&
              hasMembers<Most, 32>);
static_assert(!hasVisibleMembers<WithBase> && !hasVisibleMembers<WithUnion> && !hasVisibleMembers<WithExplicit> &&
              !hasVisibleMembers<WithReference> && !hasVisibleMembers<TooMany> && !hasVisibleMembers<int> &&
              !hasVisibleMembers<std::string> && !hasVisibleMembers<std::array<int, 3>> &&
              !hasVisibleMembers<std::pair<int, int>> && !hasVisibleMembers<decltype([x = 3] { return x; })>);
static_assert(std::is_same_v<MemberTypes<Texts>, TypeList<char[32], const char*>>);
static_assert(std::is_same_v<MemberTypes<const Bits>, TypeList<int, unsigned>>);
constexpr Bits bits{1, 2};
static_assert(withMembers(bits, [](const auto&... members) { return (members + ...); }) == 3);

static_assert(isWireable<Mixed> && isWireable<WithEmptyBase> && isWireable<Twig> && isWireable<Branch>);
static_assert(!isWireable<Shared> && !isWireable<WithViews> && !isWireable<WithConst> && !isWireable<WithErrorCode> &&
              !isWireable<WithBase>);

static_assert(isHashedByMembers<Cell> && isHashedByMembers<Grid> && isHashedByMembers<ByHand>);
static_assert(!isHashable<Unequal> && !isHashable<PartlyEqual> && !isHashable<HoldsPartlyEqual> &&
              !isHashable<ByHandUnseen> && !isHashable<Nearly> && !isHashable<AnyCase> && !isHashable<DerivedCell> &&
              !isHashable<std::vector<Unequal>>);
static_assert(isHashable<HashedByUser> && !isHashedByMembers<HashedByUser> && isHashable<std::pair<Cell, std::string>>);
static_assert(isHashable<wchar_t> && isHashable<char8_t> && isHashable<char16_t> && isHashable<std::u16string>);
#if defined(__cpp_lib_constexpr_string) && !defined(__clang__)
static_assert(isHashedByMembers<Words>);
#endif

static_assert(containsView<ViewAndNumber>() && containsView<std::vector<std::pair<int, std::string_view>>>() &&
              containsView<std::optional<std::span<int>>>() && !containsView<Twig>() && !containsView<std::string>());

TEST(AggregateMembers, Travel) {
  const Twig twig{1, {Twig{2, {}}, Twig{3, {Twig{4, {}}}}}};
  const auto twigBack = fromWire<Twig>(toWire(twig));
  ASSERT_EQ(twigBack.children.size(), 2U);
  EXPECT_EQ(twigBack.children[1].children[0].value, 4);

  Branch branch{"root", {}, std::make_unique<Branch>(), true, {"a", "b"}};
  branch.next->name = "next";
  branch.children["child"].tags[1] = "leaf";
  const auto bytes = toWire(branch);
  const auto branchBack = fromWire<Branch>(bytes);
  EXPECT_EQ(branchBack.next->name, "next");
  EXPECT_TRUE(branchBack.thick);
  EXPECT_EQ(branchBack.tags[1], "b");
  EXPECT_EQ(branchBack.children.at("child").tags[1], "leaf");
  expectDamageIsSeen<Branch>(bytes);

  WithEmptyBase derived;
  derived.first = 5;
  derived.second = "text";
  EXPECT_EQ(fromWire<WithEmptyBase>(toWire(derived)).second, "text");
}

TEST(AggregateMembers, PartsWithoutDefaultConstructorAreMadeOfWhatIsRead) {
  using Joined = std::pair<Fixed, std::optional<Fixed>>;
  const auto back = fromWire<std::vector<Joined>>(toWire(std::vector<Joined>{{Fixed(1), {}}, {Fixed(2), Fixed(3)}}));
  ASSERT_EQ(back.size(), 2U);
  EXPECT_FALSE(back[0].second);
  EXPECT_EQ(back[1].second->value, 3);
  using Row = std::tuple<Fixed, std::string>;
  EXPECT_EQ(std::get<0>(fromWire<Row>(toWire(Row(Fixed(9), "text")))).value, 9);
  using Rows = std::array<Row, 2>;
  EXPECT_EQ(std::get<1>(fromWire<Rows>(toWire(Rows{Row(Fixed(1), "a"), Row(Fixed(2), "b")}))[1]), "b");
  EXPECT_EQ(fromWire<std::vector<Fixed>>(toWire(std::vector<Fixed>{Fixed(4), Fixed(5)}))[1].value, 5);
}

struct Ordered {
  int rank;
  double value;
  auto operator<=>(const Ordered&) const = default;
};
struct OrderedParts {
  Ordered parts[2];
  std::array<double, 2> more;
  auto operator<=>(const OrderedParts&) const = default;
};
struct OrderedByOne {
  int rank;
  double value;
  auto operator<=>(const OrderedByOne& other) const { return value <=> other.value; }
};
struct OrderedBackwards {
  int rank;
  double value;
  std::partial_ordering operator<=>(const OrderedBackwards& other) const {
    if (const auto order = value <=> other.value; order != 0) return order;
    return rank <=> other.rank;
  }
};
struct OrderedWhole {
  int rank;
  int value;
  auto operator<=>(const OrderedWhole&) const = default;
};
/// By magnitude: 2 comes before -3.
struct Magnitude {
  double value;
  static constexpr double of(double x) { return x < 0 ? -x : x; }
  constexpr std::partial_ordering operator<=>(const Magnitude& other) const { return of(value) <=> of(other.value); }
  constexpr bool operator==(const Magnitude& other) const { return of(value) == of(other.value); }
};

static_assert(OrderedByMembers<Ordered> && OrderedByMembers<OrderedParts>);
static_assert(!OrderedByMembers<Magnitude> && !EqualByMembers<Magnitude>);
static_assert(!OrderedByMembers<OrderedByOne> && !OrderedByMembers<OrderedBackwards> &&
              !OrderedByMembers<OrderedWhole> && !OrderedByMembers<double>);

TEST(AggregateMembers, AreOrderedOneAfterTheOtherWithNaNAsTheGreatest) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Ordered> ascending{{1, -1}, {1, 2}, {1, nan}, {2, 0}, {2, nan}};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(keyLess(ascending[i], ascending[j]), i < j) << i << ", " << j;
    }
  }
  const OrderedParts parts{{{1, nan}, {2, 3}}, {1, 2}};
  OrderedParts greater = parts;
  greater.more[1] = nan;
  EXPECT_TRUE(keyLess(parts, greater));
  EXPECT_FALSE(keyLess(greater, parts));
  EXPECT_FALSE(keyLess(greater, greater));
}

TEST(AggregateMembers, NaNsInAVariantAreOneKeyAndTheGreatest) {
  using Value = std::variant<int, double, std::monostate>;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(keyEqual(Value(nan), Value(-nan)));
  EXPECT_EQ(Hash<Value>()(Value(nan)), Hash<Value>()(Value(-nan)));
  EXPECT_EQ(Hash<Value>()(Value(0.0)), Hash<Value>()(Value(-0.0)));
  EXPECT_FALSE(keyEqual(Value(1), Value(1.0)));
  const std::vector<Value> ascending{1, 2, 0.5, 7.0, nan, std::monostate()};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(keyLess(ascending[i], ascending[j]), i < j) << i << ", " << j;
    }
  }
  static_assert(isHashable<Value> && OrderedKey<Value> && !OrderedKey<std::variant<int, Unequal>> &&
                !isHashable<std::variant<int, Unequal>>);
}

TEST(AggregateMembers, AreHashedAndComparedOneByOne) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto expectOne = [](const auto& a, const auto& b, bool one) {
    using Key = std::remove_cvref_t<decltype(a)>;
    EXPECT_EQ(keyEqual(a, b), one);
    EXPECT_EQ(Hash<Key>()(a) == Hash<Key>()(b), one);
  };
  expectOne(Cell{1, nan, 'x'}, Cell{1, -nan, 'x'}, true);
  expectOne(Cell{1, 0.0, 'x'}, Cell{1, -0.0, 'x'}, true);
  expectOne(Cell{1, 0.0, 'x'}, Cell{1, nan, 'x'}, false);
  expectOne(Cell{1, 0.0, 'x'}, Cell{1, 0.0, 'y'}, false);
  const Grid grid{{1, nan, 'x'}, {1, 2, 3}, {1, 2}};
  expectOne(grid, Grid{{1, -nan, 'x'}, {1, 2, 3}, {1, 2}}, true);
  expectOne(grid, Grid{{1, nan, 'x'}, {1, 2, 4}, {1, 2}}, false);
  expectOne(grid, Grid{{1, nan, 'x'}, {1, 2, 3}, {1, 3}}, false);
  expectOne(HashedByUser{3}, HashedByUser{13}, true);
}

}  // namespace
}  // namespace seltzer::test
