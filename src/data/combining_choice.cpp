#include <algorithm>
#include <cmath>
#include <utility>

#include <seltzer/detail/data/aggregation/combining_choice.hpp>

namespace seltzer::detail {
namespace {

constexpr std::size_t firstSlots = 64;

/// The sample then has at least half as many keys, so the number of all is known within 2 %.
constexpr std::size_t mostKept = 8192;

/// The mean number of records of a key from which combining goes on at the first decision, and begins again later.
constexpr double leastToGoOn = 1.05;
constexpr double leastToResume = 2;

}  // namespace

CombiningChoice::CombiningChoice() = default;
CombiningChoice::~CombiningChoice() = default;

void CombiningChoice::keep(std::uint64_t mixed) {
  if (2 * kept_ >= slots_.size()) rebuild(std::max(2 * slots_.size(), firstSlots));
  insert(mixed);
  while (kept_ > mostKept) {
    largest_ /= 2;
    ++halvings_;
    rebuild(slots_.size());
  }
}

void CombiningChoice::insert(std::uint64_t mixed) {
  mixed = std::max<std::uint64_t>(mixed, 1);  // 0 is a free slot
  std::size_t at = mixed & (slots_.size() - 1);
  while (slots_[at] != 0 && slots_[at] != mixed) at = (at + 1) & (slots_.size() - 1);
  if (slots_[at] == 0) ++kept_;
  slots_[at] = mixed;
}

/// Drops the keys that are no longer in the sample.
void CombiningChoice::rebuild(std::size_t slots) {
  kept_ = 0;
  for (const std::uint64_t mixed : std::exchange(slots_, std::vector<std::uint64_t>(slots))) {
    if (mixed != 0 && mixed <= largest_) insert(mixed);
  }
}

void CombiningChoice::decide() {
  nextDecision_ += recordsPerDecision;
  const double keys = std::ldexp(static_cast<double>(kept_), halvings_);
  const double recordsOfKey = static_cast<double>(records_) / keys;
  combines_ = isFinal_ = recordsOfKey >= (combines_ ? leastToGoOn : leastToResume);
  if (isFinal_) slots_ = std::vector<std::uint64_t>();  // `= {}` would keep the memory
}

}  // namespace seltzer::detail
