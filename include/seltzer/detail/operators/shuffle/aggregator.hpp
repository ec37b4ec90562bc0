#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/action/aggregate_fold.hpp>

namespace seltzer::detail {

// How the values of one key become one combiner. An aggregator travels as a function does and has
//   `Combiner`        its type,
//   `Combiner create(V&&) const`, `void mergeValue(Combiner&, V&&) const`, `void mergeCombiners(Combiner&, Combiner&&)
//   const`; the second argument follows the first in the order of partitions and of elements.
// If a map task may send several combiners of a key, it has `asCombiner(const V&)`, which is written to the wire as
// `create` of that value would be.

/// `combineByKey`: by three functions.
template <class V, class C, class Create, class MergeValue, class MergeCombiners>
struct CombineAggregator {
  using Combiner = C;
  using Parts = std::tuple<Function<Create>, Function<MergeValue>, Function<MergeCombiners>>;

  explicit CombineAggregator(Parts parts)
      : createCombiner(std::move(std::get<0>(parts).call)),
        sequence(std::move(std::get<1>(parts).call)),
        combine(std::move(std::get<2>(parts).call)) {}
  Parts parts() const {
    return {Function<Create>{createCombiner}, Function<MergeValue>{sequence}, Function<MergeCombiners>{combine}};
  }

  C create(V&& value) const { return toOwned(std::invoke(createCombiner, std::move(value))); }
  void mergeValue(C& combiner, V&& value) const { accumulate(combiner, sequence, std::move(value)); }
  void mergeCombiners(C& combiner, C&& next) const { accumulate(combiner, combine, std::move(next)); }

  Create createCombiner;
  MergeValue sequence;
  MergeCombiners combine;
};

/// `aggregateByKey` and `foldByKey`: from a copy of a zero for each key of an input partition.
template <class V, class C, class Seq, class Comb>
struct ZeroAggregator {
  using Combiner = C;
  using Parts = std::tuple<C, Function<Seq>, Function<Comb>>;

  explicit ZeroAggregator(Parts parts)
      : zero(std::move(std::get<0>(parts))),
        sequence(std::move(std::get<1>(parts).call)),
        combine(std::move(std::get<2>(parts).call)) {}
  Parts parts() const { return {zero, Function<Seq>{sequence}, Function<Comb>{combine}}; }

  C create(V&& value) const {
    C combiner = zero;
    accumulate(combiner, sequence, std::move(value));
    return combiner;
  }
  void mergeValue(C& combiner, V&& value) const { accumulate(combiner, sequence, std::move(value)); }
  void mergeCombiners(C& combiner, C&& next) const { accumulate(combiner, combine, std::move(next)); }

  C zero;
  Seq sequence;
  Comb combine;
};

/// `reduceByKey`: the values themselves are the combiners.
template <class V, class F>
struct ReduceAggregator : Around<F> {
  using Around<F>::Around;
  using Combiner = Owned<V>;

  static const V& asCombiner(const V& value) { return value; }
  Combiner create(V&& value) const { return toOwned(std::move(value)); }
  void mergeValue(Combiner& combiner, V&& value) const { reduceInto<V>(combiner, this->function, std::move(value)); }
  void mergeCombiners(Combiner& combiner, Combiner&& next) const {
    reduceInto<V>(combiner, this->function, takeStored<V>(next));
  }
};

/// The empty value; takes no bytes on the wire.
struct Nothing {
  template <class Archive>
  void serialize(Archive&, unsigned) {}
  friend bool operator==(Nothing, Nothing) { return true; }
};

/// `distinct`: keeps only the keys.
template <class V>
struct PresenceAggregator {
  using Combiner = Nothing;

  static Nothing asCombiner(const V&) { return {}; }
  Nothing create(V&&) const { return {}; }
  void mergeValue(Nothing&, V&&) const {}
  void mergeCombiners(Nothing&, Nothing&&) const {}
};

}  // namespace seltzer::detail
