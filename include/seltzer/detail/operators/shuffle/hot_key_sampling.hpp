#pragma once

#include <span>

#include <seltzer/detail/data/element/key_text.hpp>
#include <seltzer/detail/metrics/hot_keys.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// Adds a sample of the keys that a map task sees to the statistics of the current call site.
class HotKeySampling {
 public:
  HotKeySampling(std::size_t partitions, std::size_t mapPartition)
      : sampler_(phaseClock().current().hotKeys, partitions, mapPartition) {}

  template <class Pair>
  void sample(std::span<Pair> batch) {
    sampler_.sample(batch.size(), [&batch](std::size_t i) {
      using Key = typename Pair::first_type;
      return keyText(batch[i].first, Hash<Key>()(batch[i].first));
    });
  }

 private:
  HotKeySampler sampler_;
};

}  // namespace seltzer::detail
