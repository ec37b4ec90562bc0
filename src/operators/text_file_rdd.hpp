#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <seltzer/detail/files/input_splits.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

#include "files/file_content.hpp"
#include "files/line_reader.hpp"

namespace seltzer::detail {

/// The lines of text files, borrowed from the read buffer; a partition is a split.
class TextFileRDD final : public Operator<std::string_view> {
 public:
  static constexpr std::string_view kind = "TextFileRDD";
  using Parameters = detail::Parameters<InputSplits, std::uint64_t>;

  TextFileRDD(const Inputs& inputs, InputSplits input, std::uint64_t bufferBytes)
      : Operator(inputs), input_(std::move(input)), bufferBytes_(bufferBytes) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::string_view>& out) override {
    task.operation = id();
    LineReader reader = open(input_.splits.at(partition));
    Emitter<std::string_view> emit(task, id(), out);
    std::uint64_t lines = 0;
    for (auto batch = reader.next(emit.limit()); !batch.empty(); batch = reader.next(emit.limit())) {
      lines += batch.size();
      task.tick();
      if (!emit.pass(batch)) break;
    }
    phaseClock().count(Phase::execute, reader.bytesRead(), lines);
  }

 private:
  LineReader open(const FileSplit& split) const {
    const InputFile& file = input_.files.at(split.file);
    if (codecOf(file.path) != Codec::none) return {openContent(file), 0, LineReader::toTheEnd, bufferBytes_};
    const std::uint64_t start = split.begin == 0 ? 0 : split.begin - 1;
    return {std::make_unique<PlainInput>(file, start), split.begin, split.end, bufferBytes_};
  }

  InputSplits input_;
  std::uint64_t bufferBytes_;
};

}  // namespace seltzer::detail
