#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <functional>
#include <span>
#include <type_traits>

#include <seltzer/detail/data/aggregation/exact_sum.hpp>
#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/functions/reads_only.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// An action whose result is exact, so that MPI_Reduce may combine it in any order: `Reduction` reduces a partition to
/// an ExactValue.
template <class T, class Reduction>
class ExactAction final : public Action {
 public:
  using Parameters = detail::Parameters<Function<Reduction>>;

  explicit ExactAction(Function<Reduction> reduction) : reduction_(std::move(reduction.call)) {}

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue& exact, WireWriter&) override {
    exact = reduction_(static_cast<Operator<T>&>(rdd), task, partition);
  }

 private:
  Reduction reduction_;
};

inline ExactValue exactSumValue(const ExactSum& sum) {
  const auto words = std::bit_cast<std::array<std::uint64_t, 2>>(sum);
  return {words[0], words[1], ExactMerge::sum, 1};
}

inline ExactSum exactSumOf(const ExactValue& value) {
  return std::bit_cast<ExactSum>(std::array<std::uint64_t, 2>{value.low, value.high});
}

/// Counts all elements.
template <class T>
class CountingSink final : public Sink<T> {
 public:
  bool push(std::span<T> batch) override { return lend(batch); }
  bool onlyReads() const override { return true; }
  bool lend(std::span<const T> batch) override {
    count_ += batch.size();
    return true;
  }
  bool onlyCounts() const override { return true; }
  void pushCount(std::size_t elements) override { count_ += elements; }

  std::uint64_t count() const { return count_; }

 private:
  std::uint64_t count_ = 0;
};

/// The number of elements.
template <class T>
struct Counting {
  ExactValue operator()(Operator<T>& rdd, TaskContext& task, std::size_t partition) const {
    CountingSink<T> sink;
    rdd.run(task, partition, sink);
    return {sink.count(), 0, ExactMerge::sum, 1};
  }
};

/// 1 for a partition that is not empty. Computes an element only if the size is not known.
template <class T>
struct Presence {
  ExactValue operator()(Operator<T>& rdd, TaskContext& task, std::size_t partition) const {
    const auto size = rdd.knownSize(partition);
    bool present = size && *size > 0;
    if (!size) {
      auto sink = sinkOfFirst<T>(1, [&present](std::span<const T>) {
        present = true;
        return false;
      });
      rdd.run(task, partition, sink);
    }
    return {present ? 1u : 0u, 0, ExactMerge::sum, 1};
  }
};

/// The sum of integers.
template <std::integral T>
struct Summing {
  ExactValue operator()(Operator<T>& rdd, TaskContext& task, std::size_t partition) const {
    ExactSum sum;
    auto sink = sinkOf<T>([&sum](std::span<const T> batch) {
      sum.add(batch);
      return true;
    });
    rdd.run(task, partition, sink);
    return exactSumValue(sum);
  }
};

/// The least or greatest of integers.
template <std::integral T, bool least>
struct Extreme {
  ExactValue operator()(Operator<T>& rdd, TaskContext& task, std::size_t partition) const {
    constexpr bool isSigned = std::is_signed_v<T>;
    constexpr ExactMerge merge = least ? (isSigned ? ExactMerge::minSigned : ExactMerge::minUnsigned)
                                       : (isSigned ? ExactMerge::maxSigned : ExactMerge::maxUnsigned);
    T extreme{};
    bool present = false;
    auto sink = sinkOf<T>([&](std::span<const T> batch) {
      if (!present) extreme = batch.front();
      present = true;
      for (const T element : batch) extreme = least ? std::min(extreme, element) : std::max(extreme, element);
      return true;
    });
    rdd.run(task, partition, sink);
    const auto wide =
        static_cast<std::uint64_t>(static_cast<std::conditional_t<isSigned, std::int64_t, std::uint64_t>>(extreme));
    return {wide, 0, merge, present ? 1u : 0u};
  }
};

/// Calls a function with every element. The result is the number of partitions.
template <class T, class F>
struct Visiting : Around<F> {
  using Around<F>::Around;
  using Elements = std::conditional_t<readsOnly<F, T>, std::span<const T>, std::span<T>>;

  ExactValue operator()(Operator<T>& rdd, TaskContext& task, std::size_t partition) const {
    auto sink = sinkOf<T>([&](Elements batch) {
      task.operation = ofAction;
      for (auto& element : batch) std::invoke(this->function, element);
      return true;
    });
    rdd.run(task, partition, sink);
    return {1, 0, ExactMerge::sum, 1};
  }
};

}  // namespace seltzer::detail
