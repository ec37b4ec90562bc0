#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/files/input_splits.hpp>
#include <seltzer/detail/files/plain_input.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/npy_row.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/source/binary_records_rdd.hpp>

namespace seltzer::detail {

/// NumPy arrays and how their rows are split into partitions; travels to the ranks.
struct NpyInput {
  InputSplits input;          ///< of the rows' bytes
  std::vector<char> swapped;  ///< by file: whether the bytes of its numbers are reversed
  std::uint64_t columns = 1;  ///< of all files

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& input& swapped& columns;
  }
};

/// The numbers or rows of NumPy arrays.
template <class T>
class NpyRDD final : public Operator<T> {
  using Base = Operator<T>;
  using Number = NpyNumber<T>;
  /// What the read buffer holds: elements, or the numbers of rows whose length is known at run time.
  static constexpr bool isFixed = NpyRow<T>::columns > 0;
  using Stored = std::conditional_t<isFixed, T, Number>;

 public:
  static constexpr std::string_view kind = "NpyRDD";
  using Parameters = detail::Parameters<NpyInput>;

  NpyRDD(const typename Base::Inputs& inputs, NpyInput arrays) : Base(inputs), arrays_(std::move(arrays)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    task.operation = this->id();
    const FileSplit& split = arrays_.input.splits.at(partition);
    PlainInput input(arrays_.input.files.at(split.file), split.begin);
    Emitter<T> emit(task, this->id(), out);
    const std::size_t most = std::max<std::size_t>(1, recordBufferBytes / rowBytes());
    const std::size_t stored = most * (isFixed ? 1 : columns());
    // An allocator's memory holds trivially copyable objects as soon as their bytes have been written.
    const auto free = [stored](Stored* memory) { std::allocator<Stored>().deallocate(memory, stored); };
    const std::unique_ptr<Stored, decltype(free)> buffer(std::allocator<Stored>().allocate(stored), free);
    for (std::size_t left = (split.end - split.begin) / rowBytes(); left > 0 && emit.open();) {
      const std::size_t rows = std::min(left, most);
      char* const bytes = reinterpret_cast<char*>(buffer.get());
      input.readFully(bytes, rows * rowBytes());
      toNative(bytes, rows * columns(), arrays_.swapped.at(split.file) != 0);
      phaseClock().count(Phase::execute, rows * rowBytes(), rows);
      pass(buffer.get(), rows, emit);
      task.tick();
      left -= rows;
    }
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    const FileSplit& split = arrays_.input.splits.at(partition);
    return (split.end - split.begin) / rowBytes();
  }

 private:
  std::size_t columns() const { return static_cast<std::size_t>(arrays_.columns); }
  std::size_t rowBytes() const { return columns() * sizeof(Number); }

  static void toNative(char* bytes, std::size_t numbers, bool swapped) {
    if constexpr (std::is_same_v<Number, bool>) {
      for (std::size_t i = 0; i < numbers; ++i) bytes[i] = bytes[i] != 0;
    } else if (swapped) {
      constexpr std::size_t parts = NpyType::of<Number>().kind == 'c' ? 2 : 1;
      reverseBytes(bytes, numbers * parts, sizeof(Number) / parts);
    }
  }

  void pass(Stored* stored, std::size_t rows, Emitter<T>& emit) const {
    if constexpr (isFixed) {
      for (std::size_t done = 0; done < rows && emit.open(); done += batchCapacity<T>) {
        emit.pass(std::span(stored + done, std::min(batchCapacity<T>, rows - done)));
      }
    } else {
      emit.generate(rows, [&](std::size_t i) { return T(stored + i * columns(), stored + (i + 1) * columns()); });
      emit.flush();
    }
  }

  NpyInput arrays_;
};

}  // namespace seltzer::detail
