#pragma once

#include <ranges>
#include <span>

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/operators/narrow/partitioner_aware_union_rdd.hpp>
#include <seltzer/detail/operators/narrow/union_rdd.hpp>
#include <seltzer/detail/operators/source/generated_rdd.hpp>
#include <seltzer/detail/operators/source/parallel_collection_rdd.hpp>

namespace seltzer {

namespace detail {

/// An element of a range of Value as it is encoded: itself if it is a T, otherwise converted.
template <class T, class Value, class Element>
decltype(auto) writtenForm(Element&& element) {
  if constexpr (std::is_same_v<std::remove_cvref_t<Element>, T>) {
    return static_cast<const T&>(element);
  } else {
    return SourceForm<Value>::convert(std::forward<Element>(element));
  }
}

/// The elements of a range in wire form, sliced into partitions.
template <class T, class Range>
std::shared_ptr<const SourceData> encodeSlices(Range& elements, std::size_t count, std::size_t partitions) {
  auto source = std::make_shared<SourceData>();
  Bytes bytes;
  {
    WireWriter writer(bytes);
    auto next = std::ranges::begin(elements);
    for (std::size_t p = 0; p < partitions; ++p) {
      source->offsets.push_back(bytes.size());
      const std::size_t records = sliceBegin(p + 1, count, partitions) - sliceBegin(p, count, partitions);
      source->records.push_back(records);
      using Value = std::remove_cvref_t<std::ranges::range_value_t<Range>>;
      if constexpr (std::ranges::contiguous_range<Range> && isBitwise<Value>) {
        writer.writeElements(std::to_address(next), records);
        next += static_cast<std::ranges::range_difference_t<Range>>(records);
      } else {
        for (std::size_t i = 0; i < records; ++i, ++next) writer << writtenForm<T, Value>(*next);
      }
    }
  }
  source->offsets.push_back(bytes.size());
  source->bytes = std::move(bytes);
  return source;
}

/// Whether there are RDDs and all are known to be partitioned alike.
bool arePartitionedAlike(Lineages rdds);

std::vector<std::uint64_t> partitionsOfEach(Lineages rdds);

/// The union of RDDs of T: those that are partitioned alike keep that.
template <class T>
RDD<T> unionOf(Context& context, Lineages rdds, const CallSite& where) {
  LineagePointer lineage;
  if (arePartitionedAlike(rdds)) {
    lineage = newRDD<PartitionerAwareUnionRDD<T>>(context, "union", where, rdds.front()->partitions);
    lineage->partitioner = rdds.front()->partitioner;
    dependOnEach(*lineage, rdds);
  } else {
    lineage = newRDD<UnionRDD<T>>(context, "union", where, 0, partitionsOfEach(rdds));
    dependSideBySide(*lineage, rdds);
  }
  return {context, std::move(lineage)};
}

}  // namespace detail

template <std::ranges::input_range Range>
RDD<detail::SourceElement<std::ranges::range_value_t<Range>>> Context::parallelize(Range&& elements,
                                                                                   PartitionCount partitions,
                                                                                   CallSite where) {
  using Value = std::remove_cvref_t<std::ranges::range_value_t<Range>>;
  using T = detail::SourceElement<Value>;
  SELTZER_CHECK_TRAVELS("parallelize", detail::travels<T>, "the elements cannot travel to other ranks")
  if constexpr (!std::ranges::forward_range<Range>) {
    std::vector<T> kept;
    for (auto&& element : elements)
      kept.push_back(detail::SourceForm<Value>::convert(std::forward<decltype(element)>(element)));
    return parallelize(kept, partitions, where);
  } else {
    const std::size_t count = detail::requirePartitions(partitions, *this, "parallelize", where);
    auto rdd = detail::newSource<detail::ParallelCollectionRDD<T>>(*this, "parallelize", where, count);
    rdd.lineage()->source = jobs().account("parallelize", where, Phase::serializeData, [&] {
      const auto size = static_cast<std::size_t>(std::ranges::distance(elements));
      auto source = detail::encodeSlices<T>(elements, size, count);
      detail::phaseClock().count(Phase::serializeData, source->bytes.size(), size);
      return source;
    });
    return rdd;
  }
}

template <class T>
RDD<detail::SourceElement<T>> Context::parallelize(std::initializer_list<T> elements, PartitionCount partitions,
                                                   CallSite where) {
  SELTZER_CHECK_TRAVELS("parallelize", detail::travels<detail::SourceElement<T>>,
                        "the elements cannot travel to other ranks")
  return parallelize(std::span<const T>(elements.begin(), elements.size()), partitions, where);
}

template <class F>
auto Context::generate(std::int64_t n, F f, PartitionCount partitions, CallSite where) {
  SELTZER_CHECK_SHIPPABLE("generate", F)
  SELTZER_CHECK_CALLABLE("generate", (std::is_invocable_v<const F&, std::int64_t>), "f(index)")
  SELTZER_CHECK_PARAMETERS("generate", F, std::int64_t)
  SELTZER_CHECK((detail::isElement<std::invoke_result_t<const F&, std::int64_t>>),
                "generate: the function must return an element, which can be copied")
  SELTZER_CHECK_VIEW("generate", F, std::invoke_result_t<const F&, std::int64_t>, std::int64_t) {
    using T = detail::ElementType<std::invoke_result_t<const F&, std::int64_t>>;
    if (n < 0) detail::throwAt<std::invalid_argument>("generate", where, "the number of elements is negative");
    const std::size_t count = detail::requirePartitions(partitions, *this, "generate", where);
    return detail::newSource<detail::GeneratedRDD<T, F>>(*this, "generate", where, count, static_cast<std::uint64_t>(n),
                                                         std::uint64_t{count}, detail::Function<F>{std::move(f)});
  }
}

template <class T>
RDD<T> Context::emptyRDD(CallSite where) {
  return detail::newSource<detail::EmptyRDD<T>>(*this, "emptyRDD", where, 0);
}

template <class T>
RDD<T> Context::union_(const std::vector<RDD<T>>& rdds, CallSite where) {
  std::vector<detail::LineagePointer> lineages;
  for (const RDD<T>& rdd : rdds) lineages.push_back(rdd.lineage());
  return detail::unionOf<T>(*this, lineages, where);
}

template <class T, std::same_as<RDD<T>>... More>
RDD<T> Context::union_(typename RDD<T>::Operand first, const RDD<T>& second, const More&... more) {
  return detail::unionOf<T>(*this, std::array{first.rdd.lineage(), second.lineage(), more.lineage()...}, first.where);
}

}  // namespace seltzer
