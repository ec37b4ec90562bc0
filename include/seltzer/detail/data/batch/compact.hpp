/// Compaction of a batch in place: the inner loop of `filter`.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

namespace seltzer::detail {

/// How many verdicts are held at once; a longer batch is compacted in stretches of this length.
inline constexpr std::size_t compactStretch = 256;

/// Whether copying an element that is not kept costs less than a mispredicted branch.
template <class T>
concept CompactedWithoutBranches = std::is_trivially_copyable_v<T> && std::is_copy_assignable_v<T> && sizeof(T) <= 64 &&
                                   !std::is_volatile_v<T>;

/// How a predicate's verdict on a `T` is held: nonzero to keep the element, which shows in the lowest bit. A predicate
/// that returns `bool` compares numbers, mostly of the element's width; g++ 12 vectorizes the loop over `x % 2 == 0`
/// only if the verdict has that width too. Any other verdict, and one on elements of other sizes, is held in a byte.
template <std::size_t Size>
struct VerdictOnNumbers {
  using type = std::uint8_t;
};
template <>
struct VerdictOnNumbers<2> {
  using type = std::int16_t;
};
template <>
struct VerdictOnNumbers<4> {
  using type = std::int32_t;
};
template <>
struct VerdictOnNumbers<8> {
  using type = std::int64_t;
};
template <class T, class Predicate>
using Verdict = std::conditional_t<std::same_as<std::invoke_result_t<Predicate&, const T&>, bool>,
                                   typename VerdictOnNumbers<sizeof(T)>::type, std::uint8_t>;

/// Vector instructions that compact elements of `Size` bytes in groups of `group`, which is 0 if the target has none
/// for this size. `mask` collects a group's verdicts, `lanes` equal bits for each element. `move` writes the elements
/// at `from` that are set in the mask to `to`, in order; it writes a whole group, the rest of it unspecified. `to` must
/// not be after `from`.
template <std::size_t Size>
struct Squeeze {
  static constexpr std::size_t group = 0;
};

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)
// Compresses into a register, which is then stored whole: the form that stores is microcoded on Zen 4.

template <>
struct Squeeze<8> {
  static constexpr std::size_t group = 8;
  static constexpr std::size_t lanes = 1;
  static std::uint64_t mask(const std::uint8_t* verdicts) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(verdicts));
    return _mm_test_epi8_mask(bytes, bytes);
  }
  static std::uint64_t mask(const std::int64_t* verdicts) {
    const __m512i words = _mm512_loadu_si512(verdicts);
    return _mm512_test_epi64_mask(words, words);
  }
  static void move(std::byte* to, const std::byte* from, std::uint64_t mask) {
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi64(static_cast<__mmask8>(mask), _mm512_loadu_si512(from)));
  }
};

template <>
struct Squeeze<4> {
  static constexpr std::size_t group = 16;
  static constexpr std::size_t lanes = 1;
  static std::uint64_t mask(const std::uint8_t* verdicts) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(verdicts));
    return _mm_test_epi8_mask(bytes, bytes);
  }
  static std::uint64_t mask(const std::int32_t* verdicts) {
    const __m512i words = _mm512_loadu_si512(verdicts);
    return _mm512_test_epi32_mask(words, words);
  }
  static void move(std::byte* to, const std::byte* from, std::uint64_t mask) {
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(static_cast<__mmask16>(mask), _mm512_loadu_si512(from)));
  }
};

template <>
struct Squeeze<16> {
  static constexpr std::size_t group = 4;
  static constexpr std::size_t lanes = 2;
  static std::uint64_t mask(const std::uint8_t* verdicts) {
    std::int32_t four = 0;
    std::memcpy(&four, verdicts, sizeof four);
    const __m128i once = _mm_cvtsi32_si128(four);
    const __m128i twice = _mm_unpacklo_epi8(once, once);
    return _mm_test_epi8_mask(twice, twice);
  }
  static void move(std::byte* to, const std::byte* from, std::uint64_t mask) { Squeeze<8>::move(to, from, mask); }
};

