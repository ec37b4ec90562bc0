#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/detail/files/checkpoint.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/source/object_file_elements.hpp>

namespace seltzer::detail {

/// The elements of a checkpoint: partition i is the object file `part-<i>` of its directory. Without a directory
/// (an empty name) it is a local checkpoint, whose elements are nowhere but in the stored partitions.
template <class T>
class CheckpointRDD final : public Operator<T> {
 public:
  static constexpr std::string_view kind = "CheckpointRDD";
  using Parameters = detail::Parameters<std::string>;

  CheckpointRDD(const OperatorBase::Inputs& inputs, std::string directory)
      : Operator<T>(inputs), directory_(std::move(directory)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    if (directory_.empty()) throwLocalCheckpointIsGone();
    Emitter<T> emit(task, this->id(), out);
    ObjectFileElements<T>(checkpointPart(directory_, partition), checkpointAdvice(directory_)).emit(task, emit);
  }

  OperatorBase::RunStored runOfReplaced() const override {
    return reinterpret_cast<OperatorBase::RunStored>(static_cast<typename Operator<T>::StoredRun>(&runReplaced));
  }

 private:
  static void runReplaced(Operator<T>& replaced, TaskContext& task, std::size_t partition, Sink<T>& sink) {
    static_cast<Operator<T>&>(replaced.replacement()).run(task, partition, sink);
  }

  std::string directory_;
};

}  // namespace seltzer::detail
