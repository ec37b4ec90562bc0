#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// The wire form of some records, in memory as long as this exists.
class SegmentData {
 public:
  SegmentData() = default;
  SegmentData(std::shared_ptr<const Bytes> owner, ByteView bytes) : owner_(std::move(owner)), bytes_(bytes) {}

  const std::shared_ptr<const Bytes>& owner() const { return owner_; }
  ByteView bytes() const { return bytes_; }

 private:
  std::shared_ptr<const Bytes> owner_;
  ByteView bytes_;
};

/// Whole records in wire form, in memory or in the scratch file.
class WirePiece {
 public:
  /// `data` is part of `owner`.
  WirePiece(std::uint64_t records, std::shared_ptr<const Bytes> owner, ByteView data)
      : records_(records), bytes_(data.size()), data_(std::move(owner), data) {}
  explicit WirePiece(ShuffleFrame&& frame);

  std::uint64_t records() const { return records_; }
  std::size_t bytes() const { return bytes_; }
  /// The bytes that `spill` would free.
  std::size_t memory() const { return data_.bytes().size(); }

  /// They will be read soon.
  void readAhead() const noexcept { spilled_.readAhead(); }

  /// Reads them back if they were spilled. O(1) otherwise.
  SegmentData data() const;

  void spill();

 private:
  std::uint64_t records_;
  std::size_t bytes_;
  SegmentData data_;  // empty if spilled
  SpilledBytes spilled_;
};

}  // namespace seltzer::detail
