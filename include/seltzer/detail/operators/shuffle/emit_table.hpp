#pragma once

#include <cstdint>
#include <utility>

#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Pushes the pairs of a table, moving them out. Where records waited on disk, this is what combines them.
template <class Element, class Table>
void emitTable(TaskContext& task, RDDId operation, Table& table, Sink<Element>& out) {
  task.operation = operation;
  Emitter<Element> emit(task, operation, out);
  table.forEach([&emit](std::uint64_t, auto& key, auto& combiner) {
    if (emit.open()) emit(Element(std::move(key), std::move(combiner)));
  });
  emit.flush();
}

}  // namespace seltzer::detail
