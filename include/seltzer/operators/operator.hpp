#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/data/block.hpp>
#include <seltzer/data/owned.hpp>
#include <seltzer/data/sink.hpp>
#include <seltzer/functions/function_wire.hpp>
#include <seltzer/operators/emitter.hpp>
#include <seltzer/operators/lend.hpp>
#include <seltzer/scheduler/operator_base.hpp>
#include <seltzer/statistics/phase_clock.hpp>

namespace seltzer::detail {

/// A body of an operator that computes on sequences of numbers without having them in memory.
template <class Body, class U>
concept SequenceBody = requires(Body& body, Emitter<U>& emit) {
  body.sequence(std::int64_t{}, std::int64_t{}, std::size_t{}, emit);
};

/// How many elements an operator makes of one of its input: with more than one, only one of the input can be known to
/// be needed while no more than a number of them is demanded.
enum class Yield : std::uint8_t { atMostOne, any };

/// The sink of an operator that makes elements of U of batches of T: by `body(batch, emitter)`.
template <class T, class U, class Body>
class TransformSink final : public Sink<T> {
 public:
  TransformSink(TaskContext& task, RDDId operation, Emitter<U>& emit, Yield yield, Body& body)
      : task_(task), operation_(operation), emit_(emit), yield_(yield), body_(body) {
    updateDemand();
  }

  bool push(std::span<T> batch) override {
    task_.operation = operation_;
    body_(batch, emit_);
    return flush();
  }

  bool takesSequences() const override { return SequenceBody<Body, U>; }
  bool pushSequence([[maybe_unused]] std::int64_t first, [[maybe_unused]] std::int64_t step,
                    [[maybe_unused]] std::size_t count) override {
    task_.operation = operation_;
    if constexpr (SequenceBody<Body, U>) body_.sequence(first, step, count, emit_);
    return flush();
  }

 private:
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

/// How an RDD of T computes its partitions, on a rank.
template <class T>
class Operator : public OperatorBase {
 public:
  using Element = T;
  using OperatorBase::OperatorBase;

  /// Pushes the elements of a partition into `sink`, in order, until it wants no more; from the store where the RDD is
  /// persisted or scattered.
  void run(TaskContext& task, std::size_t partition, Sink<T>& sink) {
    if (level() == StorageLevel::NONE) {
      compute(task, partition, sink);
    } else {
      runStored(task, partition, sink);
    }
  }

  /// How many elements a partition has, where that is known without computing one.
  std::optional<std::size_t> knownSize(std::size_t partition) const {
    if (level() == StorageLevel::NONE) return sizeOf(partition);
    const auto block = blocks().find({id(), partition});
    return block ? std::optional(block->records()) : std::nullopt;
  }

 protected:
  virtual void compute(TaskContext& task, std::size_t partition, Sink<T>& sink) = 0;

  /// As `knownSize`, of what `compute` makes.
  virtual std::optional<std::size_t> sizeOf(std::size_t /*partition*/) const { return std::nullopt; }

  /// Pushes what `body(batch, emitter)` makes of the batches of a parent's partition; `emit` carries on from one parent
  /// partition to the next.
  template <class Parent, class Body>
  void transform(TaskContext& task, Operator<Parent>& parent, std::size_t partition, Emitter<T>& emit, Yield yield,
                 Body body) {
    TransformSink<Parent, T, Body> sink(task, id(), emit, yield, body);
    parent.run(task, partition, sink);
    task.operation = id();
  }

  /// As above, for the operators whose partition is made from one of the parent's.
  template <class Parent, class Body>
  void transform(TaskContext& task, Operator<Parent>& parent, std::size_t partition, Sink<T>& out, Yield yield,
                 Body body) {
    Emitter<T> emit(task, id(), out);
    transform(task, parent, partition, emit, yield, std::move(body));
  }

  /// Pushes the elements of a stored block; the clock runs for the phase of reading it meanwhile, and for `execute` in
  /// the sink.
  void pushBlock(TaskContext& task, const Block& block, Sink<T>& sink);

