#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/element/streamed_text.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/functions/parameters.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/action/aggregate_fold.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer {

struct Append;

namespace detail {

template <class T>
class AccumulatorOf : public AccumulatorBase {
 public:
  /// Merges a value into what the running task added. On the driver outside tasks: into what the running job added if
  /// `inJob`, otherwise into the total.
  virtual void add(const T& value, bool inJob) = 0;
  virtual const T& total() const = 0;
  virtual void setTotal(T total) = 0;
  /// The value that it was made with; on the driver.
  virtual const T& zero() const = 0;
};

/// For the driver function, `what`: throws NestedJobError elsewhere, with the accumulator's name if it has one.
AccumulatorBase& requireTotal(std::string_view what, std::uint32_t id);

/// Whether what `Merge` collected in an empty T can be moved to the end of another T without throwing.
template <class T, class Merge>
consteval bool appendsWithoutThrowing() {
  if constexpr (std::is_same_v<Merge, Append> && std::is_default_constructible_v<T>) {
    return std::is_nothrow_move_constructible_v<typename T::value_type>;
  } else {
    return false;
  }
}

/// Merges within a task in the order of its calls, and the results of tasks in partition order.
template <class T, class Merge>
class MergingAccumulator final : public AccumulatorOf<T> {
 public:
  using Parameters = detail::Parameters<T, Function<Merge>>;

  MergingAccumulator(T zero, Function<Merge> merge)
      : total_(makeUnique<T>(std::move(zero))), merge_(std::move(merge.call)) {}

  void add(const T& value, bool inJob) override {
    if (TaskContext::current() == nullptr) {
      accumulate(inJob ? next() : changed(), merge_, value);
    } else if (added_) {
      accumulate(*added_, merge_, value);
    } else {
      added_ = value;
    }
  }
  const T& total() const override { return *total_; }
  void setTotal(T total) override {
    if (!zero_) zero_ = std::move(total_);
    total_ = makeUnique<T>(std::move(total));
  }
  const T& zero() const override { return zero_ ? *zero_ : *total_; }
  void write(WireWriter& writer) const override { writer << *added_; }
  void reset() override { added_.reset(); }
  void merge(WireReader& reader) override {
    const T value = reader.read<T>();
    accumulate(next(), merge_, value);
  }
  void commit() override {
    if (!next_) return;
    if constexpr (appendsOnly) {
      T& total = changed();
      total.insert(total.end(), std::make_move_iterator(next_->begin()), std::make_move_iterator(next_->end()));
      next_.reset();
    } else {
      if (!zero_) zero_ = std::move(total_);
      total_ = std::move(next_);
    }
  }
  void discard() noexcept override { next_.reset(); }
  std::string text() const override {
    if constexpr (Streamable<T>) {
      try {
        return streamedText(*total_);
      } catch (...) {  // not worth failing the statistics
        return "(its operator<< threw an exception)";
      }
    } else if constexpr (requires(const T& value) { value.size(); }) {
      return std::to_string(total_->size()) + " elements";
    } else {
      return "(no text)";
    }
  }

 private:
  /// What a job appends to a collection is kept apart until the job has succeeded. Any other total is copied first,
  /// once for each job that adds to it.
  static constexpr bool appendsOnly = appendsWithoutThrowing<T, Merge>();

  T& next() {
    if (next_) return *next_;
    if constexpr (appendsOnly) {
      next_ = makeUnique<T>();
    } else {
      next_ = makeUnique<T>(*total_);
    }
    return *next_;
  }

  /// The total, which is about to change.
  T& changed() {
    if (!zero_) zero_ = makeUnique<T>(*total_);
    return *total_;
  }

  UniquePointer<T> total_;
  UniquePointer<T> zero_;  // driver: null until the total changes
  UniquePointer<T> next_;  // driver: the total if the running job succeeds
  Merge merge_;
  std::optional<T> added_;
};

}  // namespace detail

}  // namespace seltzer
