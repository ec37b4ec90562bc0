#pragma once

#include <cmath>
#include <type_traits>

namespace seltzer::test {

/// The order that sorts promise for numbers: NaN is greatest.
struct NanLast {
  template <class A>
  bool operator()(const A& a, const A& b) const {
    if constexpr (std::is_floating_point_v<A>) {
      return std::isnan(b) ? !std::isnan(a) : a < b;
    } else {
      return a < b;
    }
  }
};

}  // namespace seltzer::test
