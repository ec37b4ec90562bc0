#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <seltzer/api/rdd.hpp>
#include <seltzer/operators/key_partitioner.hpp>

namespace seltzer::detail {

/// "map at pi.cpp:42: ".
std::string messagePrefix(std::string_view operation, const CallSite& where);

/// What `encode()` gives; a CaptureError of its gets the operation and its call site.
template <class Encode>
auto withCallSite(std::string_view operation, const CallSite& where, Encode&& encode) {
  try {
    return encode();
  } catch (const CaptureError& error) {
    throw CaptureError(messagePrefix(operation, where) + error.what());
  }
}

/// Whether a parameter of an operator is known, and has it known; a partitioner may be settled by a job only.
template <class Parameter>
bool isSettled(const Parameter&) {
  return true;
}
template <class K>
bool isSettled(const PartitionerParameter<K>& parameter) {
  return parameter.partitioner == nullptr || parameter.isSettled();
}
template <class Parameter>
void settle(const Parameter&) {}
template <class K>
void settle(const PartitionerParameter<K>& parameter) {
  parameter.settle();
}
template <class Parameter>
inline constexpr bool isPartitioner = false;
template <class K>
inline constexpr bool isPartitioner<PartitionerParameter<K>> = true;

/// A new RDD that operator `Op` computes, with everything but its dependencies and placement. Throws CaptureError with
/// the operation and its call site, NestedJobError inside a task.
template <class Op, class... Parameters>
std::shared_ptr<Lineage> newRDD(Context& context, std::string_view operation, const CallSite& where,
                                std::size_t partitions, const Parameters&... parameters) {
  auto lineage = context.jobs().newLineage(operation, where);
  lineage->kind = Op::kind;
  lineage->type = Op::type();
  lineage->partitions = partitions;
  lineage->parameters = withCallSite(operation, where, [&] { return Op::encode(parameters...); });
  if constexpr ((isPartitioner<Parameters> || ...)) {
    if (!(isSettled(parameters) && ...)) {
      lineage->prepare = [... parameters = parameters](Lineage& late) {
        (settle(parameters), ...);
        late.parameters = Op::encode(parameters...);
      };
    }
  }
  return lineage;
}

/// A source: partitions in blocks over the ranks.
template <class Op, class... Parameters>
RDD<typename Op::Element> newSource(Context& context, std::string_view operation, const CallSite& where,
                                    std::size_t partitions, const Parameters&... parameters) {
  auto lineage = newRDD<Op>(context, operation, where, partitions, parameters...);
  lineage->placement = Placement::blocks(partitions, context.ranks());
  return {context, std::move(lineage)};
}

/// An RDD whose partition i is computed from partition i of `parent`, where that is.
template <class Op, class T, class... Parameters>
RDD<typename Op::Element> deriveOneToOne(const RDD<T>& parent, std::string_view operation, const CallSite& where,
                                         const Parameters&... parameters) {
  auto lineage = newRDD<Op>(parent.context(), operation, where, parent.getNumPartitions(), parameters...);
  lineage->placement = parent.lineage()->placement;
  lineage->dependencies.push_back(std::make_unique<OneToOneDependency>(parent.lineage()));
  return {parent.context(), std::move(lineage)};
}

/// As above, of pairs whose keys stay what and where they are.
template <class Op, class T, class... Parameters>
RDD<typename Op::Element> deriveKeepingKeys(const RDD<T>& parent, std::string_view operation, const CallSite& where,
                                            const Parameters&... parameters) {
  auto derived = deriveOneToOne<Op>(parent, operation, where, parameters...);
  derived.lineage()->partitioner = parent.lineage()->partitioner;
  return derived;
}

/// An RDD that operator `Op` computes from what a shuffle of `parent` brings to its `partitions` partitions.
template <class Op, class T, class... Parameters>
RDD<typename Op::Element> deriveShuffled(const RDD<T>& parent, std::string_view operation, const CallSite& where,
                                         std::size_t partitions, const Parameters&... parameters) {
  Context& context = parent.context();
  const RDDId shuffle = context.jobs().newShuffle();
  auto lineage = newRDD<Op>(context, operation, where, partitions, shuffle, parameters...);
  lineage->placement = Placement::blocks(partitions, context.ranks());
  lineage->dependencies.push_back(std::make_unique<ShuffleDependency>(parent.lineage(), shuffle));
  return {context, std::move(lineage)};
}

/// An RDD whose partition i is computed from partition i of each parent, where the first parent's is. Throws
/// std::invalid_argument for different numbers of partitions.
template <class Op, class T, class... Us, class... Parameters>
RDD<typename Op::Element> deriveZipped(std::tuple<const RDD<T>&, const RDD<Us>&...> parents, std::string_view operation,
                                       const CallSite& where, const Parameters&... parameters) {
  const auto& first = std::get<0>(parents);
  const std::size_t partitions = first.getNumPartitions();
  auto lineage = newRDD<Op>(first.context(), operation, where, partitions, parameters...);
  lineage->placement = first.lineage()->placement;
  const auto add = [&](const auto& parent) {
    if (parent.getNumPartitions() != partitions) {
      throw std::invalid_argument(messagePrefix(operation, where) + "the RDDs have different numbers of partitions, " +
                                  std::to_string(partitions) + " and " + std::to_string(parent.getNumPartitions()));
    }
    lineage->dependencies.push_back(std::make_unique<OneToOneDependency>(parent.lineage()));
  };
  std::apply([&](const auto&... each) { (add(each), ...); }, parents);
  return {first.context(), std::move(lineage)};
}

}  // namespace seltzer::detail
