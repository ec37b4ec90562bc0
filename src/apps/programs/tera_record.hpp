/// The records that the sort programs generate, sort and check.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include <boost/crc.hpp>

using TeraKey = std::array<std::uint8_t, 10>;

/// 100 bytes: a key, by whose unsigned bytes records are ordered, and what goes with it. The memory of a record is what
/// stands in a file.
struct TeraRecord {
  TeraKey key;
  std::array<std::uint8_t, 90> value;
};
static_assert(sizeof(TeraRecord) == 100 && alignof(TeraRecord) == 1);

/// What records are sorted by.
struct KeyOfTeraRecord {
  const TeraKey& operator()(const TeraRecord& record) const { return record.key; }
};

/// The CRC-32 of a record's 100 bytes (that of zlib and PNG).
inline std::uint32_t crcOf(const TeraRecord& record) {
  boost::crc_32_type crc;
  crc.process_bytes(&record, sizeof record);
  return crc.checksum();
}
