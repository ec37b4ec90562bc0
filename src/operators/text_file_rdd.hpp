#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/detail/files/input_splits.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

#include "files/file_content.hpp"
#include "files/input_window.hpp"
#include "files/line_reader.hpp"
#include "files/record_reader.hpp"

namespace seltzer::detail {

/// The lines of text files, or the records between delimiters, borrowed from the read buffer; a partition is a split.
class TextFileRDD final : public Operator<std::string_view> {
 public:
  static constexpr std::string_view kind = "TextFileRDD";
  using Parameters = detail::Parameters<InputSplits, std::uint64_t, std::string>;

  /// Without a delimiter, records are lines.
  TextFileRDD(const Inputs& inputs, InputSplits input, std::uint64_t bufferBytes, std::string delimiter)
      : Operator(inputs), input_(std::move(input)), bufferBytes_(bufferBytes), delimiter_(std::move(delimiter)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::string_view>& out) override {
    task.operation = id();
    const FileSplit& split = input_.splits.at(partition);
    if (delimiter_.empty()) {
      pass(task, lines(split), out);
    } else {
      pass(task, records(split), out);
    }
  }

 private:
  template <class Reader>
  void pass(TaskContext& task, Reader reader, Sink<std::string_view>& out) const {
    Emitter<std::string_view> emit(task, id(), out);
    std::uint64_t records = 0;
    for (auto batch = reader.next(emit.limit()); !batch.empty(); batch = reader.next(emit.limit())) {
      records += batch.size();
      task.tick();
      if (!emit.pass(batch)) break;
    }
    phaseClock().count(Phase::execute, reader.bytesRead(), records);
  }

  LineReader lines(const FileSplit& split) const {
    const InputFile& file = input_.files.at(split.file);
    if (codecOf(file.path) != Codec::none) return {openContent(file), 0, toTheEnd, bufferBytes_};
    const std::uint64_t start = split.begin == 0 ? 0 : split.begin - 1;
    return {std::make_unique<PlainInput>(file, start), split.begin, split.end, bufferBytes_};
  }

  RecordReader records(const FileSplit& split) const {
    const InputFile& file = input_.files.at(split.file);
    if (codecOf(file.path) != Codec::none) return {openContent(file), 0, 0, toTheEnd, delimiter_, bufferBytes_};
    const std::uint64_t start = delimiterSearchStart(file, delimiter_, split.begin);
    return {std::make_unique<PlainInput>(file, start), start, split.begin, split.end, delimiter_, bufferBytes_};
  }

  InputSplits input_;
  std::uint64_t bufferBytes_;
  std::string delimiter_;
};

}  // namespace seltzer::detail
