#include <algorithm>

#include <seltzer/detail/engine/exact_value.hpp>

namespace seltzer::detail {

void ExactValue::combine(const ExactValue& other) {
  if (other.present == 0) return;
  if (present == 0) {
    *this = other;
    return;
  }
  const auto extremum = [](auto into, auto from, bool smallest) {
    return static_cast<std::uint64_t>(smallest ? std::min(into, from) : std::max(into, from));
  };
  const auto asSigned = [](std::uint64_t word) { return static_cast<std::int64_t>(word); };
  switch (merge) {
    case ExactMerge::none:
      break;
    case ExactMerge::sum:
      low += other.low;
      high += other.high + (low < other.low ? 1 : 0);
      break;
    case ExactMerge::minSigned:
      low = extremum(asSigned(low), asSigned(other.low), true);
      break;
    case ExactMerge::minUnsigned:
      low = extremum(low, other.low, true);
      break;
    case ExactMerge::maxSigned:
      low = extremum(asSigned(low), asSigned(other.low), false);
      break;
    case ExactMerge::maxUnsigned:
      low = extremum(low, other.low, false);
      break;
  }
}

}  // namespace seltzer::detail
