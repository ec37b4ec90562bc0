#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

struct AccumulatorTable::State {
  struct Known {
    AccumulatorDescription description;
    UniquePointer<AccumulatorBase> accumulator;  // null until it is built
  };

  Known& knownOf(std::uint32_t id) {
    const auto found = accumulators.find(id);
    if (found != accumulators.end()) return found->second;
    throw std::logic_error(fmt::format("accumulator {} is not known here: it was created by another context", id));
  }

  std::unordered_map<std::uint32_t, Known> accumulators;
  std::vector<std::pair<std::uint32_t, AccumulatorBase*>> touched;
  std::set<std::uint32_t> expected;  // to commit
};

AccumulatorTable::AccumulatorTable() : state_(makeUnique<State>()) {}
AccumulatorTable::~AccumulatorTable() = default;

void AccumulatorTable::add(AccumulatorDescription description) {
  const std::uint32_t id = description.id;
  state_->accumulators.try_emplace(id, State::Known{std::move(description), nullptr});  // on rank 0 it is there already
}

AccumulatorBase& AccumulatorTable::at(std::uint32_t id) {
  State::Known& known = state_->knownOf(id);
  if (!known.accumulator) {
    const auto build = reinterpret_cast<AccumulatorBase::Factory>(Registry::at(known.description.type));
    WireReader parameters(known.description.parameters);
    known.accumulator = build(parameters);
    known.description.parameters = Bytes();
  }
  return *known.accumulator;
}

const std::string& AccumulatorTable::nameOf(std::uint32_t id) const {
  return state_->knownOf(id).description.name;
}

void AccumulatorTable::addTouched(std::uint32_t id, AccumulatorBase& accumulator) {
  accumulator.touched_ = true;
  state_->touched.emplace_back(id, &accumulator);
}

void AccumulatorTable::drain(const std::function<void(std::uint32_t, AccumulatorBase&)>& take) {
  for (const auto& [id, accumulator] : state_->touched) {
    take(id, *accumulator);
    accumulator->reset();
    accumulator->touched_ = false;
  }
  state_->touched.clear();
}

void AccumulatorTable::expectCommit(std::uint32_t id) {
  state_->expected.insert(id);
}

void AccumulatorTable::endJob(bool succeeded) {
  inJob_ = false;
  for (const std::uint32_t id : state_->expected) {
    const auto known = state_->accumulators.find(id);
    if (known == state_->accumulators.end() || !known->second.accumulator) continue;  // it could not be built
    AccumulatorBase* const accumulator = known->second.accumulator.get();
    if (succeeded) {
      accumulator->commit();
    } else {
      accumulator->discard();
    }
  }
  state_->expected.clear();
}

}  // namespace seltzer::detail
