#include <array>
#include <bitset>
#include <charconv>
#include <chrono>
#include <complex>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory_resource>
#include <optional>
#include <ranges>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <typeindex>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/wire/bitwise.hpp>

// Which types are serialized bitwise, and which hold an address. Checked by static_assert: a failure does not compile.

namespace {

using seltzer::detail::holdsAddress;
using seltzer::detail::isBitwise;

template <class T>
constexpr bool isAddress = holdsAddress<T>() && !isBitwise<T>;

/// The answer is the same inside anything that may contain the type.
template <class T>
struct InStruct {
  char name[32];
  T tail;
};
template <class T>
struct InArray {
  int before;
  T elements[3];
  int behind;
};
template <class T>
struct InNested {
  InStruct<T> inner[2];
  double value;
};
template <class T>
struct AsBase : InStruct<T> {
  int own;
};
template <class T>
struct BesideConst {
  const int number;
  T address;
};
template <class T>
struct BehindMany {
  double some[40];
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z;
  char text[4096];
  T tail;
};
template <class T>
struct BehindMore {
  int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, c0, c1, c2, c3, c4, c5, c6, c7;
  int d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9;
  T tail;
};
struct WithoutDefault {
  explicit WithoutDefault(int n) : number(n) {}
  int number;
};
template <class T>
struct BesideOneWithoutDefault {
  WithoutDefault number;
  T tail;
};

template <class T>
constexpr bool isAddressEverywhere =
    isAddress<T>&& isAddress<const T>&& isAddress<T[2]>&& isAddress<std::array<T, 2>>&& isAddress<std::pair<int, T>>&&
        isAddress<std::tuple<int, double, T>>&&
        holdsAddress<std::optional<T>>() &&
    isAddress<InStruct<T>>&& isAddress<InArray<T>>&& isAddress<InNested<T>>&& isAddress<AsBase<T>>&& isAddress<BesideConst<T>>&& isAddress<
        BehindMany<
            T>>&& isAddress<BehindMore<T>>&& isAddress<BesideOneWithoutDefault<T>>&& isAddress<InStruct<std::
                                                                                                            optional<
                                                                                                                T>>>;

static_assert(isAddressEverywhere<const char*> && isAddressEverywhere<void*> && isAddressEverywhere<void (*)()> &&
              isAddressEverywhere<int InStruct<int>::*>);
static_assert(isAddressEverywhere<std::string_view> && isAddressEverywhere<std::span<int>> &&
              isAddressEverywhere<std::span<const int, 3>> && isAddressEverywhere<std::u16string_view>);
static_assert(isAddressEverywhere<std::reference_wrapper<int>> && isAddressEverywhere<std::initializer_list<int>>);
static_assert(isAddressEverywhere<std::error_code> && isAddressEverywhere<std::error_condition> &&
              isAddressEverywhere<std::type_index> && isAddressEverywhere<std::thread::id>);
#ifdef __cpp_lib_source_location
static_assert(isAddressEverywhere<std::source_location>);
#endif
#ifdef __cpp_lib_coroutine
static_assert(isAddressEverywhere<std::coroutine_handle<>>);
#endif
static_assert(isAddressEverywhere<std::vector<int>::iterator> && isAddressEverywhere<std::list<int>::const_iterator> &&
              isAddressEverywhere<std::from_chars_result> && isAddress<std::reverse_iterator<int*>> &&
              isAddress<InStruct<std::reverse_iterator<int*>>>);
static_assert(isAddress<std::pmr::polymorphic_allocator<int>>);
#ifndef __clang__  // clang 14 cannot compile libstdc++'s views
static_assert(isAddress<std::ranges::subrange<int*>>);
static_assert(isAddress<decltype(std::declval<std::vector<int>&>() | std::views::take(3))> &&
              isAddress<decltype(std::declval<std::vector<int>&>() | std::views::drop(3))>);
#endif

struct Reference {
  int& target;
};
struct ConstReference {
  int number;
  const int& target;
};
struct RvalueReference {
  int&& target;
};
union Either {
  const char* text;
  long number;
};
static_assert(isAddress<Reference> && isAddress<ConstReference> && isAddress<RvalueReference> && isAddress<Either>);
static_assert(isAddress<InStruct<Reference>> && isAddress<InStruct<ConstReference>> && isAddress<InStruct<Either>>);

// No false alarms for types without addresses.
struct Point {
  double x, y;
};
struct Named {
  char name[32];
  Point where;
  std::array<Point, 3> path;
};
struct Bits {
  unsigned low : 3, high : 29;
};
struct Empty {};
struct Derived : Empty, Point {
  int own;
};
struct Tagged {
  int tag;
  union {
    int number;
    float fraction;
  };
};
struct FromAnything {
  template <class T>
  FromAnything(T) {}
  FromAnything() = default;
  int number = 0;
};
static_assert(isBitwise<Point> && isBitwise<Named> && isBitwise<Named[3]> && isBitwise<Bits> && isBitwise<Empty> &&
              isBitwise<Derived> && isBitwise<Tagged> && isBitwise<InStruct<FromAnything>>);
static_assert(isBitwise<InStruct<int>> && isBitwise<InArray<Point>> && isBitwise<InNested<Bits>> &&
              isBitwise<AsBase<double>> && isBitwise<BesideConst<int>> && isBitwise<BehindMany<int>> &&
              isBitwise<BehindMore<Point>> && isBitwise<BesideOneWithoutDefault<char>> &&
              isBitwise<InStruct<WithoutDefault>> && isBitwise<AsBase<Tagged>>);
static_assert(isBitwise<std::chrono::system_clock::time_point> && isBitwise<std::complex<double>> &&
              isBitwise<std::bitset<100>> && isBitwise<std::chrono::year_month_day> && isBitwise<std::byte> &&
              isBitwise<std::filesystem::perms> && isBitwise<std::errc> && isBitwise<std::chars_format>);
static_assert(!holdsAddress<std::optional<int>>() && !holdsAddress<std::variant<int, Point>>() &&
              !holdsAddress<std::string>() && !holdsAddress<std::vector<int>>() && !holdsAddress<void>());

TEST(Bitwise, IsKnownToTheCompiler) {
  EXPECT_TRUE(isBitwise<Point>);
  EXPECT_FALSE(isBitwise<InStruct<const char*>>);
}

}  // namespace
