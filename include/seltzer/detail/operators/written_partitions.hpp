#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <typeinfo>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/files/checkpoint.hpp>
#include <seltzer/detail/files/output_directory.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/action/save_action_formats.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/source/object_file_elements.hpp>

namespace seltzer::detail {

/// A sink that writes all elements to a file and passes them on as long as they are needed.
template <class T>
class WritingSink final : public Sink<T> {
 public:
  WritingSink(TaskContext& task, RDDId operation, PartFile& file, Sink<T>& out)
      : format_(file), emit_(task, operation, out) {}

  bool push(std::span<T> batch) override {
    write(batch);  // first, since the other sink may move from the elements
    if (emit_.open()) emit_.pass(batch);
    return true;
  }

  void finish() {
    const PhaseScope phase(Phase::resultSerialize);
    format_.finish();
  }

 private:
  void write(std::span<T> batch) {
    const PhaseScope phase(Phase::resultSerialize);
    format_.write(batch);
  }

  ObjectFormat<T> format_;
  Emitter<T> emit_;
};

/// What `checkpoint` adds to an RDD of T that is not persisted: a job that computes a partition writes it to the RDD's
/// checkpoint folder, and reads it from there if that was done already; not in a barrier stage, where another task may
/// wait for this one's function.
template <class T>
class WrittenPartitions {
 public:
  /// The id of `run` in the registry.
  static TypeId type() { return id; }

 private:
  static void run(Operator<T>& rdd, TaskContext& task, std::size_t partition, Sink<T>& sink) {
    const std::string part = checkpointPart(rdd.checkpointFolder(), partition);
    if (!task.isBarrier() && isWritten(part)) {
      Emitter<T> emit(task, rdd.id(), sink);
      ObjectFileElements<T>(part).emit(task, emit);
      return;
    }
    PartFile file = OutputDirectory::at(rdd.checkpointFolder()).part(partition, task.attempt(), Codec::none);
    WritingSink<T> writing(task, rdd.id(), file, sink);
    rdd.compute(task, partition, writing);
    writing.finish();
    const PhaseScope phase(Phase::resultSerialize);
    file.commit();
  }

  inline static const TypeId id =
      Registry::add(reinterpret_cast<Registry::AnyFunction>(static_cast<typename Operator<T>::StoredRun>(&run)),
                    typeid(WrittenPartitions));
};

/// Writes the partitions of an RDD with a checkpoint folder that are not there yet.
template <class T>
class WritePartitions final : public Action {
 public:
  using Parameters = detail::Parameters<>;

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue&, WireWriter&) override {
    if (!task.isBarrier() && isWritten(checkpointPart(rdd.checkpointFolder(), partition))) return;
    auto sink = sinkOf<T>([](std::span<T>) { return false; });
    static_cast<Operator<T>&>(rdd).run(task, partition, sink);
  }
};

}  // namespace seltzer::detail
