#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/sort/stable_sort_buckets.hpp>
#include <seltzer/detail/data/sort/stable_sort_comparing.hpp>
#include <seltzer/detail/data/sort/stable_sort_prefix.hpp>
#include <seltzer/detail/data/sort/stable_sort_radix.hpp>
#include <seltzer/detail/data/wire/reader.hpp>

namespace seltzer::detail {

/// The order of entries of `run` for radixSort: by prefix at `depth`, then by the rest of the keys.
template <class T, class KeyOf>
struct EntryOrder {
  const SortKey<T, KeyOf>& key;
  const ChunkedVector<T>& run;
  std::size_t depth;

  bool less(const SortEntry& a, const SortEntry& b) const {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return !key.decides(a.prefix, depth) && key.less(run[a.position], run[b.position]);
  }
  void sortTied(std::span<SortEntry> entries, SortEntry* buffer) const {
    if (key.decides(entries[0].prefix, depth)) return;
    if (SortKey<T, KeyOf>::hasPrefixAfter(depth)) {
      const EntryOrder deeper{key, run, depth + SortKey<T, KeyOf>::step};
      for (SortEntry& entry : entries) entry.prefix = key.prefix(run[entry.position], deeper.depth);
      radixSort(entries, buffer, deeper);
    } else {
      std::stable_sort(entries.begin(), entries.end(), [this](const SortEntry& a, const SortEntry& b) {
        return key.less(run[a.position], run[b.position]);
      });
    }
  }
};

/// About how many bytes a sort needs for each element, besides the elements.
inline constexpr std::size_t stableSortMemory = 16;

/// Sorts a run whose keys have prefixes. A run larger than a leaf is distributed to ordered buckets, each of which is
/// sorted in turn; a leaf is sorted in the cache, by entries. Elements are moved out of chunks that are then freed, so
/// there is never a second copy in memory.
template <class T, class KeyOf>
class PrefixSorter {
 public:
  using Run = ChunkedVector<T>;

  PrefixSorter(const SortKey<T, KeyOf>& key, MemoryUse use) : key_(key), use_(use), pool_(use), scratch_(use) {}

  /// Sorts `run`. If keyOf or `<` throws, it still holds all elements.
  void sort(Run& run) {
    Run sorted = makeRun(run.size() >= chunkCapacity<T>);
    run.usePool(&pool_);
    const auto replace = [&run, &sorted] {
      sorted.usePool(nullptr);
      run.swap(sorted);
      sorted.usePool(nullptr);
    };
    try {
      sortInto(run, 0, sorted);
    } catch (...) {
      sorted.append(std::move(run));
      replace();
      throw;
    }
    replace();
  }

 private:
  /// Whether an element takes the place of its position in an entry.
  static constexpr bool travelsInEntry =
      SortKey<T, KeyOf>::alwaysDecides && std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(SortEntry::position);
  static constexpr std::size_t leafSize = std::clamp<std::size_t>((4 << 20) / sizeof(T), 64, 1 << 17);

  Run makeRun(bool pooled) {
    Run run(use_);
    if (pooled) run.usePool(&pool_);
    return run;
  }

  /// Appends the elements of `from`, whose prefixes at lower depths are equal, to `to` in order. If keyOf or `<`
  /// throws, each element is in `from` or, possibly out of order, in `to`.
  void sortInto(Run& from, std::size_t depth, Run& to) {
    if (from.size() <= leafSize) {
      sortLeaf(from, depth, to);
      return;
    }
    const PrefixBuckets buckets(samplePrefixes(from, depth), bucketsFor(from.size()));
    std::vector<Run> parts;
    for (std::size_t i = 0; i < buckets.size(); ++i) parts.push_back(makeRun(true));
    try {
      deal(from, depth, buckets, parts);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (buckets.isSingle(i)) {
          sortTied(parts[i], depth, to);
        } else {
          sortInto(parts[i], depth, to);
        }
      }
    } catch (...) {
      for (Run& part : parts) to.append(std::move(part));
      throw;
    }
  }

  static std::size_t bucketsFor(std::size_t n) { return std::clamp<std::size_t>(n * sizeof(T) / (1 << 20), 16, 256); }

  /// As `sortInto`, for elements with equal prefixes at `depth`.
  void sortTied(Run& from, std::size_t depth, Run& to) {
    if constexpr (!SortKey<T, KeyOf>::alwaysDecides) {
      if (!from.empty() && !key_.decides(key_.prefix(from[0], depth), depth)) {
        if (SortKey<T, KeyOf>::hasPrefixAfter(depth)) {
          sortInto(from, depth + SortKey<T, KeyOf>::step, to);
          return;
        }
        sortByComparing(from, key_);
      }
    }
    to.append(std::move(from));
  }

