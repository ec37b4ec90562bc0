#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/files/input_splits.hpp>
#include <seltzer/detail/operators/json_row.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/source/row_source.hpp>

namespace seltzer::detail {

/// The objects in the lines of JSON files, as rows; a partition is a split.
template <class Row>
class JsonRDD final : public Operator<Row> {
  using Base = Operator<Row>;

 public:
  static constexpr std::string_view kind = "JsonRDD";
  using Parameters = detail::Parameters<InputSplits, std::vector<std::string>, std::uint64_t>;

  JsonRDD(const typename Base::Inputs& inputs, InputSplits input, std::vector<std::string> names,
          std::uint64_t bufferBytes)
      : Base(inputs), input_(std::move(input)), names_(std::move(names)), bufferBytes_(bufferBytes) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Row>& out) override {
    task.operation = this->id();
    const FileSplit& split = input_.splits.at(partition);
    JsonReader reader(input_.files.at(split.file), split, names_, bufferBytes_);
    emitRows(reader, task, this->id(), out);
  }

 private:
  InputSplits input_;
  std::vector<std::string> names_;
  std::uint64_t bufferBytes_;
};

}  // namespace seltzer::detail
