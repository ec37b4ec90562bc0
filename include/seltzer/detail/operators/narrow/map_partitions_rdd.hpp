#pragma once

#include <string_view>

#include <seltzer/detail/data/batch/pulled_range.hpp>
#include <seltzer/detail/operators/narrow/flat_mapped_rdd.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Between an operator and the range that reads its elements.
template <class T, class BeforeNext>
class ReaderSink final : public Sink<T> {
 public:
  ReaderSink(TaskContext& task, RDDId reader, Sink<T>& out, const BeforeNext& beforeNext)
      : task_(task), reader_(reader), out_(out), beforeNext_(beforeNext) {
    this->setDemand(out.demand());
  }
  bool push(std::span<T> batch) override {
    task_.operation = reader_;
    const bool more = out_.push(batch);
    beforeNext_();
    this->setDemand(out_.demand());
    return more;
  }

 private:
  TaskContext& task_;
  RDDId reader_;
  Sink<T>& out_;
  const BeforeNext& beforeNext_;
};

/// Produces a partition of `parent` for a PulledRange read by a function of the operator `reader`. Calls `beforeNext()`
/// when a batch has been read, while its elements still exist.
template <class T, class BeforeNext>
typename PulledRange<T>::Producer pulledFrom(TaskContext& task, Operator<T>& parent, std::size_t partition,
                                             RDDId reader, BeforeNext beforeNext) {
  return [&task, &parent, partition, reader, beforeNext](Sink<T>& out) {
    ReaderSink<T, BeforeNext> sink(task, reader, out, beforeNext);
    parent.run(task, partition, sink);
    task.operation = reader;
  };
}

/// Flushes emitted elements that may borrow from a batch before it goes away.
template <class U>
struct FlushBorrowed {
  Emitter<U>& emit;
  void operator()() const {
    if constexpr (!isOwned<U>) emit.flush();
  }
};

/// The first template parameter of an overload whose types are all deduced: a call that gives a type does not mean it.
enum class Deduced : bool { yes };

/// The result of a function of a whole partition: `function(index, range)` returns a range or emits. The range that it
/// reads ends once no more of its output is needed.
template <class T, class U, class F>
class MapPartitionsRDD final : public OneInputOperator<T, U> {
  using Base = typename MapPartitionsRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "MapPartitionsRDD";
  using Parameters = detail::Parameters<Function<F>>;

  MapPartitionsRDD(const typename Base::Inputs& inputs, Function<F> function)
      : Base(inputs), function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<U>& out) override {
    Emitter<U> emit(task, this->id(), out);
    PulledRange<T> elements(pulledFrom(task, this->parent(), partition, this->id(), FlushBorrowed<U>{emit}),
                            Pace::ofReader, &out, &emit.open());
    task.operation = this->id();
    if constexpr (std::is_invocable_v<const F&, std::size_t, PulledRange<T>&, Emitter<U>&>) {
      std::invoke(function_, partition, elements, emit);
    } else {
      emitAll(std::invoke(function_, partition, elements), emit);
    }
    emit.flush();
  }

 private:
  F function_;
};

/// Adapts a function of a partition's elements to one of index and elements.
template <class F>
struct IgnoreIndex : Around<F> {
  using Around<F>::Around;

  template <class... Args>
  requires std::is_invocable_v<const F&, Args...>
  decltype(auto) operator()(std::size_t, Args&&... args) const {
    return std::invoke(this->function, std::forward<Args>(args)...);
  }
};

}  // namespace seltzer::detail
