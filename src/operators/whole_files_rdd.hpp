#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/files/input_files.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

#include "files/file_content.hpp"

namespace seltzer::detail {

/// (path, content) of files, several per partition; decompressed according to their endings if `decompressed`.
class WholeFilesRDD final : public Operator<std::pair<std::string, std::string>> {
 public:
  static constexpr std::string_view kind = "WholeFilesRDD";
  using Parameters = detail::Parameters<std::vector<InputFile>, std::vector<std::uint64_t>, bool>;

  /// `ends[i]` is the index after partition i's last file.
  WholeFilesRDD(const Inputs& inputs, std::vector<InputFile> files, std::vector<std::uint64_t> ends, bool decompressed)
      : Operator(inputs), files_(std::move(files)), ends_(std::move(ends)), decompressed_(decompressed) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Element>& out) override {
    task.operation = id();
    Emitter<Element> emit(task, id(), out);
    std::size_t waiting = 0;
    for (std::size_t i = partition == 0 ? 0 : ends_[partition - 1]; i < ends_[partition] && emit.open(); ++i) {
      std::string content = read(files_.at(i));
      phaseClock().count(Phase::execute, content.size(), 1);
      waiting += content.size();
      emit(Element(files_[i].path, std::move(content)));
      task.tick();
      if (waiting < mostWaiting) continue;
      emit.flush();
      waiting = 0;
    }
    emit.flush();
  }

 private:
  /// The most bytes of contents to buffer while a batch fills.
  static constexpr std::size_t mostWaiting = std::size_t{1} << 20;

  std::string read(const InputFile& file) const {
    if (decompressed_) return readAll(*openContent(file), file.size);
    PlainInput input(file, 0);
    return readAll(input, file.size);
  }

  std::vector<InputFile> files_;
  std::vector<std::uint64_t> ends_;
  bool decompressed_;
};

}  // namespace seltzer::detail
