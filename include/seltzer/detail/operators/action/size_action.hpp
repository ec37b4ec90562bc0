#pragma once

#include <cstdint>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Sends the size of each partition. Computes it only if the size is not known.
template <class T>
class SizeAction final : public Action {
 public:
  using Parameters = detail::Parameters<>;

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue&, WireWriter& result) override {
    auto& typed = static_cast<Operator<T>&>(rdd);
    const auto known = typed.knownSize(partition);
    std::size_t size = known.value_or(0);
    if (!known) {
      auto sink = sinkOf<T>([&size](std::span<const T> batch) {
        size += batch.size();
        return true;
      });
      typed.run(task, partition, sink);
    }
    result << static_cast<std::int64_t>(size);
  }
};

}  // namespace seltzer::detail
