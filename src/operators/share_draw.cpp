#include <algorithm>
#include <cmath>

#include <seltzer/detail/operators/narrow/share_draw.hpp>

namespace seltzer::detail {
namespace {

double real(std::uint64_t number) {
  return static_cast<double>(number);
}

double logFactorial(std::uint64_t n) {
  return std::lgamma(real(n) + 1);
}

double logChoose(std::uint64_t n, std::uint64_t k) {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/// Inversion from the mode: subtracts probabilities from `uniform`, from `mode` alternately up to `most` and down to
/// `least`, until it is negative. `ratio(x)` is the probability of x + 1 divided by that of x.
template <class Ratio>
std::uint64_t invert(double uniform, std::uint64_t least, std::uint64_t mode, std::uint64_t most, double ofMode,
                     Ratio ratio) {
  double left = uniform - ofMode;
  if (left < 0) return mode;
  std::uint64_t up = mode;
  std::uint64_t down = mode;
  double ofUp = ofMode;
  double ofDown = ofMode;
  while ((up < most && ofUp > 0) || (down > least && ofDown > 0)) {
    if (up < most) {
      ofUp *= ratio(up++);
      if ((left -= ofUp) < 0) return up;
    }
    if (down > least) {
      ofDown /= ratio(--down);
      if ((left -= ofDown) < 0) return down;
    }
  }
  return mode;  // rounding left a remainder
}

}  // namespace

std::uint64_t hypergeometricShare(double uniform, std::uint64_t total, std::uint64_t marked, std::uint64_t draws) {
  const std::uint64_t others = total - marked;
  const std::uint64_t least = draws > others ? draws - others : 0;
  const std::uint64_t most = std::min(draws, marked);
  if (least == most) return least;
  const double center = (real(draws) + 1) * ((real(marked) + 1) / (real(total) + 2));
  const std::uint64_t mode = std::clamp(static_cast<std::uint64_t>(center), least, most);
  const double ofMode = std::exp(logChoose(marked, mode) + logChoose(others, draws - mode) - logChoose(total, draws));
  return invert(uniform, least, mode, most, ofMode, [&](std::uint64_t x) {
    // others + x + 1 > draws for every x that is at least `least`
    return real(marked - x) * real(draws - x) / (real(x + 1) * real(others + x + 1 - draws));
  });
}

std::uint64_t binomialShare(double uniform, std::uint64_t total, std::uint64_t marked, std::uint64_t draws) {
  if (marked == 0 || draws == 0) return 0;
  if (marked == total) return draws;
  const double p = real(marked) / real(total);
  const double odds = real(marked) / real(total - marked);
  const std::uint64_t mode = std::min(static_cast<std::uint64_t>((real(draws) + 1) * p), draws);
  const double ofMode =
      mode == 0 ? std::exp(real(draws) * std::log1p(-p))
                : std::exp(logChoose(draws, mode) + real(mode) * std::log(p) + real(draws - mode) * std::log1p(-p));
  return invert(uniform, 0, mode, draws, ofMode, [&](std::uint64_t x) { return real(draws - x) / real(x + 1) * odds; });
}

}  // namespace seltzer::detail
