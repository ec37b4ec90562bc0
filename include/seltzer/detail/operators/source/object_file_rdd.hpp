#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <seltzer/detail/files/object_file.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The elements of the object files whose paths are the parent's elements.
template <class T>
class ObjectFileRDD final : public OneInputOperator<std::string, T> {
  using Base = typename ObjectFileRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "ObjectFileRDD";
  using Parameters = detail::Parameters<>;

  using Base::Base;

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    this->transformParent(task, partition, out, Yield::any, [&](std::span<std::string> paths, Emitter<T>& emit) {
      for (const std::string& path : paths) readFile(task, path, emit);
    });
  }

 private:
  static void readFile(TaskContext& task, const std::string& path, Emitter<T>& emit) {
    ObjectFileReader file(path, ObjectTypeTag::of<T>());
    while (emit.open() && nextFrame(file)) readFrame(task, file, emit);
  }

  static bool nextFrame(ObjectFileReader& file) {
    const PhaseScope phase(Phase::deserializeData);
    return file.next();
  }

  static void readFrame(TaskContext& task, ObjectFileReader& file, Emitter<T>& emit) {
    phaseClock().count(Phase::deserializeData, file.payload().size(), file.records());
    WireReader reader(file.payload());
    Batch<T> batch;
    for (std::uint64_t left = file.records(); left > 0;) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, emit.limit()));
      readBatch(file, reader, batch, count);
      left -= count;
      if (left == 0 && !reader.atEnd()) file.failInPayload("bytes are left over after the elements");
      task.tick();
      if (!emit.pass(batch.elements())) return;
      batch.clear();
    }
  }

  static void readBatch(ObjectFileReader& file, WireReader& reader, Batch<T>& batch, std::size_t count) {
    const PhaseScope phase(Phase::deserializeData);
    try {
      batch.generate(count, [&reader](std::size_t) { return reader.read<T>(); });
    } catch (const WireError& error) {
      file.failInPayload(error.what());
    }
  }
};

}  // namespace seltzer::detail
