#pragma once

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>

#include <seltzer/data/batch.hpp>
#include <seltzer/data/sink.hpp>
#include <seltzer/scheduler/task_context.hpp>

namespace seltzer::detail {

/// What an operator writes its elements to: gathers them into batches and pushes those on. Elements that may be lent
/// are pushed before the operator's input goes away: `flush` ends every batch of the input.
template <class T>
class Emitter {
 public:
  Emitter(TaskContext& task, RDDId operation, Sink<T>& out) : task_(task), operation_(operation), out_(out) {}

  /// False once the sink wants no more.
  bool open() const { return open_; }

  /// Adds one element; returns `open()`.
  template <class U>
  requires std::constructible_from<T, U&&>
  bool operator()(U&& element) {
    if (!open_) return false;
    batch_.emplace(std::forward<U>(element));
    return batch_.full() ? flush() : true;
  }

  /// Adds `count` elements `make(0)`, `make(1)`, ...
  template <class Make>
  bool generate(std::size_t count, Make&& make) {
    for (std::size_t done = 0; done < count && open_;) {
      const std::size_t chunk = std::min(count - done, batchCapacity<T> - batch_.size());
      batch_.generate(chunk, [&make, done](std::size_t i) -> decltype(auto) { return make(done + i); });
      done += chunk;
      if (batch_.full()) flush();
    }
    return open_;
  }

  /// Pushes what there is.
  bool flush() {
    if (batch_.size() > 0 && open_) pass(batch_.elements());
    batch_.clear();
    return open_;
  }

  /// Pushes a batch that is not the emitter's own. Requires that nothing waits for `flush`.
  bool pass(std::span<T> batch) {
    if (batch.empty()) return open_;
    open_ = out_.push(batch);
    task_.operation = operation_;
    return open_;
  }

 private:
  TaskContext& task_;
  RDDId operation_;
  Sink<T>& out_;
  Batch<T> batch_;
  bool open_ = true;
};

}  // namespace seltzer::detail
