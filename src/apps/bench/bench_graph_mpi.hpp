/// Page rank and a join of integers, hand-written in plain MPI.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <mpi.h>

#include "bench_graph_rows.hpp"

namespace bench {

using Row = std::pair<std::int64_t, std::int64_t>;

struct Share {
  int rank = 0;
  int ranks = 1;

  static Share mine() {
    Share share;
    MPI_Comm_rank(MPI_COMM_WORLD, &share.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &share.ranks);
    return share;
  }
  /// The start of the share of rank `part` in n; `ownerOf` is its inverse.
  std::int64_t begin(std::int64_t n, int part) const { return (part * n + ranks - 1) / ranks; }
  int ownerOf(std::int64_t i, std::int64_t n) const { return static_cast<int>(i * ranks / n); }
};

/// **Collective.** Makes rows `make(i)` of this rank's share of n and sends each to rank `owner(row)`; returns those
/// received. At most 2^30 rows per rank.
template <class Make, class Owner>
std::vector<Row> exchangedRows(Share share, std::int64_t n, Make make, Owner owner) {
  const std::int64_t begin = share.begin(n, share.rank);
  const std::int64_t end = share.begin(n, share.rank + 1);
  std::vector<std::vector<Row>> buckets(static_cast<std::size_t>(share.ranks));
  for (std::int64_t i = begin; i < end; ++i) {
    const Row row = make(i);
    buckets[static_cast<std::size_t>(owner(row))].push_back(row);
  }
  std::vector<Row> sent;
  std::vector<int> counts, starts, received(buckets.size()), offsets(buckets.size());
  for (auto& bucket : buckets) {
    starts.push_back(static_cast<int>(sent.size()));
    counts.push_back(static_cast<int>(bucket.size()));
    sent.insert(sent.end(), bucket.begin(), bucket.end());
    bucket = {};
  }
  MPI_Alltoall(counts.data(), 1, MPI_INT, received.data(), 1, MPI_INT, MPI_COMM_WORLD);
  std::exclusive_scan(received.begin(), received.end(), offsets.begin(), 0);
  std::vector<Row> rows(static_cast<std::size_t>(offsets.back() + received.back()));
  MPI_Datatype rowType = MPI_DATATYPE_NULL;
  MPI_Type_contiguous(2, MPI_INT64_T, &rowType);
  MPI_Type_commit(&rowType);
  MPI_Alltoallv(sent.data(), counts.data(), starts.data(), rowType, rows.data(), received.data(), offsets.data(),
                rowType, MPI_COMM_WORLD);
  MPI_Type_free(&rowType);
  return rows;
}

/// A graph whose vertices are distributed over the ranks in blocks, with their edges in compressed sparse rows.
class HandGraph {
 public:
  /// **Collective.** With the edges of `PowerLawEdge`.
  HandGraph(std::int64_t vertices, std::int64_t edges) : share_(Share::mine()), size_(vertices) {
    for (int r = 0; r < share_.ranks; ++r) {
      counts_.push_back(static_cast<int>(share_.begin(vertices, r + 1) - share_.begin(vertices, r)));
    }
    std::vector<char> seen(static_cast<std::size_t>(vertices), 0);
    auto rows = exchangedRows(share_, edges, PowerLawEdge{static_cast<std::uint64_t>(vertices)},
                              [this](const Row& edge) { return share_.ownerOf(edge.first, size_); });
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    starts_.assign(own() + 1, 0);
    for (const auto& [from, to] : rows) {
      seen[static_cast<std::size_t>(from)] = seen[static_cast<std::size_t>(to)] = 1;
      ++starts_[static_cast<std::size_t>(from - first()) + 1];
      targets_.push_back(static_cast<std::uint32_t>(to));
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    MPI_Allreduce(MPI_IN_PLACE, seen.data(), static_cast<int>(vertices), MPI_CHAR, MPI_MAX, MPI_COMM_WORLD);
    present_.assign(seen.begin() + first(), seen.begin() + first() + static_cast<std::ptrdiff_t>(own()));
    vertices_ = std::count(seen.begin(), seen.end(), 1);
  }

  /// **Collective.** The sum of the squares of the ranks after some iterations.
  double pageRank(std::int64_t iterations, double damping) const {
    std::vector<double> ranks(own());
    std::vector<double> received(own());
    std::vector<double> passed(static_cast<std::size_t>(size_));
    const auto n = static_cast<double>(vertices_);
    for (std::size_t v = 0; v < own(); ++v) ranks[v] = present_[v] ? 1 / n : 0;
    for (std::int64_t i = 0; i < iterations; ++i) {
      double passedOn = pass(ranks, passed);
      MPI_Allreduce(MPI_IN_PLACE, &passedOn, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
      MPI_Reduce_scatter(passed.data(), received.data(), counts_.data(), MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
      const double rest = (1 - damping * passedOn) / n;
      for (std::size_t v = 0; v < own(); ++v) ranks[v] = present_[v] ? rest + damping * received[v] : 0;
    }
    double squares = std::inner_product(ranks.begin(), ranks.end(), ranks.begin(), 0.0);
    MPI_Allreduce(MPI_IN_PLACE, &squares, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    return squares;
  }

 private:
  std::int64_t first() const { return share_.begin(size_, share_.rank); }
  std::size_t own() const { return static_cast<std::size_t>(counts_[static_cast<std::size_t>(share_.rank)]); }

  double pass(const std::vector<double>& ranks, std::vector<double>& passed) const {
    double passedOn = 0;
    std::fill(passed.begin(), passed.end(), 0.0);
    for (std::size_t v = 0; v < own(); ++v) {
      if (starts_[v] == starts_[v + 1]) continue;
      const double each = ranks[v] / static_cast<double>(starts_[v + 1] - starts_[v]);
      for (std::size_t e = starts_[v]; e < starts_[v + 1]; ++e) passed[targets_[e]] += each;
      passedOn += ranks[v];
    }
    return passedOn;
  }

  Share share_;
  std::int64_t size_;
  std::int64_t vertices_ = 0;  // that have an edge
  std::vector<int> counts_;    // vertices of each rank
  std::vector<char> present_;
  std::vector<std::size_t> starts_;
  std::vector<std::uint32_t> targets_;
};

inline std::uint64_t mixedKey(std::uint64_t key) {
  key = (key ^ (key >> 32)) * 0x9E3779B97F4A7C15U;
  return key ^ (key >> 29);
}

/// A hash table with linear probing; keys are unique and not negative.
class HandTable {
 public:
  explicit HandTable(const std::vector<Row>& rows) {
    std::size_t size = 16;
    while (size < 2 * rows.size()) size *= 2;
    slots_.assign(size, Row(-1, 0));
    for (const Row& row : rows) {
      std::size_t at = mixedKey(static_cast<std::uint64_t>(row.first)) & (size - 1);
      while (slots_[at].first >= 0) at = (at + 1) & (size - 1);
      slots_[at] = row;
    }
  }

  /// How many of the rows have a key of the table.
  std::int64_t matches(const std::vector<Row>& rows) const {
    constexpr std::size_t ahead = 16;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i + ahead < rows.size()) __builtin_prefetch(&slots_[home(rows[i + ahead].first)]);
      std::size_t at = home(rows[i].first);
      while (slots_[at].first >= 0 && slots_[at].first != rows[i].first) at = (at + 1) & (slots_.size() - 1);
      count += slots_[at].first == rows[i].first;
    }
    return count;
  }

 private:
  std::size_t home(std::int64_t key) const { return mixedKey(static_cast<std::uint64_t>(key)) & (slots_.size() - 1); }

  std::vector<Row> slots_;
};

/// **Collective.** The number of pairs of `ManyRows` and `KeyRows` with equal keys: a hash join, partitioned over the
/// ranks by the hash of the key.
inline std::int64_t joinByHand(std::int64_t many, std::int64_t keys) {
  const Share share = Share::mine();
  const auto owner = [&share](const Row& row) {
    const auto ranks = static_cast<std::uint64_t>(share.ranks);
    return static_cast<int>(((mixedKey(static_cast<std::uint64_t>(row.first)) >> 32) * ranks) >> 32);
  };
  const HandTable table(exchangedRows(share, keys, KeyRows{}, owner));
  std::int64_t count = table.matches(exchangedRows(share, many, ManyRows{static_cast<std::uint64_t>(keys)}, owner));
  MPI_Allreduce(MPI_IN_PLACE, &count, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  return count;
}

}  // namespace bench
