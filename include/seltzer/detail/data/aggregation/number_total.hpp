#pragma once

#include <concepts>
#include <cstdint>
#include <ostream>
#include <type_traits>

#include <seltzer/detail/data/aggregation/exact_sum.hpp>

namespace seltzer::detail {

/// The count and the sum of numbers: of integers exactly, of others in the order in which they are added.
template <class Number>
struct NumberTotal {
  std::int64_t count = 0;
  std::conditional_t<std::integral<Number>, ExactSum, Number> sum{};

  static NumberTotal of(Number value, std::int64_t count) {
    NumberTotal total;
    total.count = count;
    if constexpr (std::integral<Number>) {
      total.sum.add(value);
    } else {
      total.sum = value;
    }
    return total;
  }

  /// Throws std::overflow_error if an integer does not fit.
  Number value() const {
    if constexpr (std::integral<Number>) {
      return sum.template value<Number>();
    } else {
      return sum;
    }
  }

  NumberTotal& operator+=(const NumberTotal& other) {
    count += other.count;
    if constexpr (std::integral<Number>) {
      sum.merge(other.sum);
    } else {
      sum += other.sum;
    }
    return *this;
  }

  bool operator==(const NumberTotal&) const = default;

  friend std::ostream& operator<<(std::ostream& out, const NumberTotal& total) { return out << total.value(); }
};

}  // namespace seltzer::detail