  std::vector<std::uint64_t> samplePrefixes(const Run& run, std::size_t depth) const {
    std::vector<std::uint64_t> sample(16 * bucketsFor(run.size()));
    std::uint64_t random = run.size();
    for (std::uint64_t& prefix : sample) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      prefix = key_.prefix(run[(random >> 20) % run.size()], depth);
    }
    return sample;
  }

  /// Moves the elements to the buckets of their prefixes.
  void deal(Run& from, std::size_t depth, const PrefixBuckets& buckets, std::vector<Run>& parts) {
    std::array<std::uint64_t, 256> prefixes;
    std::array<std::uint16_t, 256> bucketOf;
    std::size_t dealt = 0;
    try {
      while (dealt < from.size()) {
        const std::span<T> chunk = from.chunkFrom(dealt);
        const std::span<T> batch = chunk.first(std::min(chunk.size(), prefixes.size()));
        for (std::size_t i = 0; i < batch.size(); ++i) prefixes[i] = key_.prefix(batch[i], depth);
        buckets.classify(std::span(prefixes).first(batch.size()), bucketOf.data());
        for (std::size_t i = 0; i < batch.size(); ++i) parts[bucketOf[i]].emplace_back(std::move(batch[i]));
        dealt += batch.size();
        if (batch.size() == chunk.size()) from.releaseFront(dealt);
      }
    } catch (...) {
      for (std::size_t i = dealt; i < from.size(); ++i) parts.back().emplace_back(std::move(from[i]));
      from.releaseFront(from.size());
      throw;
    }
  }

  void sortLeaf(Run& from, std::size_t depth, Run& to) {
    const std::size_t count = from.size();
    if (entries_.size() < count) {
      entries_.resize(count);
      entriesBuffer_.resize(count);
      scratch_.resize(2 * entries_.capacity() * sizeof(SortEntry));
    }
    const std::span<SortEntry> entries(entries_.data(), count);
    if constexpr (travelsInEntry) {
      for (std::size_t i = 0; i < count; ++i) {
        entries[i] = {key_.prefix(from[i], depth), 0};
        std::memcpy(&entries[i].position, &from[i], sizeof(T));
      }
      radixSort(entries, entriesBuffer_.data(), PrefixOrder());
      for (const SortEntry& entry : entries) {
        to.emplace_back(fromMemory<T>(reinterpret_cast<const std::byte*>(&entry.position)));
      }
    } else {
      for (std::size_t i = 0; i < count; ++i) entries[i] = {key_.prefix(from[i], depth), i};
      if constexpr (SortKey<T, KeyOf>::alwaysDecides) {
        radixSort(entries, entriesBuffer_.data(), PrefixOrder());
      } else {
        radixSort(entries, entriesBuffer_.data(), EntryOrder<T, KeyOf>{key_, from, depth});
      }
      for (const SortEntry& entry : entries) to.emplace_back(std::move(from[entry.position]));
    }
    from.releaseFront(from.size());
  }

  const SortKey<T, KeyOf>& key_;
  MemoryUse use_;
  ChunkPool<T> pool_;
  std::vector<SortEntry> entries_, entriesBuffer_;
  MemoryReservation scratch_;
};

/// The initial order of a run.
enum class RunOrder : unsigned char { sorted, reversed, mixed };

/// Compares neighbours until they contradict an order. Reversed means strictly descending.
template <class T, class KeyOf>
RunOrder runOrder(const ChunkedVector<T>& run, const SortKey<T, KeyOf>& key) {
  std::size_t i = 1;
  while (i < run.size() && !key.less(run[i], run[i - 1])) ++i;
  if (i >= run.size()) return RunOrder::sorted;
  if (i > 1) return RunOrder::mixed;
  while (i < run.size() && key.less(run[i], run[i - 1])) ++i;
  return i == run.size() ? RunOrder::reversed : RunOrder::mixed;
}

/// Sorts `run`, of which nothing has been released, by keyLess on `keyOf(element)`; stable in both directions.
/// `keyOf(const T&)` returns a key by value or reference and is called several times for each element. O(n) if 8-byte
/// prefixes decide the order of keys, or if the run is sorted or reversed; O(n log n) calls of keyLess for keys without
/// prefixes (see KeyPrefix). Extra memory: some MiB, and about a chunk for each of up to 256 buckets, fewer below 256
/// MiB. For keys without prefixes, 12 bytes for each element, or 8 bytes and 1.5 pairs of key and position if keyOf
/// returns values. If keyOf or `<` throws, the run holds all its elements in some order.
template <class T, class KeyOf>
void stableSort(ChunkedVector<T>& run, const KeyOf& keyOf, bool ascending = true) {
  const SortKey<T, KeyOf> key(keyOf, ascending);
  const RunOrder order = runOrder(run, key);
  if (order == RunOrder::sorted) return;
  if (order == RunOrder::reversed) {
    for (std::size_t i = 0, j = run.size() - 1; i < j; ++i, --j) std::swap(run[i], run[j]);
  } else if constexpr (SortKey<T, KeyOf>::hasPrefix) {
    PrefixSorter<T, KeyOf>(key, run.use()).sort(run);
  } else {
    sortByComparing(run, key);
  }
}

}  // namespace seltzer::detail
