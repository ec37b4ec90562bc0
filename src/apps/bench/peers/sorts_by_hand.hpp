/// Sorts on one core.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tera_record.hpp"

namespace peers::byhand {

/// An unsigned number in the order of `number`.
inline std::uint64_t orderOf(std::int64_t number) {
  return static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63);
}
inline std::uint64_t orderOf(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  return (bits >> 63) != 0 ? ~bits : bits ^ (std::uint64_t{1} << 63);
}

/// A sorted copy: a least-significant-digit radix sort of six digits of 11 bits.
template <class T>
std::vector<T> radixSorted(const std::vector<T>& numbers) {
  constexpr int bits = 11;
  constexpr int digits = 6;
  constexpr std::uint64_t mask = (1 << bits) - 1;
  std::array<std::array<std::size_t, mask + 1>, digits> starts{};
  for (const T number : numbers) {
    for (int digit = 0; digit < digits; ++digit) ++starts[digit][orderOf(number) >> (bits * digit) & mask];
  }
  std::vector<T> sorted(numbers.size());
  std::vector<T> other(numbers.size());
  const std::vector<T>* from = &numbers;
  for (int digit = 0; digit < digits; ++digit) {
    std::size_t sum = 0;
    for (std::size_t& start : starts[digit]) sum += std::exchange(start, sum);
    std::vector<T>& to = digit % 2 == 0 ? other : sorted;
    for (const T number : *from) to[starts[digit][orderOf(number) >> (bits * digit) & mask]++] = number;
    from = &to;
  }
  return sorted;
}

/// The first 8 bytes as a number with the same order.
inline std::uint64_t prefixOf(const void* bytes) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, bytes, sizeof prefix);
  if constexpr (std::endian::native == std::endian::little) prefix = __builtin_bswap64(prefix);
  return prefix;
}

/// The numbers of elements in the order of their prefixes of 8 bytes, and then by `less(a, b)`, which takes numbers.
template <class PrefixAt, class Less>
std::vector<std::pair<std::uint64_t, std::uint32_t>> sortedNumbers(std::size_t count, PrefixAt prefixAt, Less less) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> entries(count);
  for (std::size_t i = 0; i < count; ++i) entries[i] = {prefixAt(i), static_cast<std::uint32_t>(i)};
  std::sort(entries.begin(), entries.end(), [less](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : less(a.second, b.second);
  });
  return entries;
}

/// A sorted copy of pairs with keys of at least 8 characters.
inline std::vector<std::pair<std::string, std::int64_t>> sortedByText(
    const std::vector<std::pair<std::string, std::int64_t>>& pairs) {
  const auto entries = sortedNumbers(
      pairs.size(), [&](std::size_t i) { return prefixOf(pairs[i].first.data()); },
      [&](std::uint32_t a, std::uint32_t b) {
        const int order = pairs[a].first.compare(pairs[b].first);
        return order != 0 ? order < 0 : a < b;
      });
  std::vector<std::pair<std::string, std::int64_t>> sorted;
  sorted.reserve(pairs.size());
  for (const auto& entry : entries) sorted.push_back(pairs[entry.second]);
  return sorted;
}

inline std::vector<TeraRecord> readRecords(const std::vector<std::string>& paths) {
  std::size_t bytes = 0;
  for (const std::string& path : paths) bytes += std::filesystem::file_size(path);
  std::vector<TeraRecord> records(bytes / sizeof(TeraRecord));
  auto* next = reinterpret_cast<char*>(records.data());
  for (const std::string& path : paths) {
    const auto size = static_cast<std::streamsize>(std::filesystem::file_size(path));
    std::ifstream file(path, std::ios::binary);
    if (!file.read(next, size)) throw std::runtime_error("cannot read " + path);
    next += size;
  }
  return records;
}

/// Reads the part files of a folder and sorts their records.
inline std::vector<TeraRecord> sortedRecords(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("part-")) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  const std::vector<TeraRecord> records = readRecords(paths);
  const auto entries = sortedNumbers(
      records.size(), [&](std::size_t i) { return prefixOf(records[i].key.data()); },
      [&](std::uint32_t a, std::uint32_t b) {
        const int order = std::memcmp(&records[a].key, &records[b].key, sizeof(TeraKey));
        return order != 0 ? order < 0 : a < b;
      });
  std::vector<TeraRecord> sorted(records.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = records[entries[i].second];
  return sorted;
}

/// Makes the file durable, as the engine does.
inline void writeRecords(const std::vector<TeraRecord>& records, const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  const auto* bytes = reinterpret_cast<const char*>(records.data());
  std::size_t left = records.size() * sizeof(TeraRecord);
  bool written = file >= 0;
  while (written && left > 0) {
    const ::ssize_t count = ::write(file, bytes, left);
    written = count > 0;
    if (!written) break;
    bytes += count;
    left -= static_cast<std::size_t>(count);
  }
  written = written && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!written) throw std::runtime_error("cannot write " + path);
}

}  // namespace peers::byhand
