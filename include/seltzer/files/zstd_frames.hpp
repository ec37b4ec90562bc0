#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seltzer::detail {

/// Follows the frames of zstd data (RFC 8878) by their lengths, without decompressing: to know whether data that are at
/// their end are complete, which Boost's decompressor does not tell.
class ZstdFrames {
 public:
  /// The next bytes of the data, which a decompressor has to check.
  void follow(std::string_view bytes);

  /// Whether the data seen so far are one or more whole frames.
  bool complete() const { return field_ == Field::magic && have_ == 0 && skip_ == 0 && frames_ > 0; }

 private:
  enum class Field { magic, skippableSize, descriptor, blockHeader };

  std::size_t sizeOf(Field field) const;
  void take();
  void takeDescriptor(unsigned descriptor);
  void takeBlockHeader(std::uint32_t header);

  Field field_ = Field::magic;
  std::array<unsigned char, 4> bytes_{};  // of the field, as far as seen
  std::size_t have_ = 0;
  std::uint64_t skip_ = 0;  // bytes before the field
  bool checksum_ = false;
  std::uint64_t frames_ = 0;
};

}  // namespace seltzer::detail
