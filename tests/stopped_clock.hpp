#pragma once

#include <seltzer/detail/metrics/phase_clock.hpp>

#include "fixture.hpp"

namespace seltzer::test {

/// Stops the phase clock of every rank for its lifetime: only `pass` advances the time, besides a nanosecond for each
/// reading, so that tests know what the statistics must say. Time does not go back when the clocks run again.
class StoppedClock {
  using Clock = detail::PhaseClock;

 public:
  StoppedClock() {
    context().range(0, context().ranks(), 1, context().ranks()).foreach ([](std::int64_t) {
      time_ = Clock::now();
      stopped_ = true;
      Clock::readFrom(read);
    });
  }
  ~StoppedClock() {
    context().range(0, context().ranks(), 1, context().ranks()).foreach ([](std::int64_t) {
      offset_ = time_ - Clock::steadyTime();
      stopped_ = false;
    });
  }
  StoppedClock(const StoppedClock&) = delete;
  StoppedClock& operator=(const StoppedClock&) = delete;

  /// On the calling rank.
  static void pass(int milliseconds) { time_ += static_cast<Clock::Nanoseconds>(milliseconds) * 1'000'000; }

 private:
  static Clock::Nanoseconds read() { return stopped_ ? ++time_ : Clock::steadyTime() + offset_; }

  inline static bool stopped_ = false;
  inline static Clock::Nanoseconds time_ = 0;
  inline static Clock::Nanoseconds offset_ = 0;  // modulo 2^64
};

}  // namespace seltzer::test