#if defined(__AVX512VBMI2__)
template <>
struct Squeeze<2> {
  static constexpr std::size_t group = 32;
  static constexpr std::size_t lanes = 1;
  static std::uint64_t mask(const std::uint8_t* verdicts) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(verdicts));
    return _mm256_test_epi8_mask(bytes, bytes);
  }
  static std::uint64_t mask(const std::int16_t* verdicts) {
    const __m512i words = _mm512_loadu_si512(verdicts);
    return _mm512_test_epi16_mask(words, words);
  }
  static void move(std::byte* to, const std::byte* from, std::uint64_t mask) {
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi16(static_cast<__mmask32>(mask), _mm512_loadu_si512(from)));
  }
};

template <>
struct Squeeze<1> {
  static constexpr std::size_t group = 64;
  static constexpr std::size_t lanes = 1;
  static std::uint64_t mask(const std::uint8_t* verdicts) {
    const __m512i bytes = _mm512_loadu_si512(verdicts);
    return _mm512_test_epi8_mask(bytes, bytes);
  }
  static void move(std::byte* to, const std::byte* from, std::uint64_t mask) {
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(from)));
  }
};
#endif

#elif defined(__AVX2__)
// Without a compress instruction: a permutation looked up by a group's verdicts.

/// For each set of verdicts on eight elements, the positions of the kept ones, one byte each, the first in the lowest
/// byte.
inline constexpr std::array<std::uint64_t, 256> keptOfEight = [] {
  std::array<std::uint64_t, 256> table{};
  for (unsigned mask = 0; mask < 256; ++mask) {
    unsigned kept = 0;
    for (unsigned lane = 0; lane < 8; ++lane)
      if ((mask >> lane & 1U) != 0) table[mask] |= static_cast<std::uint64_t>(lane) << (8 * kept++);
  }
  return table;
}();

template <>
struct Squeeze<4> {
  static constexpr std::size_t group = 8;
  static constexpr std::size_t lanes = 1;
  static std::uint64_t mask(const std::uint8_t* verdicts) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(verdicts));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_slli_epi16(bytes, 7)));
  }
  static std::uint64_t mask(const std::int32_t* verdicts) {
    const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(verdicts));
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(words)));
  }
  static void move(std::byte* to, const std::byte* from, std::uint64_t mask) {
    const __m128i places = _mm_cvtsi64_si128(static_cast<long long>(keptOfEight[mask]));
    const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_permutevar8x32_epi32(values, _mm256_cvtepu8_epi32(places)));
  }
};

template <>
struct Squeeze<8> {
  static constexpr std::size_t group = 4;
  static constexpr std::size_t lanes = 2;
  static std::uint64_t mask(const std::uint8_t* verdicts) {
    std::int32_t four = 0;
    std::memcpy(&four, verdicts, sizeof four);
    const __m128i once = _mm_cvtsi32_si128(four);
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_slli_epi16(_mm_unpacklo_epi8(once, once), 7)) & 0xff);
  }
  static std::uint64_t mask(const std::int64_t* verdicts) {
    return Squeeze<4>::mask(reinterpret_cast<const std::int32_t*>(verdicts));
  }
  static void move(std::byte* to, const std::byte* from, std::uint64_t mask) { Squeeze<4>::move(to, from, mask); }
};
#endif

/// Copies those of the `size` elements at `from` whose verdict is true (1, or -1 if signed; false is 0) to `to`, in
/// order, and returns their number. The rest up to `to + size` is unspecified. `to` must not be after `from`, but may
/// be the same. O(size), no branch depends on a verdict.
template <CompactedWithoutBranches T, class Verdict>
std::size_t squeeze(T* to, const T* from, std::size_t size, const Verdict* verdicts) {
  using Vector = Squeeze<sizeof(T)>;
  std::size_t kept = 0;
  std::size_t next = 0;
  if constexpr (Vector::group != 0) {
    for (; next + Vector::group <= size; next += Vector::group) {
      const std::uint64_t mask = Vector::mask(verdicts + next);
      Vector::move(reinterpret_cast<std::byte*>(to + kept), reinterpret_cast<const std::byte*>(from + next), mask);
      kept += static_cast<std::size_t>(std::popcount(mask)) / Vector::lanes;
    }
  }
  for (; next < size; ++next) {
    to[kept] = from[next];
    kept += static_cast<std::size_t>(verdicts[next] & 1);
  }
  return kept;
}

