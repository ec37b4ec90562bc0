#pragma once

#include <concepts>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/broadcast.hpp>
#include <seltzer/detail/api/type_checks.hpp>
#include <seltzer/detail/data/element/streamed_text.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/functions/parameters.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/action/aggregate_fold.hpp>
#include <seltzer/detail/operators/keeps_value.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer {

class Context;

namespace detail {

template <class T>
inline constexpr bool hasPlus = requires(T& into, const T& from) {
  into += from;
};
template <class T>
inline constexpr bool isAppendable = requires(T& into, const T& from) {
  into.insert(into.end(), from.begin(), from.end());
};

}  // namespace detail

/// Merges by `+=`.
struct Sum {
  /// `into += from`.
  template <class T>
  requires(detail::hasPlus<T>) void operator()(T& into, const T& from) const { into += from; }
};

/// Keeps the greater value, in the order of RDD::sortBy.
struct Max {
  /// Assigns `from` to `into` if it is greater.
  template <class T>
  requires(detail::hasOrder<T>) void operator()(T& into, const T& from) const {
    if (detail::keyLess(into, from)) into = from;
  }
};

/// Keeps the lesser value, in the same order.
struct Min {
  /// Assigns `from` to `into` if it is less.
  template <class T>
  requires(detail::hasOrder<T>) void operator()(T& into, const T& from) const {
    if (detail::keyLess(from, into)) into = from;
  }
};

/// Appends the elements of a container.
struct Append {
  /// Inserts the elements of `from` at the end of `into`.
  template <class T>
  requires(detail::isAppendable<T>) void operator()(T& into, const T& from) const {
    into.insert(into.end(), from.begin(), from.end());
  }
};

namespace detail {

template <class T>
class AccumulatorOf : public AccumulatorBase {
 public:
  /// Merges a value into what the running task added. On the driver outside tasks: into what the running job added if
  /// `inJob`, otherwise into the total.
  virtual void add(const T& value, bool inJob) = 0;
  virtual const T& total() const = 0;
  virtual void setTotal(T total) = 0;
};

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
      accumulate(inJob ? next() : *total_, merge_, value);
    } else if (added_) {
      accumulate(*added_, merge_, value);
    } else {
      added_ = value;
    }
  }
  const T& total() const override { return *total_; }
  void setTotal(T total) override { total_ = makeUnique<T>(std::move(total)); }
  void write(WireWriter& writer) const override { writer << *added_; }
  void reset() override { added_.reset(); }
  void merge(WireReader& reader) override {
    const T value = reader.read<T>();
    accumulate(next(), merge_, value);
  }
  void commit() override {
    if (!next_) return;
    if constexpr (appendsOnly) {
      total_->insert(total_->end(), std::make_move_iterator(next_->begin()), std::make_move_iterator(next_->end()));
      next_.reset();
    } else {
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

  UniquePointer<T> total_;
  UniquePointer<T> next_;  // driver: the total if the running job succeeds
  Merge merge_;
  std::optional<T> added_;
};

}  // namespace detail

/// A value that tasks add to and the driver reads, made by `Context::accumulator`. A handle of a few bytes that
/// functions capture by value. In an action, each task of a successful job counts exactly once, and a failed job adds
/// nothing; in a transformation, a recomputed partition is added again. Merged in partition order.
template <class T>
class Accumulator {
 public:
  /// Merges a value into the total: in a task, once the job has succeeded; on the driver, outside jobs, at once. What a
  /// job calls outside its tasks, such as the key function of a sort while it chooses splitters, adds nothing.
  void add(const T& value) const {
    auto& table = detail::requireAccumulators("Accumulator::add");
    auto& accumulator = static_cast<detail::AccumulatorOf<T>&>(table.at(id_));
    if (TaskContext::current() == nullptr && table.inStage()) return;
    const bool inJob = table.inJob();
    if (inJob) table.expectCommit(id_);
    accumulator.add(value, inJob);
    if (TaskContext::current() != nullptr) table.touch(id_, accumulator);
  }

  /// `add(value)`.
  const Accumulator& operator+=(const T& value) const {
    add(value);
    return *this;
  }

  /// @cond
  // Refused: the integer would lose the fraction or the upper bits.
  template <class Number>
  requires detail::narrows<Number, T>
  void add(Number) const {
    static_assert(
        !detail::narrows<Number, T>,
        "Accumulator::add: this number does not fit the accumulator's type without loss; give accumulator() a "
        "zero of the wider type, such as std::int64_t{0} or 0.0, or convert it with static_cast");
  }
  template <class Number>
  requires detail::narrows<Number, T>
  void operator+=(Number) const {
    static_assert(!detail::narrows<Number, T>,
                  "Accumulator::operator+=: this number does not fit the accumulator's type without loss; give "
                  "accumulator() a zero of the wider type, such as std::int64_t{0} or 0.0, or convert it with "
                  "static_cast");
  }
  /// @endcond

  /// The total over all jobs that have succeeded, as a reference that may dangle once another job has added to it: copy
  /// it to keep it. Only for the driver function: throws NestedJobError inside a task.
  const T& value() const {
    detail::requireDriverFunction("Accumulator::value");
    auto& table = detail::requireAccumulators("Accumulator::value");
    return static_cast<detail::AccumulatorOf<T>&>(table.at(id_)).total();
  }

  /// The number of this accumulator, unique among the program's accumulators.
  std::uint32_t id() const { return id_; }

 private:
  friend class Context;

  void set(T total) const {
    auto& table = detail::requireAccumulators("Context::remember");
    static_cast<detail::AccumulatorOf<T>&>(table.at(id_)).setTotal(std::move(total));
  }

  explicit Accumulator(std::uint32_t id) : id_(id) {}

  std::uint32_t id_;
};

}  // namespace seltzer
