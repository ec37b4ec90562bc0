#include <seltzer/detail/metrics/phase_clock.hpp>

namespace seltzer::detail {

PhaseClock::PhaseClock() : rows_(1), row_(&rows_.front()) {}
PhaseClock::~PhaseClock() = default;

}  // namespace seltzer::detail
