#include <utility>

#include <seltzer/detail/data/block/wire_piece.hpp>

namespace seltzer::detail {

WirePiece::WirePiece(ShuffleFrame&& frame)
    : records_(frame.records), bytes_(frame.bytes()), spilled_(std::move(frame.spilled)) {
  if (spilled_.size() > 0) return;
  if (frame.data.capacity() > frame.data.size() + frame.data.size() / 8) frame.data.shrink_to_fit();
  auto owner = std::make_shared<const Bytes>(std::move(frame.data));
  const ByteView view(*owner);
  data_ = SegmentData(std::move(owner), view);
}

SegmentData WirePiece::data() const {
  if (spilled_.size() == 0) return data_;
  const auto read = std::make_shared<const Bytes>(spilled_.read());
  return {read, *read};
}

void WirePiece::spill() {
  if (data_.bytes().empty()) return;
  spilled_ = SpilledBytes(data_.bytes());
  data_ = {};
}

}  // namespace seltzer::detail
