/// The input of the sort programs.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <Random123/philox.h>

#include "tera_record.hpp"

/// Makes record `index` of a seed, the same on any rank and machine.
///
/// The layout is that of gensort, the generator of the sort benchmark (sortbenchmark.org), without `-a`:
///
///     bytes  0 to  9   the key: the upper 80 of 128 random bits
///     bytes 10 and 11  00 11
///     bytes 12 to 43   the index, 32 hexadecimal digits
///     bytes 44 to 47   88 99 AA BB
///     bytes 48 to 95   the lower 48 random bits, 12 hexadecimal digits, each four times
///     bytes 96 to 99   CC DD EE FF
///
/// The random bits, and so the records, differ from gensort's: they are Philox4x32-10 (Salmon, Moraes, Dror and Shaw,
/// SC'11) with the seed as key and the index as counter.
///
/// With `skewed`, which replaces gensort's `-s` by a different rule, half of the records on average keep their random
/// key; a quarter of all have key 0, an eighth key 1, and so on, where key k is that of index k under the complement of
/// the seed.
struct GenerateTeraRecord {
  std::uint64_t seed = 0;
  std::uint8_t skewed = 0;

  TeraRecord operator()(std::int64_t index) const {
    const auto number = static_cast<std::uint64_t>(index);
    const Random random = draw(number, seed);
    TeraRecord record;
    record.key = keyOf(random);
    if (skewed != 0 && (random[3] & 1) != 0) {
      record.key = keyOf(draw(static_cast<std::uint64_t>(std::countr_one(random[3] >> 1)), ~seed));
    }
    std::uint8_t* next = record.value.data();
    next = std::copy_n(std::array<std::uint8_t, 2>{0x00, 0x11}.begin(), 2, next);
    next = std::fill_n(next, 16, std::uint8_t{'0'});
    for (int shift = 60; shift >= 0; shift -= 4) *next++ = digit(number >> shift);
    next = std::copy_n(std::array<std::uint8_t, 4>{0x88, 0x99, 0xAA, 0xBB}.begin(), 4, next);
    const std::uint64_t filler = std::uint64_t{random[2] & 0xffff} << 32 | random[3];
    for (int shift = 44; shift >= 0; shift -= 4) next = std::fill_n(next, 4, digit(filler >> shift));
    std::copy_n(std::array<std::uint8_t, 4>{0xCC, 0xDD, 0xEE, 0xFF}.begin(), 4, next);
    return record;
  }

 private:
  using Random = r123::Philox4x32::ctr_type;

  static Random draw(std::uint64_t index, std::uint64_t seed) {
    return r123::Philox4x32()({{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), 0, 0}},
                              {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}});
  }

  /// The upper 80 bits.
  static TeraKey keyOf(const Random& random) {
    TeraKey key;
    for (std::size_t i = 0; i < key.size(); ++i) {
      key[i] = static_cast<std::uint8_t>(random[i / 4] >> (24 - 8 * (i % 4)));
    }
    return key;
  }

  static std::uint8_t digit(std::uint64_t bits) { return static_cast<std::uint8_t>("0123456789ABCDEF"[bits & 15]); }
};
