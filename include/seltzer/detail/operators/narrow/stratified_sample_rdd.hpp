#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/operators/narrow/share_draw.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/random_draw.hpp>

namespace seltzer::detail {

/// For a key in a partition: how many pairs there are, and how many of them to draw.
struct StratumCounts {
  std::uint64_t pairs = 0;
  std::uint64_t draws = 0;
};

/// The counts of all keys of a partition.
template <class K>
using KeyStrata = std::vector<std::pair<K, StratumCounts>>;

/// Draws exactly the given number of pairs of each key from each partition, in their order, all choices equally likely.
/// The second parent has one KeyStrata for each partition. Without replacement by selection sampling (D. Knuth, The Art
/// of Computer Programming 2, algorithm 3.4.2 S); with replacement, each pair takes a binomial share of the remaining
/// draws.
template <class T>
class StratifiedSampleRDD final : public Operator<T> {
  using Key = Owned<typename T::first_type>;
  using Base = Operator<T>;
  using Table = AggregationTable<Key, StratumCounts>;

 public:
  static constexpr std::string_view kind = "StratifiedSampleRDD";
  using Parameters = detail::Parameters<std::uint8_t, std::uint64_t>;

  StratifiedSampleRDD(const typename Base::Inputs& inputs, std::uint8_t withReplacement, std::uint64_t seed)
      : Base(inputs),
        parent_(parentOf<T>(inputs, 0)),
        shares_(parentOf<KeyStrata<Key>>(inputs, 1)),
        withReplacement_(withReplacement != 0),
        seed_(seed) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    Table left = sharesOf(task, partition);
    std::uint64_t position = 0;
    Emitter<T> emit(task, this->id(), out);
    this->transform(task, parent_, partition, emit, withReplacement_ ? Yield::any : Yield::atMostOne,
                    [&](std::span<T> batch, Emitter<T>& to) {
                      for (T& pair : batch) {
                        StratumCounts* share = left.find(pair.first);
                        if (share == nullptr || share->pairs == 0) throwChanged();
                        for (std::uint64_t times = draw(*share, partition, position++); times > 0; --times) {
                          if (!to(pair)) return;
                        }
                      }
                    });
    if (!emit.open()) return;
    left.forEach([](std::uint64_t, const Key&, const StratumCounts& share) {
      if (share.pairs > 0) throwChanged();
    });
  }

 private:
  Table sharesOf(TaskContext& task, std::size_t partition) {
    Table table;
    auto sink = sinkOf<KeyStrata<Key>>([&table](std::span<KeyStrata<Key>> batch) {
      for (auto& shares : batch) {
        table.upsert(
            shares.size(), [&](std::size_t i) -> auto&& { return std::move(shares[i].first); },
            [&](std::size_t i) { return shares[i].second; }, [](StratumCounts&, std::size_t) {});
      }
      return true;
    });
    shares_.run(task, partition, sink);
    task.operation = this->id();
    return table;
  }

  /// How often the next pair of a key is drawn; updates the remaining counts.
  std::uint64_t draw(StratumCounts& left, std::size_t partition, std::uint64_t position) const {
    std::uint64_t times = 0;
    if (withReplacement_) {
      times = binomialShare(uniformAt(seed_, partition, position), left.pairs, 1, left.draws);
    } else {
      const auto bits = static_cast<WideUnsigned>(bitsAt(seed_, partition, position));
      times = static_cast<std::uint64_t>(bits * left.pairs >> 64) < left.draws ? 1 : 0;
    }
    --left.pairs;
    left.draws -= times;
    return times;
  }

  [[noreturn]] static void throwChanged() {
    throw std::logic_error(
        "sampleByKeyExact: the keys of a partition have changed since they were counted; the RDD must have the same "
        "elements each time it is computed, or be persisted");
  }

  Operator<T>& parent_;
  Operator<KeyStrata<Key>>& shares_;
  bool withReplacement_;
  std::uint64_t seed_;
};

}  // namespace seltzer::detail
