#pragma once

#include <memory>
#include <stdexcept>

struct ZSTD_DCtx_s;

namespace seltzer::detail {

/// zstd data with windows of up to 2 to the power of this many bytes is read; by default zstd's own limit. The same on
/// all ranks.
inline int zstdWindowLog = 27;

inline constexpr int smallestZstdWindowLog = 10;
inline constexpr int largestZstdWindowLog = 31;

/// An error of zstd, with its code.
class ZstdError : public std::runtime_error {
 public:
  explicit ZstdError(int code);
  int error() const { return code_; }

  /// Whether the data is valid but needs a window above `zstdWindowLog`.
  bool windowTooLarge() const;

 private:
  int code_;
};

/// Decompresses zstd frames, with the interface of Boost's decompressors. Boost's own for zstd can neither limit the
/// window nor report the end of a frame.
class ZstdDecompressor {
 public:
  ZstdDecompressor();

  ZstdDecompressor& filter() { return *this; }

  /// Advances `next` over what was read and `to` over what was written. False at the end of a frame. Throws ZstdError,
  /// and std::bad_alloc if there is no memory for the window.
  bool filter(const char*& next, const char* end, char*& to, char* toEnd, bool flush);

  /// Call before another frame.
  void close() {}

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace seltzer::detail
