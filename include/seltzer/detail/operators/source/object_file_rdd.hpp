#pragma once

#include <span>
#include <string>
#include <string_view>

#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/source/object_file_elements.hpp>

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
      for (const std::string& path : paths) ObjectFileElements<T>(path).emit(task, emit);
    });
  }
};

}  // namespace seltzer::detail
