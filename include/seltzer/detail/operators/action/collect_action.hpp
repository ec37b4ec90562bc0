#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/engine/result_limit.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Sends the first `limit` elements of each partition, in their owned form, followed by their number. Stops when this
/// rank's results alone exceed what a job may bring to the driver; the job then fails.
template <class T>
class CollectAction final : public Action {
 public:
  static constexpr std::uint64_t noLimit = Demand::unlimited;

  using Parameters = detail::Parameters<std::uint64_t>;

  explicit CollectAction(std::uint64_t limit) : limit_(limit) {}

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue&, WireWriter& result) override {
    std::uint64_t count = 0;
    const std::size_t mostBytes = resultLimit();
    if (limit_ > 0) {
      if constexpr (isBitwise<T>) {
        const std::uint64_t size = std::min<std::uint64_t>(limit_, rdd.knownSize(partition).value_or(0));
        if (size < mostBytes / sizeof(T)) result.reserve(size * sizeof(T) + sizeof(count));
      }
      auto sink = sinkOfFirst<T>(limit_, [&](std::span<const T> batch) {
        PhaseScope phase(Phase::resultSerialize);
        write(result, batch);
        count += batch.size();
        return result.size() <= mostBytes;
      });
      static_cast<Operator<T>&>(rdd).run(task, partition, sink);
    }
    phaseClock().count(Phase::resultSerialize, 0, count);
    result << count;
  }

  /// How many elements `run` sent.
  static std::uint64_t countOf(ByteView result) {
    WireReader tail(result.last(std::min(result.size(), sizeof(std::uint64_t))));
    return tail.read<std::uint64_t>();
  }

  /// Appends the elements that `run` sent to `elements`.
  static void read(ByteView result, std::vector<Owned<T>>& elements) {
    using Element = Owned<T>;
    const std::uint64_t count = countOf(result);
    WireReader reader(result.first(result.size() - sizeof(count)));
    if constexpr (isBitwise<Element> && std::is_copy_constructible_v<Element> && std::is_copy_assignable_v<Element> &&
                  !std::is_same_v<Element, bool>) {
      if (reinterpret_cast<std::uintptr_t>(result.data()) % alignof(Element) == 0) {
        const ByteView bytes = reader.readBytes(count * sizeof(Element));
        const auto* const first = reinterpret_cast<const Element*>(bytes.data());
        elements.insert(elements.end(), first, first + count);
        return;
      }
    }
    for (std::uint64_t i = 0; i < count; ++i) elements.push_back(reader.read<Element>());
  }

 private:
  static void write(WireWriter& result, std::span<const T> batch) {
    if constexpr (isBitwise<T>) {
      result.writeElements(batch.data(), batch.size());
    } else {
      for (const T& element : batch) result << element;
    }
  }

  std::uint64_t limit_;
};

}  // namespace seltzer::detail
