#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/engine/accumulator_table.hpp>

namespace seltzer::detail {

void AccumulatorTable::add(AccumulatorDescription description) {
  const std::uint32_t id = description.id;
  accumulators_.try_emplace(id, Known{std::move(description), nullptr});  // on rank 0 it is there already
}

AccumulatorBase& AccumulatorTable::at(std::uint32_t id) {
  const auto found = accumulators_.find(id);
  if (found == accumulators_.end()) {
    throw std::logic_error(fmt::format("accumulator {} is not known here: it was created by another context", id));
  }
  Known& known = found->second;
  if (!known.accumulator) {
    const auto build = reinterpret_cast<AccumulatorBase::Factory>(Registry::at(known.description.type));
    WireReader parameters(known.description.parameters);
    known.accumulator = build(parameters);
    known.description.parameters = Bytes();
  }
  return *known.accumulator;
}

void AccumulatorTable::addTouched(std::uint32_t id, AccumulatorBase& accumulator) {
  accumulator.touched_ = true;
  touched_.emplace_back(id, &accumulator);
}

void AccumulatorTable::expectCommit(std::uint32_t id) {
  expected_.insert(id);
}

void AccumulatorTable::endJob(bool succeeded) noexcept {
  inJob_ = false;
  for (const std::uint32_t id : expected_) {
    AccumulatorBase* const accumulator = accumulators_.at(id).accumulator.get();
    if (accumulator == nullptr) continue;  // it could not be built
    if (succeeded) {
      accumulator->commit();
    } else {
      accumulator->discard();
    }
  }
  expected_.clear();
}

}  // namespace seltzer::detail
