#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define SELTZER_ADDRESS_SANITIZER
#elif defined(__SANITIZE_THREAD__)
#define SELTZER_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SELTZER_ADDRESS_SANITIZER
#elif __has_feature(thread_sanitizer)
#define SELTZER_THREAD_SANITIZER
#endif
#endif

namespace seltzer::detail {

/// Whether this is built with AddressSanitizer, which maps much of the address space and enlarges stack frames.
#ifdef SELTZER_ADDRESS_SANITIZER
inline constexpr bool underAddressSanitizer = true;
#else
inline constexpr bool underAddressSanitizer = false;
#endif

/// Whether freed memory is kept, which AddressSanitizer and ThreadSanitizer do.
#ifdef SELTZER_THREAD_SANITIZER
inline constexpr bool keepsFreedMemory = true;
#else
inline constexpr bool keepsFreedMemory = underAddressSanitizer;
#endif

}  // namespace seltzer::detail
