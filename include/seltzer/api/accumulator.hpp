#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/api/broadcast.hpp>
#include <seltzer/functions/function_wire.hpp>
#include <seltzer/operators/aggregate_fold.hpp>
#include <seltzer/scheduler/accumulator_table.hpp>
#include <seltzer/scheduler/task_context.hpp>

namespace seltzer {

class Context;

/// Merges by `+=`.
struct Sum {
  template <class T>
  void operator()(T& into, const T& from) const {
    into += from;
  }
};

/// Keeps the greater.
struct Max {
  template <class T>
  void operator()(T& into, const T& from) const {
    if (into < from) into = from;
  }
};

/// Keeps the lesser.
struct Min {
  template <class T>
  void operator()(T& into, const T& from) const {
    if (from < into) into = from;
  }
};

/// Appends the elements of a container.
struct Append {
  template <class T>
  void operator()(T& into, const T& from) const {
    into.insert(into.end(), from.begin(), from.end());
  }
};

namespace detail {

template <class T>
class AccumulatorOf : public AccumulatorBase {
 public:
  /// Adds to what the running task added; outside tasks, on the driver, to the total.
  virtual void add(const T& value) = 0;
  virtual const T& total() const = 0;
};

/// What a task adds is merged in the order in which it adds; the total in partition order.
template <class T, class Merge>
class MergingAccumulator final : public AccumulatorOf<T> {
 public:
  explicit MergingAccumulator(WireReader& parameters)
      : total_(parameters.read<T>()), merge_(readFunction<Merge>(parameters)) {}

  static Bytes encode(const T& zero, const Merge& merge) {
    Bytes bytes;
    WireWriter writer(bytes);
    writer << zero;
    writeFunction(writer, merge);
    return bytes;
  }
  static TypeId type() { return Registered<AccumulatorBase, MergingAccumulator>::id; }

  void add(const T& value) override {
    if (TaskContext::current() == nullptr) {
      accumulate(total_, merge_, value);
    } else if (added_) {
      accumulate(*added_, merge_, value);
    } else {
      added_ = value;
    }
  }
  const T& total() const override { return total_; }
  void write(WireWriter& writer) const override { writer << *added_; }
  void reset() override { added_.reset(); }
  void merge(WireReader& reader) override {
    const T value = reader.read<T>();
    accumulate(total_, merge_, value);
  }
  std::string text() const override {
    if constexpr (requires(std::ostream & out, const T& value) { out << value; }) {
      std::ostringstream out;
      out << total_;
      return out.str();
    } else if constexpr (requires(const T& value) { value.size(); }) {
      return std::to_string(total_.size()) + " elements";
    } else {
      return "(no text)";
    }
  }

 private:
  T total_;
  Merge merge_;
  std::optional<T> added_;
};

}  // namespace detail

/// A value that tasks add to and the driver reads, made by `Context::accumulator`. A handle of a few bytes that
/// functions capture by value. In an action each successful task counts exactly once, and a job that fails adds
/// nothing; in a transformation, what is computed again is added again. Merged in partition order.
template <class T>
class Accumulator {
 public:
  void add(const T& value) const {
    auto& table = detail::requireExecutor("Accumulator::add").accumulators();
    auto& accumulator = static_cast<detail::AccumulatorOf<T>&>(table.at(id_));
    accumulator.add(value);
    if (TaskContext::current() != nullptr) table.touch(id_, accumulator);
  }

  const Accumulator& operator+=(const T& value) const {
    add(value);
    return *this;
  }

  /// The total. Throws std::logic_error inside a task: only the driver can read it.
  const T& value() const {
    if (TaskContext::current() != nullptr) {
      throw std::logic_error("Accumulator::value: only the driver can read an accumulator, a task can only add to it");
    }
    auto& table = detail::requireExecutor("Accumulator::value").accumulators();
    return static_cast<detail::AccumulatorOf<T>&>(table.at(id_)).total();
  }

  std::uint32_t id() const { return id_; }

 private:
  friend class Context;
  explicit Accumulator(std::uint32_t id) : id_(id) {}

  std::uint32_t id_;
};

}  // namespace seltzer
