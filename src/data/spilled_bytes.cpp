#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/hash.hpp>

#include "data/scratch_file.hpp"

namespace seltzer::detail {

SpilledBytes::SpilledBytes(ByteView data) {
  const PhaseScope phase(Phase::spillWrite);
  checksum_ = hashBytes(data.data(), data.size());
  offset_ = scratchFile().append(data);
  size_ = data.size();
  phaseClock().count(Phase::spillWrite, size_, 0);
}

SpilledBytes::SpilledBytes(SpilledBytes&& other) noexcept
    : offset_(other.offset_), size_(std::exchange(other.size_, 0)), checksum_(other.checksum_) {}

SpilledBytes& SpilledBytes::operator=(SpilledBytes&& other) noexcept {
  std::swap(offset_, other.offset_);
  std::swap(size_, other.size_);
  std::swap(checksum_, other.checksum_);
  return *this;
}

void SpilledBytes::release() noexcept {
  if (size_ > 0) scratchFile().release(offset_, size_);
}

void SpilledBytes::readAhead() const noexcept {
  if (size_ > 0) scratchFile().readAhead(offset_, size_);
}

Bytes SpilledBytes::read() const {
  if (size_ == 0) return {};
  const PhaseScope phase(Phase::spillRead);
  Bytes data(size_);
  scratchFile().read(offset_, data.data(), size_);
  if (hashBytes(data.data(), size_) != checksum_) {
    throw ScratchError(EIO, std::generic_category(),
                       fmt::format("damaged data: {} bytes at offset {} of the scratch file in {} are not what was "
                                   "written; --seltzer-scratch names another folder",
                                   size_, offset_, scratchFile().folder()));
  }
  phaseClock().count(Phase::spillRead, size_, 0);
  return data;
}

}  // namespace seltzer::detail
