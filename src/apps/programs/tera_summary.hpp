/// A check that a sequence of records is sorted and complete.
#pragma once

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "tera_record.hpp"

/// A summary of consecutive records. Summaries of adjacent sequences can be merged, so each partition has its own, as
/// each file does with valsort.
struct TeraSummary {
  static constexpr std::uint64_t none = ~std::uint64_t{0};

  std::uint64_t records = 0;
  std::uint64_t duplicates = 0;         ///< records with the key of the record before them
  std::uint64_t unordered = 0;          ///< records with a smaller key than the record before them
  std::uint64_t firstUnordered = none;  ///< the index of the first of these
  std::uint64_t checksumLow = 0;        ///< the sum of the records' CRC-32, as valsort has it: 128 bits
  std::uint64_t checksumHigh = 0;
  TeraKey first{};  ///< keys
  TeraKey last{};

  void add(const TeraRecord& record) {
    if (records == 0) {
      first = record.key;
    } else {
      compare(last, record.key, records);
    }
    last = record.key;
    ++records;
    addChecksum(crcOf(record), 0);
  }

  /// Adds the records that follow.
  void append(const TeraSummary& next) {
    if (next.records == 0) return;
    if (records == 0) {
      first = next.first;
    } else {
      compare(last, next.first, records);
    }
    if (firstUnordered == none && next.firstUnordered != none) firstUnordered = records + next.firstUnordered;
    last = next.last;
    records += next.records;
    duplicates += next.duplicates;
    unordered += next.unordered;
    addChecksum(next.checksumLow, next.checksumHigh);
  }

  /// Hexadecimal.
  std::string checksum() const {
    return checksumHigh == 0 ? fmt::format("{:x}", checksumLow) : fmt::format("{:x}{:016x}", checksumHigh, checksumLow);
  }

 private:
  /// Compares neighbours, the second of which is record `index`.
  void compare(const TeraKey& before, const TeraKey& key, std::uint64_t index) {
    if (before == key) ++duplicates;
    if (before <= key) return;
    ++unordered;
    if (firstUnordered == none) firstUnordered = index;
  }
  void addChecksum(std::uint64_t low, std::uint64_t high) {
    checksumLow += low;
    checksumHigh += high + (checksumLow < low ? 1 : 0);
  }
};

/// The summary of all records, in the order of the RDD.
inline TeraSummary summarize(const seltzer::RDD<TeraRecord>& records) {
  return records.aggregate(
      TeraSummary(), [](TeraSummary& summary, const TeraRecord& record) { summary.add(record); },
      [](TeraSummary& summary, const TeraSummary& next) { summary.append(next); });
}
