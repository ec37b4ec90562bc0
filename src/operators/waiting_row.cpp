#include <utility>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/operators/shuffle/waiting_row.hpp>

namespace seltzer::detail {

WaitingFrames::WaitingFrames() = default;
WaitingFrames::~WaitingFrames() = default;

void WaitingFrames::added() {
  ++size_;
  ++openCount_;
  if (open_.size() >= shuffleFrameBytes) flush();
}

void WaitingFrames::flush() {
  frames_.push_back({SpilledBytes(open_), std::exchange(openCount_, 0)});
  open_.clear();
}

ByteView WaitingFrames::next(std::size_t& count) {
  if (openCount_ > 0) flush();
  open_ = Bytes();
  count = 0;
  if (next_ == frames_.size()) return {};
  Frame& frame = frames_[next_++];
  if (next_ < frames_.size()) frames_[next_].bytes.readAhead();
  count = frame.count;
  open_ = std::exchange(frame.bytes, {}).read();
  return open_;
}

}  // namespace seltzer::detail
