#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__AVX512BW__) && defined(__AVX512VL__)
#include <immintrin.h>
#endif

#include <seltzer/detail/data/wide_unsigned.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// A text of up to 16 characters, padded with zeros, as two words.
struct ShortText {
  static constexpr std::size_t capacity = 2 * sizeof(std::uint64_t);

  std::uint64_t low;
  std::uint64_t high;

  bool operator==(const ShortText& other) const { return ((low ^ other.low) | (high ^ other.high)) == 0; }

  /// Reads nothing beyond the text. Requires at most 16 characters.
  static ShortText of(std::string_view text) {
    ShortText result;
#if defined(__AVX512BW__) && defined(__AVX512VL__)
    const auto characters = static_cast<__mmask16>((1u << text.size()) - 1);
    const __m128i padded = _mm_maskz_loadu_epi8(characters, text.data());
    std::memcpy(&result, &padded, sizeof(padded));
#else
    static_assert(std::endian::native == std::endian::little);
    if (text.size() >= 8) {
      result.low = wordAt<std::uint64_t>(text.data());
      const std::uint64_t end = wordAt<std::uint64_t>(text.data() + text.size() - 8);
      const std::size_t half = 4 * (capacity - text.size());  // half the number of bits of `end` that are in `low`
      result.high = end >> half >> half;
    } else {
      result = {upToSeven(text), 0};
    }
#endif
    return result;
  }

  /// The first `size` characters.
  std::string_view characters(std::size_t size) const {
    return {reinterpret_cast<const char*>(this), size};
  }

 private:
  template <class Word>
  static std::uint64_t wordAt(const char* characters) {
    Word word;
    std::memcpy(&word, characters, sizeof(word));
    return word;
  }

  /// Combines its first and last half, which may overlap: both have the same bits there.
  static std::uint64_t upToSeven(std::string_view text) {
    const std::size_t size = text.size();
    const char* const begin = text.data();
    if (size >= 4) {
      return wordAt<std::uint32_t>(begin) | wordAt<std::uint32_t>(begin + size - 4) << (8 * size - 32);
    }
    if (size >= 2) {
      return wordAt<std::uint16_t>(begin) | wordAt<std::uint16_t>(begin + size - 2) << (8 * size - 16);
    }
    return size == 1 ? static_cast<unsigned char>(*begin) : 0;
  }
};

/// The hashes by which TextStore finds its slots.
struct TextSlotHash {
  /// Two 128-bit multiplications without a branch, whereas Hash<std::string_view> branches on the length. Source: the
  /// mixing step of wyhash by Wang Yi.
  static std::uint64_t ofShort(ShortText text, std::size_t size) {
    const std::uint64_t mixed = fold(text.low ^ 0xa0761d6478bd642fu, text.high ^ 0xe7037ed1a0b428dbu);
    return fold(mixed ^ size, 0x8ebc6af09c88c6e3u);
  }
  static std::uint64_t ofLonger(std::string_view text) { return Hash<std::string_view>()(text); }

 private:
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    const WideUnsigned product = static_cast<WideUnsigned>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
};

}  // namespace seltzer::detail
