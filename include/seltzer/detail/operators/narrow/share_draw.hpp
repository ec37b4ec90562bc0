#pragma once

#include <cstdint>

namespace seltzer::detail {

/// How many of `draws` elements, drawn at random out of `total`, fall on `marked` of these, for `uniform`, a number
/// drawn uniformly from [0, 1): without replacement by the hypergeometric distribution, for draws <= total and marked
/// <= total; with replacement by the binomial one, for total > 0. Always a possible number. By inversion that begins at
/// the mode, so in O(standard deviation). Source: V. Kachitvichyanukul, B. Schmeiser, Computer generation of
/// hypergeometric random variates, 1985.
std::uint64_t hypergeometricShare(double uniform, std::uint64_t total, std::uint64_t marked, std::uint64_t draws);
std::uint64_t binomialShare(double uniform, std::uint64_t total, std::uint64_t marked, std::uint64_t draws);

}  // namespace seltzer::detail
