#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/broadcast.hpp>
#include <seltzer/detail/api/type_checks.hpp>
#include <seltzer/detail/data/aggregation/number_total.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/operators/keeps_value.hpp>
#include <seltzer/detail/operators/merging_accumulator.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer {

class Context;

namespace detail {

template <class T>
inline constexpr bool hasPlus = requires(T& into, const T& from) {
  into += from;
};
template <class T>
inline constexpr bool hasEquals = requires(const T& a, const T& b) {
  static_cast<bool>(a == b);
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
  const T& value() const { return onDriver("Accumulator::value").total(); }

  /// Sets the total. Only for the driver function, as `value`.
  void setValue(T total) const { onDriver("Accumulator::setValue").setTotal(std::move(total)); }

  /// Sets the total to the zero that the accumulator was made with. Likewise.
  void reset() const {
    auto& accumulator = onDriver("Accumulator::reset");
    accumulator.setTotal(accumulator.zero());
  }

  /// Whether the total equals that zero. Likewise.
  bool isZero() const {
    static_assert(detail::hasEquals<T>, "Accumulator::isZero: the values have no operator==; compare value()");
    if constexpr (detail::hasEquals<T>) {
      const auto& accumulator = onDriver("Accumulator::isZero");
      return accumulator.total() == accumulator.zero();
    } else {
      return false;
    }
  }

  /// The name that it was made with; empty without one. In tasks, too.
  std::string name() const { return detail::requireAccumulators("Accumulator::name").nameOf(id_); }

  /// The number of this accumulator, unique among the program's accumulators.
  std::uint32_t id() const { return id_; }

 private:
  friend class Context;

  detail::AccumulatorOf<T>& onDriver(std::string_view what) const {
    return static_cast<detail::AccumulatorOf<T>&>(detail::requireTotal(what, id_));
  }

  explicit Accumulator(std::uint32_t id) : id_(id) {}

  std::uint32_t id_;
};

/// The count, sum and mean of numbers that tasks add, made by `Context::longAccumulator` and `doubleAccumulator`; a
/// handle as Accumulator is, and merged like one: for a fixed number of partitions, sums of doubles are bitwise equal
/// on any number of ranks. Everything but `add` and `name` is only for the driver function and throws NestedJobError
/// elsewhere.
///
///     const auto lengths = sc.longAccumulator("lengths");
///     lines.foreach([lengths](std::string_view line) { lengths.add(std::ssize(line)); });
///     std::cout << lengths.count() << " lines of " << lengths.avg() << " characters\n";
template <class Number>
class NumberAccumulator {
 public:
  /// Adds a number: in a task, once the job has succeeded; on the driver, outside jobs, at once. As Accumulator::add.
  void add(Number value) const { total_.add(detail::NumberTotal<Number>::of(value, 1)); }

  /// `add(value)`.
  const NumberAccumulator& operator+=(Number value) const {
    add(value);
    return *this;
  }

  /// @cond
  // Refused: the integer would lose the fraction or the upper bits.
  template <class Other>
  requires detail::narrows<Other, Number>
  void add(Other) const {
    static_assert(!detail::narrows<Other, Number>,
                  "LongAccumulator::add: this number does not fit without loss; use a doubleAccumulator, or convert it "
                  "with static_cast");
  }
  template <class Other>
  requires detail::narrows<Other, Number>
  void operator+=(Other) const {
    static_assert(!detail::narrows<Other, Number>,
                  "LongAccumulator::operator+=: this number does not fit without loss; use a doubleAccumulator, or "
                  "convert it with static_cast");
  }
  /// @endcond

  /// The sum of the numbers. Integers are added exactly: throws std::overflow_error if the sum does not fit.
  Number sum() const { return total_.value().value(); }

  /// `sum()`.
  Number value() const { return sum(); }

  /// How many numbers were added.
  std::int64_t count() const { return total_.value().count; }

  /// The sum divided by the count; NaN if no number was added.
  double avg() const {
    const double sum = static_cast<double>(value());
    return count() == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count());
  }

  /// Whether the count and the sum are 0.
  bool isZero() const { return total_.isZero(); }

  /// Sets the count and the sum to 0.
  void reset() const { total_.reset(); }

  /// Sets the sum, and leaves the count, as Spark does.
  void setValue(Number sum) const { total_.setValue(detail::NumberTotal<Number>::of(sum, count())); }

  /// The name that it was made with; empty without one. In tasks, too.
  std::string name() const { return total_.name(); }

  /// The number of this accumulator, unique among the program's accumulators.
  std::uint32_t id() const { return total_.id(); }

 private:
  friend class Context;

  explicit NumberAccumulator(Accumulator<detail::NumberTotal<Number>> total) : total_(total) {}

  Accumulator<detail::NumberTotal<Number>> total_;
};

/// Of integers.
using LongAccumulator = NumberAccumulator<std::int64_t>;

/// Of floating-point numbers.
using DoubleAccumulator = NumberAccumulator<double>;

}  // namespace seltzer