 private:
  void runStored(TaskContext& task, std::size_t partition, Sink<T>& sink);
  std::shared_ptr<const Block> computeBlock(TaskContext& task, std::size_t partition);
};

/// The element of a block at `i`; a `bool` has no object of its own there.
template <class T>
decltype(auto) lendAt(const std::vector<Owned<T>>& elements, std::size_t i) {
  if constexpr (std::is_same_v<T, bool>) {
    return static_cast<bool>(elements[i]);
  } else {
    return lend<T>(elements[i]);
  }
}

/// A sink that keeps all elements in their owned form.
template <class T>
class CollectSink final : public Sink<T> {
 public:
  bool push(std::span<T> batch) override {
    if constexpr (isOwned<T>) {
      elements.insert(elements.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    } else {
      for (T& element : batch) elements.push_back(toOwned(std::move(element)));
    }
    return true;
  }

  std::vector<Owned<T>> elements;
};

template <class T>
void Operator<T>::runStored(TaskContext& task, std::size_t partition, Sink<T>& sink) {
  std::shared_ptr<const Block> block;
  {
    PhaseScope phase(Phase::cacheLookup);
    block = blocks().find({id(), partition});
  }
  if (!block) {
    block = computeBlock(task, partition);
    blocks().store({id(), partition}, block);
  }
  pushBlock(task, *block, sink);
}

template <class T>
std::shared_ptr<const Block> Operator<T>::computeBlock(TaskContext& task, std::size_t partition) {
  CollectSink<T> collected;
  compute(task, partition, collected);
  collected.elements.shrink_to_fit();
  auto objects = std::make_shared<const ObjectBlock<Owned<T>>>(std::move(collected.elements));
  if (level() != StorageLevel::MEMORY_ONLY_SER) return objects;
  PhaseScope phase(Phase::cacheLookup);
  Bytes bytes;
  {
    WireWriter writer(bytes);
    objects->write(writer);
  }
  bytes.shrink_to_fit();
  auto owner = std::make_shared<const Bytes>(std::move(bytes));
  const ByteView view(*owner);
  return std::make_shared<const WireBlock>(std::move(owner), view, objects->records());
}

template <class T>
void Operator<T>::pushBlock(TaskContext& task, const Block& block, Sink<T>& sink) {
  Emitter<T> emit(task, id(), sink);
  if (const auto* objects = dynamic_cast<const ObjectBlock<Owned<T>>*>(&block)) {
    const auto& elements = objects->elements();
    emit.generate(elements.size(), [&](std::size_t i) -> decltype(auto) { return lendAt<T>(elements, i); });
    emit.flush();
    return;
  }
  const auto& wire = dynamic_cast<const WireBlock&>(block);
  WireReader reader(wire.data());
  std::vector<Owned<T>> owned;  // what lent elements refer to
  Batch<T> batch;
  for (std::size_t left = wire.records(); left > 0;) {
    const std::size_t count = std::min(left, emit.limit());
    {
      PhaseScope phase(Phase::deserializeData);
      phaseClock().count(Phase::deserializeData, 0, count);
      if constexpr (isOwned<T>) {
        batch.generate(count, [&reader](std::size_t) { return reader.read<T>(); });
      } else {
        owned.clear();
        for (std::size_t i = 0; i < count; ++i) owned.push_back(reader.read<Owned<T>>());
        batch.generate(count, [&owned](std::size_t i) { return lend<T>(owned[i]); });
      }
    }
    task.tick();
    if (!emit.pass(batch.elements())) return;
    batch.clear();
    left -= count;
  }
}

/// An operator with parameters of the given types: functions, which travel by their id and captures, and wireable
/// values. `Derived` has a constructor `(const Inputs&, Parameters...)` and a name `kind`.
template <class Derived, class T, class... Parameters>
class OperatorWith : public Operator<T> {
 public:
  using Operator<T>::Operator;
  using Inputs = OperatorBase::Inputs;

  /// The bytes from which `make` builds the operator. Throws CaptureError.
  static Bytes encode(const Parameters&... parameters) {
    Bytes bytes;
    WireWriter writer(bytes);
    (writeParameter(writer, parameters), ...);
    return bytes;
  }

  static std::shared_ptr<OperatorBase> make(Inputs& inputs) {
    std::tuple<Parameters...> parameters{readParameter<Parameters>(inputs.parameters)...};
    return std::apply([&](Parameters&... values) { return std::make_shared<Derived>(inputs, std::move(values)...); },
                      parameters);
  }

  static TypeId type() { return Registered<OperatorBase, Derived>::id; }
};

/// The parent `index` of an operator, with its element type.
template <class T>
std::shared_ptr<Operator<T>> parentOf(const OperatorBase::Inputs& inputs, std::size_t index = 0) {
  return std::static_pointer_cast<Operator<T>>(inputs.parents.at(index));
}

/// An operator of one input, an RDD of `In`.
template <class Derived, class In, class Out, class... Parameters>
class OneInputOperator : public OperatorWith<Derived, Out, Parameters...> {
 public:
  explicit OneInputOperator(const OperatorBase::Inputs& inputs)
      : OperatorWith<Derived, Out, Parameters...>(inputs), parent_(parentOf<In>(inputs)) {}

 protected:
  Operator<In>& parent() const { return *parent_; }

  /// `transform` of the parent's partition of the same number.
  template <class Body>
  void transformParent(TaskContext& task, std::size_t partition, Sink<Out>& out, Yield yield, Body body) {
    this->transform(task, *parent_, partition, out, yield, std::move(body));
  }

 private:
  std::shared_ptr<Operator<In>> parent_;
};

}  // namespace seltzer::detail
