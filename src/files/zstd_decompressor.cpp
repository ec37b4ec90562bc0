#include "files/zstd_decompressor.hpp"

#include <new>

#include <zstd.h>
#include <zstd_errors.h>

namespace seltzer::detail {
namespace {

/// `result`, unless it is an error: then throws.
std::size_t checked(std::size_t result) {
  if (ZSTD_isError(result) == 0) return result;
  const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
  if (code == ZSTD_error_memory_allocation) throw std::bad_alloc();
  throw ZstdError(code);
}

}  // namespace

ZstdError::ZstdError(int code)
    : std::runtime_error(ZSTD_getErrorString(static_cast<ZSTD_ErrorCode>(code))), code_(code) {}

bool ZstdError::windowTooLarge() const {
  return code_ == ZSTD_error_frameParameter_windowTooLarge;
}

ZstdDecompressor::ZstdDecompressor() : context_(ZSTD_createDCtx()) {
  if (!context_) throw std::bad_alloc();
  checked(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, zstdWindowLog));
}

bool ZstdDecompressor::filter(const char*& next, const char* end, char*& to, char* toEnd, bool) {
  ZSTD_inBuffer in{next, static_cast<std::size_t>(end - next), 0};
  ZSTD_outBuffer out{to, static_cast<std::size_t>(toEnd - to), 0};
  const std::size_t wanted = checked(ZSTD_decompressStream(context_.get(), &out, &in));
  next += in.pos;
  to += out.pos;
  return wanted != 0;
}

void ZstdDecompressor::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

}  // namespace seltzer::detail
