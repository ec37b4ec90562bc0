#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/sort/sort_cuts.hpp>
#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/engine/stage_failure.hpp>
#include <seltzer/detail/net/all_or_none.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>
#include <seltzer/detail/operators/shuffle/external_sort.hpp>
#include <seltzer/detail/operators/shuffle/merge_segments.hpp>
#include <seltzer/detail/operators/shuffle/wire_sort.hpp>

namespace seltzer::detail {

/// The sort key of an element in its owned form.
template <class T, class F>
class SortKeyOf {
 public:
  using Borrowed = std::invoke_result_t<const F&, const T&>;
  /// By value if the function takes a borrowed element, which does not outlive the call.
  using Result = std::conditional_t<isOwned<T>, Borrowed, std::remove_cvref_t<Borrowed>>;

  explicit SortKeyOf(const F& function) : function_(&function) {}
  Result operator()(const Owned<T>& element) const { return std::invoke(*function_, borrow<T>(element)); }

 private:
  const F* function_;
};

/// **Collective.** Chooses the cuts between `parts` parts of all ranks' `runs` runs, from samples that rank 0 gathers;
/// returns them encoded, the same on every rank. What `keyOf` and operations on keys throw becomes a StageFailure of
/// `operation`.
template <class Cut, class Element, class KeyOf>
Bytes agreeOnCuts(Communicator& communicator, RDDId operation, std::span<const MapTaskOutput> outputs, std::size_t runs,
                  std::size_t parts, const KeyOf& keyOf, bool ascending) {
  using Key = Owned<std::invoke_result_t<const KeyOf&, const Element&>>;
  using Samples = std::vector<SortSample<Key>>;
  std::uint64_t elements = 0;
  for (const auto& [partition, output] : outputs) {
    elements += static_cast<const ElementRowOutput<Element>&>(*output).size();
  }
  communicator.allReduce(elements, [](std::uint64_t& into, const std::uint64_t& from) { into += from; });
  const std::size_t stride = sampleStride(elements, runs, parts);
  Bytes mine;
  allOrNone(communicator, [&] {
    Samples samples;
    for (const auto& [partition, output] : outputs) {
      asPartOfStage(operation, partition, [&, partition = partition, &output = output] {
        auto more = sampleRun(static_cast<const ElementRowOutput<Element>&>(*output), keyOf, partition, stride);
        std::move(more.begin(), more.end(), std::back_inserter(samples));
      });
    }
    asPartOfStage(operation, 0, [&] { mine = toWire(samples); });
  });
  const std::vector<Bytes> gathered = communicator.gather(mine);
  Bytes message;
  allOrNone(communicator, [&] {
    if (gathered.empty()) return;
    asPartOfStage(operation, 0, [&] {
      Samples samples;
      for (const Bytes& bytes : gathered) {
        auto more = fromWire<Samples>(bytes);
        std::move(more.begin(), more.end(), std::back_inserter(samples));
      }
      message = toWire(Cut::choose(std::move(samples), elements, parts, ascending));
    });
  });
  communicator.broadcastMessage(message);
  return message;
}

/// All elements in the order of a key, in partitions of about even size. Each map task sorts its partition; the cuts
/// between partitions come from samples of all, by CutBetweenElements or CutBetweenKeys; the reduce side merges.
/// Source: parallel sorting by regular sampling, H. Shi, J. Schaeffer, 1992.
template <class T, class F, class Cut>
class SortedRDD final : public OneInputOperator<T, Owned<T>>, public ShuffleOperator {
  using Out = Owned<T>;
  using Base = typename SortedRDD::OneInputOperator;
  using Output = ElementRowOutput<Out>;
  using Key = Owned<typename SortKeyOf<T, F>::Result>;
  using InWire = KeyInWire<Out, F>;

 public:
  using Cuts = typename Cut::template Cuts<Key>;

