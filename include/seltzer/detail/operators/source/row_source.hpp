#pragma once

#include <cstdint>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Passes on the rows of a reader, as long as more are wanted: `readRow<Row>` of each position that its `next` finds.
template <class Row, class Reader>
void emitRows(Reader& reader, TaskContext& task, RDDId id, Sink<Row>& out) {
  Emitter<Row> emit(task, id, out);
  std::uint64_t rows = 0;
  while (emit.open() && reader.next()) {
    emit(readRow<Row>(reader));
    if (++rows % batchCapacity<Row> == 0) task.tick();
  }
  emit.flush();
  phaseClock().count(Phase::execute, reader.bytesRead(), rows);
}

}  // namespace seltzer::detail
