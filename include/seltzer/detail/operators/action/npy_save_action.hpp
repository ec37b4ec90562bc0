#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/files/shared_file.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/action/save_action.hpp>
#include <seltzer/detail/operators/npy_row.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Where the rows of a NumPy array are in its file; travels to the ranks.
struct NpyLayout {
  std::uint64_t dataOffset = 0;
  std::uint64_t columns = 1;
  std::vector<std::uint64_t> firstRows;  ///< of each partition, and at the end the number of rows

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& dataOffset& columns& firstRows;
  }
};

/// Throws std::invalid_argument: a row has a length other than those before it.
[[noreturn]] void throwUnequalRows(std::size_t length, std::uint64_t before);

/// Throws std::runtime_error: a partition does not have as many rows as when they were counted.
[[noreturn]] void throwOtherRows(std::uint64_t counted);

/// Writes each partition to its place in the file of an array.
template <class T>
class NpySaveAction final : public Action {
 public:
  using Parameters = detail::Parameters<SharedFile, NpyLayout>;

  NpySaveAction(SharedFile file, NpyLayout layout) : file_(std::move(file)), layout_(std::move(layout)) {}

  void run(OperatorBase& rdd, TaskContext& task, std::size_t partition, ExactValue&, WireWriter& result) override {
    const std::uint64_t first = layout_.firstRows.at(partition);
    const std::uint64_t rows = layout_.firstRows.at(partition + 1) - first;
    RangeWriter writer = file_.writeFrom(layout_.dataOffset + first * layout_.columns * sizeof(NpyNumber<T>));
    SavedPartReport report;
    auto sink = sinkOf<T>([&](std::span<T> batch) {
      task.operation = ofAction;
      const PhaseScope phase(Phase::resultSerialize);
      if (batch.size() > rows - report.part.records) throwOtherRows(rows);
      write(writer, batch);
      report.part.records += batch.size();
      return true;
    });
    static_cast<Operator<T>&>(rdd).run(task, partition, sink);
    task.operation = ofAction;
    const PhaseScope phase(Phase::resultSerialize);
    if (report.part.records != rows) throwOtherRows(rows);
    writer.finish();
    report.part.bytes = writer.appended();
    phaseClock().count(Phase::resultSerialize, report.part.bytes, report.part.records);
    result << report;
  }

 private:
  void write(RangeWriter& writer, std::span<T> batch) const {
    if constexpr (NpyRow<T>::columns > 0) {
      writer.append(std::as_bytes(batch));
    } else {
      for (const T& row : batch) {
        if (row.size() != layout_.columns) throwUnequalRows(row.size(), layout_.columns);
        if constexpr (std::is_same_v<NpyNumber<T>, bool>) {
          for (const bool number : row) writer.append(std::as_bytes(std::span(&number, 1)));
        } else {
          writer.append(std::as_bytes(std::span(row)));
        }
      }
    }
  }

  SharedFile file_;
  NpyLayout layout_;
};

/// The number of rows of a partition, and their length.
struct NpyPartitionShape {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
};

/// Finds that shape, of rows whose length is known at run time.
struct NpyPartitionShapeOf {
  template <class Rows>
  NpyPartitionShape operator()(std::size_t, Rows& rows) const {
    NpyPartitionShape shape;
    for (const auto& row : rows) {
      if (shape.rows++ == 0) shape.columns = row.size();
      if (row.size() != shape.columns) throwUnequalRows(row.size(), shape.columns);
    }
    return shape;
  }
};

}  // namespace seltzer::detail