  static constexpr std::string_view kind = "SortedRDD";
  using Parameters = detail::Parameters<RDDId, std::uint64_t, std::uint64_t, std::uint8_t, Function<F>>;

  SortedRDD(const typename Base::Inputs& inputs, RDDId shuffle, std::uint64_t parentPartitions,
            std::uint64_t partitions, std::uint8_t ascending, Function<F> function)
      : Base(inputs),
        shuffle_(shuffle),
        parentPartitions_(parentPartitions),
        partitions_(partitions),
        ascending_(ascending != 0),
        function_(std::move(function.call)) {}

  UniquePointer<MapOutput> write(TaskContext& task, std::size_t partition) override {
    auto output = makeUnique<Output>();
    ExternalSort<Out, SortKeyOf<T, F>> sort(SortKeyOf<T, F>(function_), ascending_);
    if constexpr (InWire::isKnown) {
      sortRecordsOf(task, partition, sort, *output);
    } else {
      collectElements(task, this->parent(), partition, *output, stableSortMemory, [&](auto& elements) {
        PhaseScope phase(Phase::shuffleWrite);
        task.operation = this->id();
        sort.addRun(elements);
      });
      PhaseScope phase(Phase::shuffleWrite);
      task.operation = this->id();
      sort.finish(*output);
    }
    phaseClock().count(Phase::shuffleWrite, 0, output->size());
    return output;
  }

  void decide(Communicator& communicator, std::span<const MapTaskOutput> outputs) override {
    decided_ = agreeOnCuts<Cut, Out>(communicator, this->id(), outputs, parentPartitions_, partitions_,
                                     SortKeyOf<T, F>(function_), ascending_);
  }

  void cut(std::span<const MapTaskOutput> outputs) override {
    asPartOfStage(this->id(), 0, [&] { cuts_ = fromWire<Cuts>(std::exchange(decided_, {})); });
    const SortKeyOf<T, F> keyOf(function_);
    for (const auto& [partition, output] : outputs) {
      asPartOfStage(this->id(), partition, [&, partition = partition, &output = output] {
        auto& run = static_cast<Output&>(*output);
        run.cut(Cut::cut(run, keyOf, partition, cuts_, ascending_));
      });
    }
  }

  /// Once the shuffle has run.
  const Cuts& cuts() const { return cuts_; }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    mergeSegments(task, this->id(), *shuffleBlockOf(this->blocks(), {shuffle_, partition}), SortKeyOf<T, F>(function_),
                  ascending_, out);
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return shuffleBlockOf(this->blocks(), {shuffle_, partition})->records();
  }

 private:
  /// The map side, where elements are sorted in wire form.
  void sortRecordsOf(TaskContext& task, std::size_t partition, ExternalSort<Out, SortKeyOf<T, F>>& sort,
                     Output& output) {
    WireRow records(MemoryUse::sort);
    auto sink = sinkOf<T>([&](std::span<const T> batch) {
      PhaseScope phase(Phase::shuffleWrite);
      task.operation = this->id();
      for (const T& element : batch) {
        const auto& key = std::invoke(function_, element);
        records.add(KeyPrefix<Key>::of(key, 0), [&element](WireWriter& writer) { writer << element; });
      }
      if (mustSpill(records.bytes(), stableSortMemory * records.size())) {
        sortRecords<InWire>(records, ascending_);
        sort.addRun(std::move(records));
        records = WireRow(MemoryUse::sort);
      }
      return true;
    });
    this->parent().run(task, partition, sink);
    PhaseScope phase(Phase::shuffleWrite);
    task.operation = this->id();
    sortRecords<InWire>(records, ascending_);
    sort.finish(output, std::move(records));
  }

  RDDId shuffle_;
  std::uint64_t parentPartitions_;
  std::uint64_t partitions_;
  bool ascending_;
  F function_;
  Bytes decided_;  // the cuts, between `decide` and `cut`
  Cuts cuts_;
};

}  // namespace seltzer::detail
