#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <seltzer/csv.hpp>
#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/files/input_splits.hpp>
#include <seltzer/detail/operators/csv_row.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/source/row_source.hpp>

namespace seltzer::detail {

/// The rows of tables in text files; a partition is a split.
template <class Row>
class CsvRDD final : public Operator<Row> {
  using Base = Operator<Row>;

 public:
  static constexpr std::string_view kind = "CsvRDD";
  using Parameters = detail::Parameters<InputSplits, CsvOptions, std::uint64_t>;

  CsvRDD(const typename Base::Inputs& inputs, InputSplits input, CsvOptions options, std::uint64_t bufferBytes)
      : Base(inputs), input_(std::move(input)), options_(std::move(options)), bufferBytes_(bufferBytes) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Row>& out) override {
    task.operation = this->id();
    const FileSplit& split = input_.splits.at(partition);
    CsvReader reader(input_.files.at(split.file), split, options_, csvColumnCount<Row>, bufferBytes_);
    emitRows(reader, task, this->id(), out);
  }

 private:
  InputSplits input_;
  CsvOptions options_;
  std::uint64_t bufferBytes_;
};

}  // namespace seltzer::detail
