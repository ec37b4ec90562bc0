#pragma once

#include <cstdint>

namespace seltzer::detail {

/// How to combine two exact partial results. Order does not matter, so MPI_Reduce may combine them.
enum class ExactMerge : std::uint32_t { none, sum, minSigned, minUnsigned, maxSigned, maxUnsigned };

/// An exact partial result of a task, a rank or a job: a 128-bit sum, or a 64-bit extremum in the low word.
struct ExactValue {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  ExactMerge merge = ExactMerge::none;
  std::uint32_t present = 0;  ///< 0 for no elements: combining yields the other value

  void combine(const ExactValue& other);
};

}  // namespace seltzer::detail
