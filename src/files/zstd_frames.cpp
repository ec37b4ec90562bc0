#include <algorithm>

#include <seltzer/files/zstd_frames.hpp>

namespace seltzer::detail {

void ZstdFrames::follow(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
    bytes.remove_prefix(skipped);
    skip_ -= skipped;
    if (bytes.empty()) return;
    bytes_[have_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (have_ == sizeOf(field_)) take();
  }
}

std::size_t ZstdFrames::sizeOf(Field field) const {
  switch (field) {
    case Field::descriptor:
      return 1;
    case Field::blockHeader:
      return 3;
    case Field::magic:
    case Field::skippableSize:
      break;
  }
  return 4;
}

void ZstdFrames::take() {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < have_; ++i) value |= static_cast<std::uint32_t>(bytes_[i]) << (8 * i);
  have_ = 0;
  switch (field_) {
    case Field::magic:
      ++frames_;
      field_ = (value & 0xFFFFFFF0u) == 0x184D2A50u ? Field::skippableSize : Field::descriptor;
      return;
    case Field::skippableSize:
      skip_ = value;
      field_ = Field::magic;
      return;
    case Field::descriptor:
      return takeDescriptor(value);
    case Field::blockHeader:
      return takeBlockHeader(value);
  }
}

void ZstdFrames::takeDescriptor(unsigned descriptor) {
  constexpr std::array<std::uint64_t, 4> dictionaryIdBytes = {0, 1, 2, 4};
  constexpr std::array<std::uint64_t, 4> contentSizeBytes = {0, 2, 4, 8};
  const bool singleSegment = (descriptor & 0x20u) != 0;
  const unsigned contentSize = descriptor >> 6;
  checksum_ = (descriptor & 0x04u) != 0;
  skip_ = dictionaryIdBytes[descriptor & 3u] + contentSizeBytes[contentSize];
  // A byte for the window, which is the content if there is one segment; the size of that is always there.
  if (!singleSegment || contentSize == 0) ++skip_;
  field_ = Field::blockHeader;
}

void ZstdFrames::takeBlockHeader(std::uint32_t header) {
  constexpr std::uint32_t repeatedByte = 1;
  const bool last = (header & 1u) != 0;
  skip_ = ((header >> 1) & 3u) == repeatedByte ? 1 : header >> 3;
  if (last && checksum_) skip_ += 4;
  if (last) field_ = Field::magic;
}

}  // namespace seltzer::detail
