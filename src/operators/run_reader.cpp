#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/shuffle/run_reader.hpp>

namespace seltzer::detail {

bool RunReader::open() {
  while (left_ == 0 && !segments_.empty()) {
    const ShuffleSegment& segment = segments_.front();
    segments_ = segments_.subspan(1);
    if (!segments_.empty()) segments_.front().readAhead();
    phaseClock().count(Phase::shuffleRead, segment.bytes(), segment.records());
    data_ = segment.data();
    reader_ = WireReader(data_.bytes());
    left_ = segment.records();
  }
  return left_ > 0;
}

}  // namespace seltzer::detail
