#pragma once

#include <cstddef>
#include <cstdint>

#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Bytes that moved to this rank's scratch file. Destroying them frees their place.
class SpilledBytes {
 public:
  /// No bytes.
  SpilledBytes() = default;

  /// Writes a copy of `data` to the scratch file. Throws std::system_error if that fails.
  explicit SpilledBytes(ByteView data);

  ~SpilledBytes() { release(); }
  SpilledBytes(SpilledBytes&& other) noexcept;
  SpilledBytes& operator=(SpilledBytes&& other) noexcept;

  std::size_t size() const { return size_; }

  /// They will be read soon.
  void readAhead() const noexcept;

  /// Reads them back. Throws std::system_error if that fails or they are not what was written.
  Bytes read() const;

 private:
  void release() noexcept;

  std::uint64_t offset_ = 0;
  std::size_t size_ = 0;
  std::uint64_t checksum_ = 0;
};

}  // namespace seltzer::detail
