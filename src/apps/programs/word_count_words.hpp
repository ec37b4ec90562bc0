/// How text is split into words, shared by the programs that count words.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace words {

/// White space is ' ', \t, \n, \v, \f and \r. All other bytes belong to words, also those of UTF-8, such as a no-break
/// space.
inline bool isSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

inline constexpr std::size_t blockSize = 64;

/// Of 64 characters: bit i is set if text[i] is white space.
inline std::uint64_t spacesOf(const char* text) {
  std::uint64_t spaces = 0;
#if defined(__AVX2__)
  for (int part = 0; part < 2; ++part) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32 * part));
    const __m256i blank = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' '));
    const __m256i control = _mm256_and_si256(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8('\t' - 1)),
                                             _mm256_cmpgt_epi8(_mm256_set1_epi8('\r' + 1), bytes));
    const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(blank, control)));
    spaces |= static_cast<std::uint64_t>(mask) << (32 * part);
  }
#elif defined(__SSE2__)
  for (int part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * part));
    const __m128i blank = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
    const __m128i control =
        _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('\t' - 1)), _mm_cmpgt_epi8(_mm_set1_epi8('\r' + 1), bytes));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(blank, control)));
    spaces |= static_cast<std::uint64_t>(mask) << (16 * part);
  }
#else
  for (std::size_t i = 0; i < blockSize; ++i) spaces |= static_cast<std::uint64_t>(isSpace(text[i])) << i;
#endif
  return spaces;
}

/// Calls `f(std::string_view)` for each word of a text, the maximal runs without white space, in order. Scans 64
/// characters at a time: a loop over single characters mispredicts a branch in every word.
template <class F>
void forEachWord(std::string_view text, F&& f) {
  const char* word = nullptr;  // the start of the current word; null between words
  std::uint64_t spaceBefore = 1;
  for (std::size_t at = 0; at < text.size(); at += blockSize) {
    const char* const block = text.data() + at;
    std::uint64_t spaces;
    if (text.size() - at >= blockSize) {
      spaces = spacesOf(block);
    } else {
      std::array<char, blockSize> rest;
      rest.fill(' ');
      std::memcpy(rest.data(), block, text.size() - at);
      spaces = spacesOf(rest.data());
    }
    std::uint64_t changes = spaces ^ (spaces << 1 | spaceBefore);
    spaceBefore = spaces >> 63;
    for (; changes != 0; changes &= changes - 1) {
      const char* const change = block + std::countr_zero(changes);
      if (word == nullptr) {
        word = change;
      } else {
        f(std::string_view(word, static_cast<std::size_t>(change - word)));
        word = nullptr;
      }
    }
  }
  if (word != nullptr) f(std::string_view(word, static_cast<std::size_t>(text.data() + text.size() - word)));
}

}  // namespace words
