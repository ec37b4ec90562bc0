#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
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

/// Of a format that has none.
struct NoOptions {
  template <class Archive>
  void serialize(Archive&, unsigned) {}
};

template <class Format>
struct FormatOptionsOf {
  using Type = NoOptions;
};
template <class Format>
requires requires {
  typename Format::Options;
}
struct FormatOptionsOf<Format> {
  using Type = typename Format::Options;
};
template <class Format>
using FormatOptions = typename FormatOptionsOf<Format>::Type;

/// Starts a file in a format, whose constructor takes its options if it has any.
template <class Format>
Format startFormat(PartFile& file, const FormatOptions<Format>& options) {
  if constexpr (std::constructible_from<Format, PartFile&, const FormatOptions<Format>&>) {
    return Format(file, options);
  } else {
    return Format(file);
  }
}

/// How elements are written to a file: `startFormat<Format>(file, options)`, `format.write(std::span<T>)` for each
/// batch, `format.finish()` once, `format.recordBytes()`. `Format::Options`, if there are any, travel to the ranks.
template <class Format, class T>
concept SaveFormat = requires(PartFile& file, const FormatOptions<Format>& options, Format& format,
                              std::span<T> batch) {
  startFormat<Format>(file, options);
  format.write(batch);
  format.finish();
  { format.recordBytes() } -> std::same_as<std::uint64_t>;
};

/// Streams each partition into its file, a batch at a time. The file gets its final name when the task succeeds.
template <class T, SaveFormat<T> Format>
class SaveAction final : public Action {
 public:
  using Parameters = detail::Parameters<OutputDirectory, Codec, FormatOptions<Format>>;

  SaveAction(OutputDirectory directory, Codec codec, FormatOptions<Format> options)
      : directory_(std::move(directory)), codec_(codec), options_(std::move(options)) {}

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue&, WireWriter& result) override {
    PartFile file = directory_.part(partition, task.attempt(), codec_);
    Format format = startFormat<Format>(file, options_);
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
  FormatOptions<Format> options_;
};

}  // namespace seltzer::detail
