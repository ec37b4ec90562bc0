#pragma once

#include <initializer_list>
#include <iterator>

#include "random_lineage_by_key.hpp"
#include "random_lineage_join.hpp"
#include "random_lineage_kind_action.hpp"
#include "random_lineage_order.hpp"
#include "random_lineage_spread.hpp"
#include "random_lineage_transform.hpp"

namespace seltzer::test {

template <class T>
bool drawFrom(Case& lineage, const Dataset<T>& dataset,
              std::initializer_list<bool (*)(Case&, const Dataset<T>&)> operations) {
  return operations.begin()[lineage.draw(operations.size())](lineage, dataset);
}

}  // namespace seltzer::test
