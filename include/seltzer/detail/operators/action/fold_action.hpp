#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// A fold of elements into a state, which travels as a function does. `State start() const` returns an initial state,
/// `bool add(State&, std::span<T>) const`, with const T if it only reads, adds a batch and returns false when it needs
/// no more, `void merge(State&, State&&) const` adds the state of the elements that follow in partition order.
template <class Fold, class T>
concept FoldOver = requires(const Fold& fold, typename Fold::State& state, std::span<T> batch) {
  { fold.start() } -> std::same_as<typename Fold::State>;
  { fold.add(state, batch) } -> std::same_as<bool>;
  fold.merge(state, std::move(state));
};

/// A fold with a last step after all elements of a partition.
template <class Fold>
concept FinishingFold = requires(const Fold& fold, typename Fold::State& state) {
  fold.finish(state);
};

/// Folds each partition; the result of a task is the state.
template <class T, FoldOver<T> Fold>
class FoldAction final : public Action {
  using Elements = std::conditional_t<FoldOver<Fold, const T>, std::span<const T>, std::span<T>>;

 public:
  using State = typename Fold::State;

  using Parameters = detail::Parameters<Function<Fold>>;

  explicit FoldAction(Function<Fold> fold) : fold_(std::move(fold.call)) {}

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue&, WireWriter& result) override {
    State state = fold_.start();
    auto sink = sinkOf<T>([&](Elements batch) {
      task.operation = ofAction;
      return fold_.add(state, batch);
    });
    static_cast<Operator<T>&>(rdd).run(task, partition, sink);
    task.operation = ofAction;
    if constexpr (FinishingFold<Fold>) fold_.finish(state);
    PhaseScope phase(Phase::resultSerialize);
    result << state;
  }

  Bytes combine(ByteView left, ByteView right) override {
    State state = fromWire<State>(left);
    fold_.merge(state, fromWire<State>(right));
    return toWire(state);
  }

 private:
  Fold fold_;
};

}  // namespace seltzer::detail
