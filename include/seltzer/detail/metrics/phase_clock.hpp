#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>

#include <seltzer/detail/metrics/hot_keys.hpp>
#include <seltzer/detail/metrics/task_times.hpp>
#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/statistics.hpp>

namespace seltzer::detail {

/// Index of a row of the statistics. Row 0 collects what belongs to no operation.
using RowId = std::uint32_t;

/// What one rank spent on one row: the jobs that one operation at one call site started.
struct PhaseRow {
  std::array<std::uint64_t, phaseCount> nanoseconds{};
  std::array<std::uint64_t, phaseCount> bytes{};
  std::array<std::uint64_t, phaseCount> records{};
  std::uint64_t jobs = 0;
  std::uint64_t wallNanoseconds = 0;  ///< of the jobs, by clock readings of their own
  TaskTimes tasks;
  Traffic traffic;
  HotKeys hotKeys;  ///< of the elements that the row's map tasks wrote to a shuffle
};

/// The stop watch of a rank: at any moment it runs for one phase of one row, so that the phases of a rank add up to its
/// wall time. Changing the phase costs one reading of the clock (about 25 ns).
class PhaseClock {
 public:
  using Nanoseconds = std::uint64_t;

  static Nanoseconds now() {
    return static_cast<Nanoseconds>(std::chrono::steady_clock::now().time_since_epoch().count());
  }

  Phase phase() const { return phase_; }

  /// The time since the last change goes to the phase that ends; returns the reading.
  Nanoseconds enter(Phase phase) {
    const Nanoseconds time = now();
    row_->nanoseconds[static_cast<std::size_t>(phase_)] += time - since_;
    phase_ = phase;
    since_ = time;
    ++changes_;
    return time;
  }

  /// Ends the current phase and lets `row` take the time from here on, in `phase`; returns the reading.
  Nanoseconds enter(RowId row, Phase phase) {
    const Nanoseconds time = enter(phase);
    row_ = &at(row);
    return time;
  }

  void count(Phase phase, std::uint64_t bytes, std::uint64_t records) {
    row_->bytes[static_cast<std::size_t>(phase)] += bytes;
    row_->records[static_cast<std::size_t>(phase)] += records;
  }

  /// Moves `time` of row `row` from `from` to phase `to` of row `toRow`: for time whose cause is learnt afterwards.
  void reattribute(RowId row, Phase from, RowId toRow, Phase to, Nanoseconds time) {
    Nanoseconds& source = at(row).nanoseconds[static_cast<std::size_t>(from)];
    if (time > source) time = source;
    source -= time;
    at(toRow).nanoseconds[static_cast<std::size_t>(to)] += time;
  }

  PhaseRow& current() { return *row_; }

  /// How often the clock was read for a change of phase.
  std::uint64_t changes() const { return changes_; }

  PhaseRow& at(RowId row) {
    while (rows_.size() <= row) rows_.emplace_back();
    return rows_[row];
  }

 private:
  std::deque<PhaseRow> rows_ = std::deque<PhaseRow>(1);  // a deque: rows stay where they are as it grows
  PhaseRow* row_ = &rows_.front();
  Phase phase_ = Phase::outside;
  Nanoseconds since_ = now();
  std::uint64_t changes_ = 0;
};

/// The clock of this rank.
inline PhaseClock& phaseClock() {
  static PhaseClock clock;
  return clock;
}

/// Runs the clock for `phase` until the end of the scope, then again for the phase before.
class PhaseScope {
 public:
  explicit PhaseScope(Phase phase) : before_(phaseClock().phase()) { phaseClock().enter(phase); }
  ~PhaseScope() { phaseClock().enter(before_); }
  PhaseScope(const PhaseScope&) = delete;
  PhaseScope& operator=(const PhaseScope&) = delete;

 private:
  Phase before_;
};

}  // namespace seltzer::detail
