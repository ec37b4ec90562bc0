#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/files/object_file.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/batch_reader.hpp>
#include <seltzer/detail/operators/emitter.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// Reads elements of an object file, which holds them in their owned form, a batch at a time.
template <class T>
class ObjectFileElements {
 public:
  /// Messages about damage end with `advice`.
  explicit ObjectFileElements(const std::string& path, std::string advice = {})
      : file_(path, ObjectTypeTag::of<Owned<T>>(), std::move(advice)) {}

  /// Passes all of them on. Throws as ObjectFileReader does.
  void emit(TaskContext& task, Emitter<T>& emit) {
    while (emit.open() && nextFrame()) emitFrame(task, emit);
  }

 private:
  bool nextFrame() {
    const PhaseScope phase(Phase::deserializeData);
    return file_.next();
  }

  void emitFrame(TaskContext& task, Emitter<T>& emit) {
    phaseClock().count(Phase::deserializeData, file_.payload().size(), file_.records());
    WireReader reader(file_.payload());
    for (std::uint64_t left = file_.records(); left > 0;) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, emit.limit()));
      const std::span<T> elements = readBatch(reader, count);
      left -= count;
      if (left == 0 && !reader.atEnd()) file_.failInPayload("bytes are left over after the elements");
      task.tick();
      if (!emit.pass(elements)) return;
    }
  }

  std::span<T> readBatch(WireReader& reader, std::size_t count) {
    try {
      return batch_.read(reader, count, Phase::deserializeData);
    } catch (const WireError& error) {
      file_.failInPayload(error.what());
    }
  }

  ObjectFileReader file_;
  BatchReader<T> batch_;
};

}  // namespace seltzer::detail
