#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/files/output_directory.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/saved_files.hpp>

namespace seltzer::detail {

/// The result of a task of a SaveAction.
struct SavedPartReport {
  SavedPart part;
  std::uint64_t recordBytes = 0;  ///< the record size, for formats that require the same in all partitions; otherwise 0
};

/// How elements are written to a file: `Format format(PartFile&)`, `format.write(std::span<T>)` for each batch,
/// `format.finish()` once, `format.recordBytes()`.
template <class Format, class T>
concept SaveFormat = std::constructible_from<Format, PartFile&> && requires(Format& format, std::span<T> batch) {
  format.write(batch);
  format.finish();
  { format.recordBytes() } -> std::same_as<std::uint64_t>;
};

/// Streams each partition into its file, a batch at a time. The file gets its final name when the task succeeds.
template <class T, SaveFormat<T> Format>
class SaveAction final : public Action {
 public:
  using Parameters = detail::Parameters<OutputDirectory, Codec>;

  SaveAction(OutputDirectory directory, Codec codec) : directory_(std::move(directory)), codec_(codec) {}

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue&, WireWriter& result) override {
    PartFile file = directory_.part(partition, task.attempt(), codec_);
    Format format(file);
    SavedPartReport report;
    auto sink = sinkOf<T>([&](std::span<T> batch) {
      task.operation = ofAction;
      const PhaseScope phase(Phase::resultSerialize);
      format.write(batch);
      report.part.records += batch.size();
      return true;
    });
    static_cast<Operator<T>&>(rdd).run(task, partition, sink);
    task.operation = ofAction;
    const PhaseScope phase(Phase::resultSerialize);
    format.finish();
    file.commit();
    report.part.bytes = file.size();
    report.recordBytes = format.recordBytes();
    phaseClock().count(Phase::resultSerialize, report.part.bytes, report.part.records);
    result << report;
  }

 private:
  OutputDirectory directory_;
  Codec codec_;
};

}  // namespace seltzer::detail
