#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/api/partition_count.hpp>
#include <seltzer/detail/api/sources.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

std::string messagePrefix(std::string_view operation, const CallSite& where) {
  return fmt::format("{} at {}: ", operation, toString(where));
}

template <class Error>
void throwAt(std::string_view operation, const CallSite& where, std::string_view what) {
  throw Error(messagePrefix(operation, where).append(what));
}

template void throwAt<std::invalid_argument>(std::string_view, const CallSite&, std::string_view);
template void throwAt<std::logic_error>(std::string_view, const CallSite&, std::string_view);
template void throwAt<std::out_of_range>(std::string_view, const CallSite&, std::string_view);
template void throwAt<std::overflow_error>(std::string_view, const CallSite&, std::string_view);
template void throwAt<UsageError>(std::string_view, const CallSite&, std::string_view);
template void throwAt<EmptyRDDError>(std::string_view, const CallSite&, std::string_view);

Bytes encodeAt(std::string_view operation, const CallSite& where, ParameterSource parameters) {
  Bytes bytes;
  WireWriter writer(bytes);
  try {
    parameters(writer);
  } catch (const CaptureError& error) {
    throw CaptureError(messagePrefix(operation, where) + error.what());
  }
  return bytes;
}

LineagePointer newLineage(Context& context, std::string_view operation, const CallSite& where, std::size_t partitions,
                          std::string_view kind, TypeId type, ParameterSource parameters) {
  auto lineage = context.jobs().newLineage(operation, where);
  lineage->kind = kind;
  lineage->type = type;
  lineage->partitions = partitions;
  lineage->parameters = encodeAt(operation, where, parameters);
  return lineage;
}

void completeLater(Lineage& lineage, LatePartitioner late) {
  lineage.prepare = [late = std::move(late)](Lineage& prepared) {
    late.partitioner->settle();
    const ByteView unsettled = prepared.parameters;
    Bytes settled;
    WireWriter writer(settled);
    writer.writeBytes(unsettled.first(late.position));
    writePartitioner(writer, late.partitioner.get());
    writer.writeBytes(unsettled.subspan(late.position + sizeOfNoPartitioner));
    prepared.parameters = std::move(settled);
  };
}

void placeInBlocks(Lineage& derived, const Context& context) {
  derived.placement = Placement::blocks(derived.partitions, context.ranks());
}

void dependOneToOne(Lineage& derived, const std::shared_ptr<Lineage>& parent) {
  derived.placement = parent->placement;
  derived.dependencies.push_back(makeUnique<OneToOneDependency>(parent));
}

void dependOnShuffle(Lineage& derived, const std::shared_ptr<Lineage>& parent, RDDId shuffle, const Context& context) {
  placeInBlocks(derived, context);
  derived.dependencies.push_back(makeUnique<ShuffleDependency>(parent, shuffle));
}

void dependOnEach(Lineage& derived, Lineages parents) {
  derived.placement = parents.front()->placement;
  for (const auto& parent : parents) {
    if (parent->partitions != derived.partitions) {
      throw std::invalid_argument(fmt::format("{}the RDDs have different numbers of partitions, {} and {}",
                                              messagePrefix(derived.operation, derived.where), derived.partitions,
                                              parent->partitions));
    }
    derived.dependencies.push_back(makeUnique<OneToOneDependency>(parent));
  }
}

void dependSideBySide(Lineage& derived, Lineages parents) {
  std::vector<const Placement*> placements;
  std::size_t total = 0;
  for (const auto& parent : parents) {
    derived.dependencies.push_back(makeUnique<RangeDependency>(parent, total, parent->partitions));
    placements.push_back(parent->placement.get());
    total += parent->partitions;
  }
  if (total > mostPartitions) {
    throw std::invalid_argument(fmt::format("{}the result would have {} partitions; coalesce the RDDs first",
                                            messagePrefix(derived.operation, derived.where), total));
  }
  derived.partitions = total;
  derived.placement = Placement::sideBySide(placements);
}

void dependOnProduct(Lineage& derived, const std::shared_ptr<Lineage>& left, const std::shared_ptr<Lineage>& right) {
  using Side = CartesianDependency::Side;
  const std::size_t columns = right->partitions;
  if (columns != 0 && left->partitions > mostPartitions / columns) {
    throw std::invalid_argument(fmt::format("{}the result would have {} * {} partitions; coalesce the RDDs first",
                                            messagePrefix(derived.operation, derived.where), left->partitions,
                                            columns));
  }
  derived.partitions = left->partitions * columns;
  derived.dependencies.push_back(makeUnique<CartesianDependency>(left, Side::left, columns));
  derived.dependencies.push_back(makeUnique<CartesianDependency>(right, Side::right, columns));
  std::vector<int> ranks;
  for (std::size_t p = 0; p < derived.partitions; ++p) ranks.push_back(left->placement->rankOf(p / columns));
  derived.placement = Placement::explicitly(std::move(ranks));
}

void dependOnRanges(Lineage& derived, const std::shared_ptr<Lineage>& parent) {
  auto dependency = makeUnique<CoalesceDependency>(parent, parent->partitions, derived.partitions);
  std::vector<int> ranks;
  for (std::size_t p = 0; p < derived.partitions; ++p) {
    ranks.push_back(parent->placement->rankOf(dependency->parents(p).begin));
  }
  derived.placement = Placement::explicitly(std::move(ranks));
  derived.dependencies.push_back(std::move(dependency));
}

bool arePartitionedAlike(Lineages rdds) {
  return !rdds.empty() && std::ranges::all_of(rdds, [&rdds](const auto& rdd) {
    return samePartitioner(rdd->partitioner, rdds.front()->partitioner);
  });
}

std::vector<std::uint64_t> partitionsOfEach(Lineages rdds) {
  std::vector<std::uint64_t> counts;
  for (const auto& rdd : rdds) counts.push_back(rdd->partitions);
  return counts;
}

}  // namespace seltzer::detail
