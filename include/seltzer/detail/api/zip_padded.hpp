#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

#include <seltzer/detail/api/actions.hpp>
#include <seltzer/detail/api/repartitioning.hpp>
#include <seltzer/detail/api/zip_cartesian_coalesce.hpp>

namespace seltzer {

namespace detail {

/// The elements in the places that they have among as many as the longer of both RDDs has.
template <class T, class U>
RDD<Owned<T>> alignedWith(const RDD<T>& rdd, const RDD<U>& other, std::size_t partitions, const CallSite& where) {
  using Op = RepartitionedRDD<T>;
  auto aligned = repartitioned(rdd, partitions, "zipPadded", where);
  aligned.lineage()->prepare = [other, partitions, where](Lineage& lineage) {
    const ExactValue count = exactJob<Counting<U>>(other, "zipPadded", where);
    lineage.parameters = Op::Parameters::encode(lineage.shuffle()->id(), std::uint64_t{partitions},
                                                exactSumOf(count).template value<std::uint64_t>());
  };
  return aligned;
}

/// Pairs the elements of two ranges; what is missing at the end of one is replaced.
template <class A, class B>
struct PadShorter {
  using Parts = std::tuple<A, B>;

  PadShorter(A forLeft, B forRight) : left(std::move(forLeft)), right(std::move(forRight)) {}
  explicit PadShorter(Parts parts) : PadShorter(std::move(std::get<0>(parts)), std::move(std::get<1>(parts))) {}
  Parts parts() const { return {left, right}; }

  void operator()(PulledRange<A>& lefts, PulledRange<B>& rights, Emitter<std::pair<A, B>>& emit) const {
    while (emit.open()) {
      const bool hasLeft = !lefts.atEnd(), hasRight = !rights.atEnd();
      if (!hasLeft && !hasRight) return;
      emit(std::pair<A, B>(hasLeft ? A(std::move(lefts.rest().front())) : left,
                           hasRight ? B(std::move(rights.rest().front())) : right));
      if (hasLeft) lefts.skip(1);
      if (hasRight) rights.skip(1);
    }
  }

  A left;
  B right;
};

}  // namespace detail

template <class T>
template <class U>
RDD<std::pair<Owned<T>, Owned<U>>> RDD<T>::zipPadded(const RDD<U>& other, Owned<T> left, Owned<U> right,
                                                     PartitionCount partitions, CallSite where) const {
  using A = Owned<T>;
  using B = Owned<U>;
  using Pad = detail::PadShorter<A, B>;
  SELTZER_CHECK_TRAVELS("zipPadded", (detail::travels<A> && detail::travels<B>),
                        "the elements cannot travel to other ranks") {
    const std::size_t most = std::max(getNumPartitions(), other.getNumPartitions());
    const std::size_t count = detail::requirePartitions(partitions, most, "zipPadded", where);
    const auto lefts = detail::alignedWith(*this, other, count, where);
    const auto rights = detail::alignedWith(other, *this, count, where);
    return detail::deriveZipped<detail::ZippedPartitionsRDD<std::pair<A, B>, Pad, A, B>>(
        std::tuple<const RDD<A>&, const RDD<B>&>(lefts, rights), "zipPadded", where,
        detail::Function<Pad>{Pad(std::move(left), std::move(right))});
  }
}

}  // namespace seltzer