/// `to = std::move(from)`, also for elements with const members, which cannot be assigned.
template <class T>
void replace(T& to, T& from) {
  if constexpr (std::is_move_assignable_v<T>) {
    to = std::move(from);
  } else {
    static_assert(std::is_nothrow_move_constructible_v<T>,
                  "filter: elements that cannot be assigned must be movable without exceptions");
    to.~T();
    ::new (static_cast<void*>(&to)) T(std::move(from));
  }
}

/// Moves the elements of `batch` for which `keep` returns true to its front, in order, and returns their number; the
/// elements after them are valid but unspecified. `keep` is called with a `const T&`, exactly once for each element, in
/// order. If it throws, the exception propagates and the batch is valid but unspecified. O(size); made for batches of
/// up to 1024 elements, correct for any length.
///
/// Small trivially copyable elements take two passes: first the verdicts, in a loop that the compiler vectorizes if it
/// can vectorize the predicate, then a compaction without branches. Others are moved singly.
template <class T, class Predicate>
requires std::predicate<Predicate&, const T&> std::size_t compact(std::span<T> batch, Predicate&& keep) {
  T* const elements = batch.data();
  const std::size_t size = batch.size();
  std::size_t kept = 0;
  if constexpr (CompactedWithoutBranches<T>) {
    for (std::size_t start = 0; start < size; start += compactStretch) {
      const std::size_t length = std::min(compactStretch, size - start);
      const T* const stretch = elements + start;
      std::array<Verdict<T, Predicate>, compactStretch> verdicts;
      if constexpr (sizeof verdicts[0] == 1) {
        for (std::size_t j = 0; j < length; ++j) verdicts[j] = static_cast<bool>(std::invoke(keep, stretch[j]));
      } else {
        for (std::size_t j = 0; j < length; ++j) verdicts[j] = std::invoke(keep, stretch[j]) ? -1 : 0;
      }
      kept += squeeze(elements + kept, stretch, length, verdicts.data());
    }
  } else {
    for (std::size_t j = 0; j < size; ++j) {
      if (!static_cast<bool>(std::invoke(keep, std::as_const(elements[j])))) continue;
      if (kept != j) replace(elements[kept], elements[j]);
      ++kept;
    }
  }
  return kept;
}

/// How many elements of a batch `keep` accepts, in loops that the compiler vectorizes if it can vectorize the
/// predicate: verdicts of bytes are stored first, others are summed as they come.
template <class T, class Predicate>
requires std::predicate<Predicate&, const T&> std::size_t countKept(std::span<const T> batch, Predicate&& keep) {
  std::size_t kept = 0;
  if constexpr (std::same_as<Verdict<T, Predicate>, std::uint8_t>) {
    std::array<std::uint8_t, compactStretch> verdicts;
    for (std::size_t start = 0; start < batch.size(); start += compactStretch) {
      const std::span<const T> stretch = batch.subspan(start, std::min(compactStretch, batch.size() - start));
      for (std::size_t j = 0; j < stretch.size(); ++j) verdicts[j] = static_cast<bool>(std::invoke(keep, stretch[j]));
      std::uint32_t keptOfStretch = 0;
      for (std::size_t j = 0; j < stretch.size(); ++j) keptOfStretch += verdicts[j];
      kept += keptOfStretch;
    }
  } else {
    for (const T& element : batch) kept += std::invoke(keep, element) ? 1 : 0;
  }
  return kept;
}

}  // namespace seltzer::detail
