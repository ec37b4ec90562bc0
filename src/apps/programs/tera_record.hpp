/// The records of the sort programs.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include <boost/crc.hpp>

using TeraKey = std::array<std::uint8_t, 10>;

/// 100 bytes: a key, compared by its unsigned bytes, and a value. Memory and file layout are the same.
struct TeraRecord {
  TeraKey key;
  std::array<std::uint8_t, 90> value;
};
static_assert(sizeof(TeraRecord) == 100 && alignof(TeraRecord) == 1);

/// The sort key.
struct KeyOfTeraRecord {
  const TeraKey& operator()(const TeraRecord& record) const { return record.key; }
};

/// The CRC-32 of a record's 100 bytes (that of zlib and PNG).
inline std::uint32_t crcOf(const TeraRecord& record) {
  boost::crc_32_type crc;
  crc.process_bytes(&record, sizeof record);
  return crc.checksum();
}
