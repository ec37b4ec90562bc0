#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <deque>
#include <vector>

#include <seltzer/detail/metrics/hot_keys.hpp>
#include <seltzer/detail/metrics/task_times.hpp>
#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/statistics.hpp>

namespace seltzer::detail {

/// Index of a row of the statistics: a call site of an operation. Row 0 is for what belongs to no operation.
using RowId = std::uint32_t;

/// The time of the tasks that a rank ran and that were meant for another one.
struct TakenTasks {
  int from = 0;  ///< the other rank
  std::uint64_t tasks = 0;
  std::uint64_t nanoseconds = 0;
};

/// What a rank spent on a row: on the jobs started by an operation at a call site.
struct PhaseRow {
  std::array<std::uint64_t, phaseCount> nanoseconds{};
  std::array<std::uint64_t, phaseCount> bytes{};
  std::array<std::uint64_t, phaseCount> records{};
  std::uint64_t jobs = 0;
  std::uint64_t wallNanoseconds = 0;  ///< of the jobs, measured independently of the phases
  TaskTimes tasks;                    ///< of the tasks that ran here
  std::vector<TakenTasks> taken;      ///< those of other ranks among them
  bool lostTasks = false;             ///< whether other ranks ran tasks that were meant for this one
  Traffic traffic;
  HotKeys hotKeys;  ///< of the row's map tasks

  /// Counts a task that was meant for rank `from`.
  void addTaken(int from, std::uint64_t time);

  /// Whether this rank ran tasks of others, or they its own.
  bool hasMoves() const { return lostTasks || !taken.empty(); }
};

/// The stopwatch of a rank: runs for exactly one phase of one row at any moment, so that the phases of a rank add up to
/// its wall time. A change of phase costs one clock reading (about 25 ns).
class PhaseClock {
 public:
  using Nanoseconds = std::uint64_t;

  PhaseClock();
  ~PhaseClock();
  PhaseClock(const PhaseClock&) = delete;
  PhaseClock& operator=(const PhaseClock&) = delete;

  /// Reads a clock that never goes back.
  using Source = Nanoseconds (*)();

  /// Reads the clock of std::chrono::steady_clock, whose header every program would read.
  static Nanoseconds steadyTime() {
    timespec time;
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<Nanoseconds>(time.tv_sec) * 1'000'000'000 + static_cast<Nanoseconds>(time.tv_nsec);
  }

  static Nanoseconds now() { return source_(); }

  /// Reads the time from `source` from now on; a test's own clock may stand still, but must not begin before `now()`.
  static void readFrom(Source source) { source_ = source; }

  Phase phase() const { return phase_; }

  /// Adds the time since the last change to the current phase and starts `phase`; returns the clock reading.
  Nanoseconds enter(Phase phase) {
    const Nanoseconds time = now();
    row_->nanoseconds[static_cast<std::size_t>(phase_)] += time - since_;
    phase_ = phase;
    since_ = time;
    ++changes_;
    return time;
  }

  /// As above, and switches to `row`.
  Nanoseconds enter(RowId row, Phase phase) {
    const Nanoseconds time = enter(phase);
    row_ = &at(row);
    return time;
  }

  void count(Phase phase, std::uint64_t bytes, std::uint64_t records) {
    row_->bytes[static_cast<std::size_t>(phase)] += bytes;
    row_->records[static_cast<std::size_t>(phase)] += records;
  }

  /// Moves `time` from phase `from` of `row` to phase `to` of `toRow`: for time whose cause is known only afterwards.
  void reattribute(RowId row, Phase from, RowId toRow, Phase to, Nanoseconds time);

  PhaseRow& current() { return *row_; }

  /// How often the clock was read for a change of phase.
  std::uint64_t changes() const { return changes_; }

  PhaseRow& at(RowId row);

 private:
  inline static Source source_ = steadyTime;

  std::deque<PhaseRow> rows_;  // a deque, because row_ must stay valid as it grows
  PhaseRow* row_;
  Phase phase_ = Phase::outside;
  Nanoseconds since_ = now();
  std::uint64_t changes_ = 0;
};

/// The clock of this rank.
PhaseClock& phaseClock();

/// Switches the clock to `phase` until the end of the scope, then back to the previous phase.
class PhaseScope {
 public:
  explicit PhaseScope(Phase phase);
  ~PhaseScope();
  PhaseScope(const PhaseScope&) = delete;
  PhaseScope& operator=(const PhaseScope&) = delete;

 private:
  Phase before_;
};

}  // namespace seltzer::detail
