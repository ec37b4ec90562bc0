#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/append.hpp>
#include <seltzer/detail/data/batch/sink.hpp>
#include <seltzer/detail/engine/operator_base.hpp>
#include <seltzer/detail/functions/parameters.hpp>
#include <seltzer/detail/operators/borrow.hpp>
#include <seltzer/detail/operators/emitter.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// A body of an operator that computes on arithmetic sequences without storing them.
template <class Body, class U>
concept SequenceBody = requires(Body& body, Emitter<U>& emit) {
  body.sequence(std::int64_t{}, std::int64_t{}, std::size_t{}, emit);
};

/// How many elements an operator makes from one input element. If `any`, a limited demand of its output guarantees only
/// that a single input element is needed.
enum class Yield : std::uint8_t { atMostOne, any };

/// A body that says of a sink whether it reads what is lent to it.
template <class Body>
concept ChoosingBody = requires(const Body& body) {
  { body.onlyReads() } -> std::same_as<bool>;
};

/// The sink of an operator that makes elements of U from batches of T by `body(batch, emitter)`, also from batches of
/// const T if the body takes them.
template <class T, class U, class Body>
class TransformSink final : public Sink<T> {
  static constexpr bool reads = std::is_invocable_v<Body&, std::span<const T>, Emitter<U>&>;

 public:
  TransformSink(TaskContext& task, RDDId operation, Emitter<U>& emit, Yield yield, Body& body)
      : task_(task), operation_(operation), emit_(emit), yield_(yield), body_(body) {
    updateDemand();
  }

  bool push(std::span<T> batch) override { return pass(batch); }

  bool onlyReads() const override {
    if constexpr (ChoosingBody<Body>) {
      return body_.onlyReads();
    } else {
      return reads;
    }
  }
  bool lend([[maybe_unused]] std::span<const T> batch) override {
    if constexpr (reads) {
      return pass(batch);
    } else {
      return false;
    }
  }

  bool takesSequences() const override { return SequenceBody<Body, U>; }
  bool pushSequence(std::int64_t first, std::int64_t step, std::size_t count) override {
    if constexpr (SequenceBody<Body, U>) {
      task_.operation = operation_;
      body_.sequence(first, step, count, emit_);
      return flush();
    } else {
      return Sink<T>::pushSequence(first, step, count);
    }
  }

 private:
  template <class Elements>
  bool pass(Elements batch) {
    task_.operation = operation_;
    body_(batch, emit_);
    return flush();
  }
  bool flush() {
    const bool open = emit_.flush();
    updateDemand();
    return open;
  }
  void updateDemand() {
    const std::size_t wanted = emit_.demand();
    this->setDemand(wanted == Demand::unlimited || yield_ == Yield::atMostOne ? wanted : 1);
  }

  TaskContext& task_;
  RDDId operation_;
  Emitter<U>& emit_;
  Yield yield_;
  Body& body_;
};

/// How an RDD of T computes its partitions, on a rank. Final classes have a name `kind`, a type `Parameters`, and a
/// constructor `(const Inputs&, values of Parameters...)`.
template <class T>
class Operator : public OperatorBase {
 public:
  using Element = T;
  using OperatorBase::OperatorBase;

  /// What a RunStored is a type-erased form of.
  using StoredRun = void (*)(Operator& rdd, TaskContext& task, std::size_t partition, Sink<T>& sink);

  /// Pushes the elements of a partition into `sink`, in order, until it needs no more; from the store if the RDD is
  /// persisted, from a file if it was checkpointed.
  void run(TaskContext& task, std::size_t partition, Sink<T>& sink) {
    if (isPlain()) {
      compute(task, partition, sink);
    } else {
      reinterpret_cast<StoredRun>(runStored())(*this, task, partition, sink);
    }
  }

  /// As `run`, never from the store.
  virtual void compute(TaskContext& task, std::size_t partition, Sink<T>& sink) = 0;

 protected:
  /// Calls `body(batch, emit)` for the batches of a parent's partition. `emit` may be used for several partitions in
  /// turn.
  template <class Parent, class Body>
  void transform(TaskContext& task, Operator<Parent>& parent, std::size_t partition, Emitter<T>& emit, Yield yield,
                 Body body) {
    TransformSink<Parent, T, Body> sink(task, id(), emit, yield, body);
    parent.run(task, partition, sink);
    task.operation = id();
  }

  /// As above, for operators whose partition is made from a single one of the parent's.
  template <class Parent, class Body>
  void transform(TaskContext& task, Operator<Parent>& parent, std::size_t partition, Sink<T>& out, Yield yield,
                 Body body) {
    Emitter<T> emit(task, id(), out);
    transform(task, parent, partition, emit, yield, std::move(body));
  }
};

/// Element `i` of a block; a `bool` by value, as std::vector<bool> holds no `bool` objects.
template <class T>
decltype(auto) borrowAt(const std::vector<Owned<T>>& elements, std::size_t i) {
  if constexpr (std::is_same_v<T, bool>) {
    return static_cast<bool>(elements[i]);
  } else {
    return borrow<T>(elements[i]);
  }
}

/// A sink that stores all elements in their owned form.
template <class T>
class CollectSink final : public Sink<T> {
 public:
  bool push(std::span<T> batch) override {
    if constexpr (isOwned<T>) {
      appendMoved(elements, batch);
    } else {
      for (T& element : batch) elements.push_back(toOwned(std::move(element)));
    }
    return true;
  }

  std::vector<Owned<T>> elements;
};

/// Parent `index` of an operator, with its element type.
template <class T>
Operator<T>& parentOf(const OperatorBase::Inputs& inputs, std::size_t index = 0) {
  return static_cast<Operator<T>&>(*inputs.parents.at(index));
}

/// An operator of one input, an RDD of `In`.
template <class In, class Out>
class OneInputOperator : public Operator<Out> {
 public:
  explicit OneInputOperator(const OperatorBase::Inputs& inputs)
      : Operator<Out>(inputs), parent_(parentOf<In>(inputs)) {}

 protected:
  Operator<In>& parent() const { return parent_; }

  /// `transform` of the parent's partition of the same index.
  template <class Body>
  void transformParent(TaskContext& task, std::size_t partition, Sink<Out>& out, Yield yield, Body body) {
    this->transform(task, parent_, partition, out, yield, std::move(body));
  }

 private:
  Operator<In>& parent_;
};

}  // namespace seltzer::detail
