#pragma once

#include <memory>
#include <stdexcept>

struct ZSTD_DCtx_s;

namespace seltzer::detail {

/// Windows of zstd data up to 2 to the power of this many bytes are taken; zstd's own limit unless it is set. The same
/// on all ranks.
inline int zstdWindowLog = 27;

inline constexpr int smallestZstdWindowLog = 10;
inline constexpr int largestZstdWindowLog = 31;

/// What zstd refuses, by its code.
class ZstdError : public std::runtime_error {
 public:
  explicit ZstdError(int code);
  int error() const { return code_; }

  /// Whether the data are good, but want a window above `zstdWindowLog`.
  bool windowTooLarge() const;

 private:
  int code_;
};

/// Decompresses zstd frames; called as Boost's decompressors of other formats are. Those of zstd cannot be told how
/// large a window may be, nor tell whether a frame has ended.
class ZstdDecompressor {
 public:
  ZstdDecompressor();

  ZstdDecompressor& filter() { return *this; }

  /// Moves `next` over what was read and `to` over what was written. False where a frame has ended. Throws ZstdError,
  /// and std::bad_alloc where there is no memory for the window.
  bool filter(const char*& next, const char* end, char*& to, char* toEnd, bool flush);

  /// Before another frame.
  void close() {}

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace seltzer::detail
