#include <algorithm>

#include <seltzer/words.hpp>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace seltzer::detail {

namespace {

#if defined(__AVX512BW__)

std::uint64_t spacesOfUpTo64(const char* text, std::size_t size) {
  const __mmask64 known = ~std::uint64_t{0} >> (spacesBlock - size);
  const __m512i bytes = _mm512_maskz_loadu_epi8(known, text);
  const __mmask64 blank = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' '));
  const __m512i fromTab = _mm512_sub_epi8(bytes, _mm512_set1_epi8('\t'));
  return blank | _mm512_cmple_epu8_mask(fromTab, _mm512_set1_epi8('\r' - '\t')) | ~known;
}

#else

bool isSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

#if defined(__SSE2__)

std::uint64_t spacesOf16(const char* text) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i blank = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
  const __m128i control =
      _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('\t' - 1)), _mm_cmpgt_epi8(_mm_set1_epi8('\r' + 1), bytes));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(blank, control)));
}

/// The last 16 characters may have been looked at already.
std::uint64_t spacesOfUpTo64(const char* text, std::size_t size) {
  std::uint64_t spaces = size == spacesBlock ? 0 : ~std::uint64_t{0} << size;
  if (size < 16) {
    for (std::size_t i = 0; i < size; ++i) spaces |= static_cast<std::uint64_t>(isSpace(text[i])) << i;
    return spaces;
  }
  for (std::size_t i = 0; i + 16 <= size; i += 16) spaces |= spacesOf16(text + i) << i;
  return spaces | spacesOf16(text + size - 16) << (size - 16);
}

#else

std::uint64_t spacesOfUpTo64(const char* text, std::size_t size) {
  std::uint64_t spaces = size == spacesBlock ? 0 : ~std::uint64_t{0} << size;
  for (std::size_t i = 0; i < size; ++i) spaces |= static_cast<std::uint64_t>(isSpace(text[i])) << i;
  return spaces;
}

#endif
#endif

}  // namespace

std::uint64_t spacesOf(const char* text, std::size_t size) {
  return spacesOfUpTo64(text, std::min(size, spacesBlock));
}

}  // namespace seltzer::detail
