#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/borrow.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// Reads elements in wire form, where they are in their owned form, a batch at a time.
template <class T>
class BatchReader {
 public:
  /// The next `count` elements, at most a batch, which live until the next call. The time counts as `phase`.
  [[gnu::noinline]] std::span<T> read(WireReader& reader, std::size_t count, Phase phase) {
    const PhaseScope scope(phase);
    batch_.clear();
    if constexpr (isOwned<T>) {
      batch_.generate(count, [&reader](std::size_t) { return reader.read<T>(); });
    } else {
      owned_.clear();
      for (std::size_t i = 0; i < count; ++i) owned_.push_back(reader.read<Owned<T>>());
      batch_.generate(count, [this](std::size_t i) { return borrow<T>(owned_[i]); });
    }
    return batch_.elements();
  }

 private:
  std::vector<Owned<T>> owned_;  // for borrowed elements to refer to
  Batch<T> batch_;
};

}  // namespace seltzer::detail
