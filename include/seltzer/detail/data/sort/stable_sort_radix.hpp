#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace seltzer::detail {

/// An element during a sort: the prefix of its key, and its position.
struct SortEntry {
  std::uint64_t prefix;
  std::size_t position;
};

/// The order of entries for radixSort if equal prefixes mean equal keys.
struct PrefixOrder {
  static bool less(const SortEntry& a, const SortEntry& b) { return a.prefix < b.prefix; }
  static void sortTied(std::span<SortEntry>, SortEntry*) {}
};

/// A digit of a prefix: the bits of (prefix - least) >> shift that are in `mask`.
struct PrefixDigit {
  std::uint64_t least;
  unsigned shift;
  std::uint64_t mask;

  std::uint64_t operator()(const SortEntry& entry) const { return ((entry.prefix - least) >> shift) & mask; }
};

/// A stable counting pass from `from` to `to` by a digit of at most 11 bits. O(n), in cache for up to about 2^18
/// entries.
inline void countingPass(std::span<const SortEntry> from, SortEntry* to, PrefixDigit digitOf) {
  std::array<std::size_t, 2048> places;
  std::fill_n(places.begin(), digitOf.mask + 1, 0);
  for (const SortEntry& entry : from) ++places[digitOf(entry)];
  std::size_t place = 0;
  for (std::uint64_t digit = 0; digit <= digitOf.mask; ++digit) place += std::exchange(places[digit], place);
  for (const SortEntry& entry : from) to[places[digitOf(entry)]++] = entry;
}

/// Sorts stably by the leading bits in which prefixes from `least` to `greatest` differ: as many as distinguish almost
/// all entries if prefixes are evenly distributed. Returns how many low bits were ignored.
inline unsigned sortByLeadingBits(std::span<SortEntry> entries, SortEntry* buffer, std::uint64_t least,
                                  std::uint64_t greatest) {
  const unsigned width = static_cast<unsigned>(std::bit_width(greatest - least));
  if (width == 0) return 0;
  const unsigned bits = std::min(width, static_cast<unsigned>(std::bit_width(entries.size())) + 3);
  const unsigned passes = (bits + 10) / 11;
  const unsigned digitBits = (bits + passes - 1) / passes;
  SortEntry* from = entries.data();
  SortEntry* to = buffer;
  for (unsigned pass = 0; pass < passes; ++pass) {
    countingPass(std::span<const SortEntry>(from, entries.size()), to,
                 {least, width - bits + pass * digitBits, (std::uint64_t{1} << digitBits) - 1});
    std::swap(from, to);
  }
  if (from != entries.data()) std::copy_n(from, entries.size(), entries.data());
  return width - bits;
}

/// A stable insertion sort. O(n^2).
template <class Less>
void insertionSort(std::span<SortEntry> entries, Less less) {
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const SortEntry entry = entries[i];
    std::size_t place = i;
    for (; place > 0 && less(entry, entries[place - 1]); --place) entries[place] = entries[place - 1];
    entries[place] = entry;
  }
}

/// Sorts stably, first by prefix: the leading bits by counting passes, then each group with equal leading bits in the
/// same way, small groups by insertion. O(n) if prefixes are evenly distributed, at most O(n * 64 / log n), not
/// counting ties. `buffer` has room for all entries. `order` has `less(entry, entry)` for the complete order, and
/// `sortTied(entries, buffer)` for entries with equal prefixes.
template <class Order>
void radixSort(std::span<SortEntry> entries, SortEntry* buffer, const Order& order) {
  if (entries.size() <= 20) {
    insertionSort(entries, [&order](const SortEntry& a, const SortEntry& b) { return order.less(a, b); });
    return;
  }
  std::uint64_t least = entries[0].prefix;
  std::uint64_t greatest = least;
  for (const SortEntry& entry : entries) {
    least = std::min(least, entry.prefix);
    greatest = std::max(greatest, entry.prefix);
  }
  if (least == greatest) {
    order.sortTied(entries, buffer);
    return;
  }
  const unsigned unsorted = sortByLeadingBits(entries, buffer, least, greatest);
  std::size_t begin = 0;
  std::uint64_t group = (entries[0].prefix - least) >> unsorted;
  for (std::size_t i = 1; i <= entries.size(); ++i) {
    const std::uint64_t next = i < entries.size() ? (entries[i].prefix - least) >> unsorted : ~group;
    if (next == group) continue;
    if (i - begin > 1) radixSort(entries.subspan(begin, i - begin), buffer, order);
    begin = i;
    group = next;
  }
}

}  // namespace seltzer::detail
