#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <seltzer/detail/operators/borrow.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/partitioners.hpp>

namespace seltzer::detail {

/// The partitioner of a `sortByKey`, on the driver: the key ranges that the sort chooses when it runs. If they are
/// needed earlier, it runs the sort, whose result stays for later jobs. It travels as its ranges.
template <class K>
class SortPartitioning final : public KeyPartitioner<K> {
 public:
  using Ranges = std::shared_ptr<const KeyPartitioner<K>>;

  explicit SortPartitioning(std::size_t partitions) : partitions_(partitions) {}

  /// `run` runs the sort, which must call `choose`.
  void runBy(std::function<void()> run) { run_ = std::move(run); }
  void choose(Ranges ranges) {
    ranges_ = std::move(ranges);
    run_ = nullptr;
  }

  std::size_t numPartitions() const override { return partitions_; }
  bool isSettled() const override { return ranges_ != nullptr; }
  void settle() const override {
    if (isSettled()) return;
    const auto run = run_;  // a copy: `choose` resets run_
    run();
  }
  std::size_t partitionOf(const K& key) const override { return settled().partitionOf(key); }
  bool mayHold(std::size_t partition, const K& least, const K& greatest) const override {
    return settled().mayHold(partition, least, greatest);
  }
  Bytes encode() const override { return settled().encode(); }

 private:
  const KeyPartitioner<K>& settled() const {
    settle();
    return *ranges_;
  }

  std::size_t partitions_;
  Ranges ranges_;              // null until the sort has run
  std::function<void()> run_;  // null from then on
};

/// Partitions keys by ranges of a function of them, as after a sort by that function. `Borrowed` is the key type of the
/// sorted RDD, which the function takes.
template <class Borrowed, class F>
class RangePartitioningBy final : public KeyPartitioner<Owned<Borrowed>> {
  using K = Owned<Borrowed>;

 public:
  using Part = Owned<std::remove_cvref_t<std::invoke_result_t<const F&, const Borrowed&>>>;

  RangePartitioningBy(F function, RangePartitioner<Part> range, std::uint64_t partitions)
      : function_(std::move(function)), range_(std::move(range)), partitions_(partitions) {}
  static std::shared_ptr<const KeyPartitioner<K>> make(WireReader& parameters) {
    F function = readFunction<F>(parameters);
    auto bounds = parameters.read<std::vector<Part>>();
    const bool ascending = parameters.read<std::uint8_t>() != 0;
    return newPartitioner<RangePartitioningBy>(
        std::move(function), RangePartitioner<Part>(std::move(bounds), ascending), parameters.read<std::uint64_t>());
  }

  std::size_t numPartitions() const override { return partitions_; }
  std::size_t partitionOf(const K& key) const override {
    const auto& borrowed = borrow<Borrowed>(key);
    return sectionOf(std::invoke(function_, borrowed), range_.bounds(), {range_.ascending()});
  }
  Bytes encode() const override {
    Bytes bytes = toWire(Registered<KeyPartitioner<K>, RangePartitioningBy>::id);
    WireWriter writer(bytes);
    writeFunction(writer, function_);
    writer << range_.bounds() << static_cast<std::uint8_t>(range_.ascending()) << partitions_;
    return bytes;
  }

 private:
  F function_;
  RangePartitioner<Part> range_;
  std::uint64_t partitions_;
};

}  // namespace seltzer::detail
