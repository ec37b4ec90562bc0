#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/files/object_file.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/borrow.hpp>
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
      readBatch(reader, count);
      left -= count;
      if (left == 0 && !reader.atEnd()) file_.failInPayload("bytes are left over after the elements");
      task.tick();
      if (!emit.pass(batch_.elements())) return;
      batch_.clear();
    }
  }

  void readBatch(WireReader& reader, std::size_t count) {
    const PhaseScope phase(Phase::deserializeData);
    try {
      if constexpr (isOwned<T>) {
        batch_.generate(count, [&reader](std::size_t) { return reader.read<T>(); });
      } else {
        owned_.clear();
        for (std::size_t i = 0; i < count; ++i) owned_.push_back(reader.read<Owned<T>>());
        batch_.generate(count, [this](std::size_t i) { return borrow<T>(owned_[i]); });
      }
    } catch (const WireError& error) {
      file_.failInPayload(error.what());
    }
  }

  ObjectFileReader file_;
  std::vector<Owned<T>> owned_;  // for borrowed elements to refer to
  Batch<T> batch_;
};

}  // namespace seltzer::detail
