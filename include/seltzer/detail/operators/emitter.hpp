#pragma once

#include <algorithm>
#include <concepts>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/data/batch/sink.hpp>
#include <seltzer/detail/operators/keeps_value.hpp>
#include <seltzer/owned.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer::detail {

/// Whether a T, or a part of one, would be a view of text that the temporary `From` owns, as far as pairs and tuples
/// tell.
template <class T, class From>
inline constexpr bool isViewOfTemporary = false;
template <Composed<Composition::text> T, class From>
requires(!isOwned<T>) inline constexpr bool isViewOfTemporary<T, From> = !std::is_trivially_destructible_v<From>;
template <class... Ts, class... Froms>
requires(sizeof...(Ts) ==
         sizeof...(Froms)) inline constexpr bool isViewOfTemporary<std::tuple<Ts...>, std::tuple<Froms...>> =
    (isViewOfTemporary<std::remove_cv_t<Ts>, Froms> || ...);
template <class A, class B, class FromA, class FromB>
inline constexpr bool isViewOfTemporary<std::pair<A, B>, std::pair<FromA, FromB>> =
    isViewOfTemporary<std::remove_cv_t<A>, FromA> || isViewOfTemporary<std::remove_cv_t<B>, FromB>;

/// Collects the elements that an operator makes into batches, no larger than demanded, and pushes these. Operators call
/// `flush` after every batch of their input, because their elements may borrow from it.
template <class T>
class Emitter {
 public:
  Emitter(TaskContext& task, RDDId operation, Sink<T>& out) : task_(task), operation_(operation), out_(out) {
    updateLimit();
  }

  /// False once the sink needs no more elements.
  const bool& open() const { return open_; }

  /// The most elements that may be made before they must be pushed.
  std::size_t limit() const { return limit_; }

  /// The demand of the sink.
  std::size_t demand() const { return out_.demand(); }

  /// Adds one element; returns `open()`.
  template <class U>
  bool operator()(U&& element) {
    if constexpr (!std::constructible_from<T, U&&>) {
      static_assert(std::constructible_from<T, U&&>,
                    "emit: the argument is not an element of this operation's result and does not convert to one");
    } else if constexpr (narrows<std::remove_cvref_t<U>, T>) {
      static_assert(!narrows<std::remove_cvref_t<U>, T>,
                    "emit: this number does not fit the element type without loss; give the operation the wider type, "
                    "or convert it with static_cast");
    } else if constexpr (isViewOfTemporary<T, std::remove_cv_t<U>>) {  // U is a reference unless it is a temporary
      static_assert(!isViewOfTemporary<T, std::remove_cv_t<U>>,
                    "emit: the element would hold a view of this temporary; make the element type own its text, as "
                    "std::string");
    } else {
      if (!open_) return false;
      batch_.emplace(std::forward<U>(element));
      return batch_.size() >= limit_ ? flush() : true;
    }
  }

  /// Adds `count` elements `make(0)`, `make(1)`, ...
  template <class Make>
  bool generate(std::size_t count, Make&& make) {
    for (std::size_t done = 0; done < count && open_;) {
      const std::size_t chunk = std::min(count - done, limit_ - batch_.size());
      batch_.generate(chunk, [&make, done](std::size_t i) -> decltype(auto) { return make(done + i); });
      done += chunk;
      if (batch_.size() >= limit_) flush();
    }
    return open_;
  }

  /// Pushes the current batch.
  bool flush() {
    if (batch_.size() > 0 && open_) pass(batch_.elements());
    batch_.clear();
    return open_;
  }

  /// Pushes a batch of the caller. Requires that the emitter's own batch is empty.
  bool pass(std::span<T> batch) {
    while (open_ && !batch.empty()) {
      const std::size_t count = std::min(batch.size(), out_.demand());
      open_ = out_.push(batch.first(count));
      batch = batch.subspan(count);
    }
    updateLimit();
    task_.operation = operation_;
    return open_;
  }

 private:
  void updateLimit() { limit_ = std::min(batchCapacity<T>, out_.demand()); }

  TaskContext& task_;
  RDDId operation_;
  Sink<T>& out_;
  Batch<T> batch_;
  std::size_t limit_ = 0;
  bool open_ = true;
};

}  // namespace seltzer::detail
