#pragma once

#include <cstdint>

namespace seltzer::detail {

/// How many of `draws` elements, drawn at random from `total`, are among `marked` of these, given `uniform`, a random
/// number from [0, 1). Without replacement the hypergeometric distribution, which requires draws <= total and marked <=
/// total; with replacement the binomial distribution, which requires total > 0. Always within the distribution's
/// support. By inversion that starts at the mode: O(standard deviation). Source: V. Kachitvichyanukul, B. Schmeiser,
/// Computer generation of hypergeometric random variates, 1985.
std::uint64_t hypergeometricShare(double uniform, std::uint64_t total, std::uint64_t marked, std::uint64_t draws);
std::uint64_t binomialShare(double uniform, std::uint64_t total, std::uint64_t marked, std::uint64_t draws);

}  // namespace seltzer::detail
