#include <algorithm>
#include <memory>

#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/source/binary_records_rdd.hpp>

namespace seltzer::detail {

void BinaryRecordsRDD::compute(TaskContext& task, std::size_t partition, Sink<std::string_view>& out) {
  task.operation = id();
  const FileSplit& split = input_.splits.at(partition);
  PlainInput input(input_.files.at(split.file), split.begin);
  Emitter<std::string_view> emit(task, id(), out);
  const std::size_t most = std::max<std::size_t>(1, recordBufferBytes / length_);
  const auto buffer = std::make_unique_for_overwrite<char[]>(most * length_);
  for (std::size_t left = (split.end - split.begin) / length_; left > 0 && emit.open();) {
    const std::size_t count = std::min(left, most);
    input.readFully(buffer.get(), count * length_);
    phaseClock().count(Phase::execute, count * length_, count);
    emit.generate(count, [&](std::size_t i) { return std::string_view(buffer.get() + i * length_, length_); });
    emit.flush();
    task.tick();
    left -= count;
  }
}

}  // namespace seltzer::detail
