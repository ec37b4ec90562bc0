#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <seltzer/detail/data/aggregation/combining_choice.hpp>
#include <seltzer/detail/data/aggregation/usual_size.hpp>
#include <seltzer/detail/data/block/shuffle_buckets.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/shuffle/value_table.hpp>

namespace seltzer::detail {

/// Whether map tasks may send several combiners of a key.
template <class T, class A>
concept SendsUncombined = requires(const typename T::second_type& value) {
  A::asCombiner(value);
};

/// Fills the buckets of a map task with the combined pairs `T` of its partition; or, where that would hardly make them
/// fewer, with the pairs themselves. Keys appear in the order of their first pairs.
template <class T, class A>
class MapSideCombiner {
  using Key = Owned<typename T::first_type>;
  using Combiner = typename A::Combiner;

 public:
  MapSideCombiner(const A& aggregator, const KeyPartitioner<Key>& partitioner, ShuffleBuckets& buckets)
      : aggregator_(&aggregator),
        partitionOf_(partitioner),
        indices_(partitioner.indexRanges().all()),
        buckets_(&buckets) {}

  /// Moves from the pairs.
  void add(std::span<T> pairs) {
    if constexpr (SendsUncombined<T, A>) {
      while (!choice_.isFinal() && !pairs.empty()) {
        const std::span<T> next = pairs.first(std::min(pairs.size(), choice_.untilDecision()));
        pairs = pairs.subspan(next.size());
        addUntilDecision(next);
      }
    }
    if (!pairs.empty()) combine(pairs);
  }

  /// Call it after the last `add`.
  void finish() {
    if (table_) sendTable();
  }

 private:
  void addUntilDecision(std::span<T> pairs) {
    if (!choice_.combines()) {
      send(pairs);
      return;
    }
    for (const T& pair : pairs) choice_.add(hashOf(pair));
    combine(pairs);
    if (!choice_.combines()) sendTable();
  }

  static std::uint64_t hashOf(const T& pair) { return Hash<typename T::first_type>()(pair.first); }

  void combine(std::span<T> pairs) {
    if (!table_) {
      table_.emplace(MemoryUse::aggregation, FoldValues<T, A>{aggregator_});
      table_->expectIndices(indices_);
      usualSize_.reserve(*table_);
    }
    table_->add(pairs);
  }

  void send(std::span<const T> pairs) {
    PhaseScope phase(Phase::shuffleWrite);
    for (const T& pair : pairs) {
      const std::uint64_t hash = hashOf(pair);
      choice_.add(hash);
      buckets_->add(partitionOf_(hash, pair.first),
                    [&pair](WireWriter& writer) { writer << pair.first << A::asCombiner(pair.second); });
    }
  }

  void sendTable() {
    PhaseScope phase(Phase::shuffleWrite);
    usualSize_.remember(*table_);
    table_->forEach([this](std::uint64_t hash, const Key& key, const Combiner& combiner) {
      buckets_->add(partitionOf_(hash, key), [&](WireWriter& writer) { writer << key << combiner; });
    });
    table_.reset();
  }

  static inline UsualSize usualSize_;

  const A* aggregator_;
  PartitionOfKey<Key> partitionOf_;
  IndexRange indices_;
  ShuffleBuckets* buckets_;
  std::optional<ValueTable<T, A>> table_;
  CombiningChoice choice_;
};

}  // namespace seltzer::detail
