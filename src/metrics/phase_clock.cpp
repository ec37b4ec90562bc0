#include <algorithm>

#include <seltzer/detail/metrics/phase_clock.hpp>

namespace seltzer::detail {

void PhaseRow::addTaken(int from, std::uint64_t time) {
  auto known = std::ranges::find(taken, from, &TakenTasks::from);
  if (known == taken.end()) known = taken.insert(known, {from});
  ++known->tasks;
  known->nanoseconds += time;
}

PhaseClock::PhaseClock() : rows_(1), row_(&rows_.front()) {}
PhaseClock::~PhaseClock() = default;

void PhaseClock::reattribute(RowId row, Phase from, RowId toRow, Phase to, Nanoseconds time) {
  Nanoseconds& source = at(row).nanoseconds[static_cast<std::size_t>(from)];
  if (time > source) time = source;
  source -= time;
  at(toRow).nanoseconds[static_cast<std::size_t>(to)] += time;
}

PhaseRow& PhaseClock::at(RowId row) {
  while (rows_.size() <= row) rows_.emplace_back();
  return rows_[row];
}

PhaseClock& phaseClock() {
  static PhaseClock clock;
  return clock;
}

PhaseScope::PhaseScope(Phase phase) : before_(phaseClock().phase()) {
  phaseClock().enter(phase);
}

PhaseScope::~PhaseScope() {
  phaseClock().enter(before_);
}

}  // namespace seltzer::detail
