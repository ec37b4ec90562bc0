#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/api/derive.hpp>

namespace seltzer::detail {

std::string messagePrefix(std::string_view operation, const CallSite& where) {
  return fmt::format("{} at {}: ", operation, toString(where));
}

void throwCaptureErrorAt(std::string_view operation, const CallSite& where, const CaptureError& error) {
  throw CaptureError(messagePrefix(operation, where) + error.what());
}

std::shared_ptr<Lineage> newLineage(Context& context, std::string_view operation, const CallSite& where,
                                    std::size_t partitions, std::string_view kind, TypeId type) {
  auto lineage = context.jobs().newLineage(operation, where);
  lineage->kind = kind;
  lineage->type = type;
  lineage->partitions = partitions;
  return lineage;
}

void placeInBlocks(Lineage& derived, const Context& context) {
  derived.placement = Placement::blocks(derived.partitions, context.ranks());
}

void dependOneToOne(Lineage& derived, const std::shared_ptr<Lineage>& parent) {
  derived.placement = parent->placement;
  derived.dependencies.push_back(std::make_unique<OneToOneDependency>(parent));
}

void dependOnShuffle(Lineage& derived, const std::shared_ptr<Lineage>& parent, RDDId shuffle, const Context& context) {
  placeInBlocks(derived, context);
  derived.dependencies.push_back(std::make_unique<ShuffleDependency>(parent, shuffle));
}

void dependOnEach(Lineage& derived, std::initializer_list<std::shared_ptr<Lineage>> parents) {
  derived.placement = (*parents.begin())->placement;
  for (const auto& parent : parents) {
    if (parent->partitions != derived.partitions) {
      throw std::invalid_argument(fmt::format("{}the RDDs have different numbers of partitions, {} and {}",
                                              messagePrefix(derived.operation, derived.where), derived.partitions,
                                              parent->partitions));
    }
    derived.dependencies.push_back(std::make_unique<OneToOneDependency>(parent));
  }
}

}  // namespace seltzer::detail
