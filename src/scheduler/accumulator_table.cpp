#include <fmt/format.h>

#include <seltzer/scheduler/accumulator_table.hpp>

namespace seltzer::detail {

void AccumulatorTable::create(const AccumulatorDescription& description) {
  if (accumulators_.contains(description.id)) return;  // rank 0 made it at once
  const auto build = reinterpret_cast<AccumulatorBase::Factory>(Registry::at(description.type));
  WireReader parameters(description.parameters);
  accumulators_[description.id] = build(parameters);
}

AccumulatorBase& AccumulatorTable::at(std::uint32_t id) const {
  const auto found = accumulators_.find(id);
  if (found == accumulators_.end()) {
    throw std::logic_error(fmt::format("accumulator {} is not known here: it was made by another context", id));
  }
  return *found->second;
}

}  // namespace seltzer::detail
