#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <seltzer/detail/files/input_splits.hpp>
#include <seltzer/detail/files/plain_input.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// How many bytes of records to read at once: few enough to stay in the L2 cache until they are used.
inline constexpr std::size_t recordBufferBytes = std::size_t{256} << 10;

/// Records of a length given at run time, borrowed from the read buffer.
class BinaryRecordsRDD final : public Operator<std::string_view> {
 public:
  static constexpr std::string_view kind = "BinaryRecordsRDD";
  using Parameters = detail::Parameters<InputSplits, std::uint64_t>;

  BinaryRecordsRDD(const Inputs& inputs, InputSplits input, std::uint64_t length)
      : Operator(inputs), input_(std::move(input)), length_(length) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::string_view>& out) override;

 private:
  InputSplits input_;
  std::uint64_t length_;
};

/// Records that are the object representation of a `Record`; batches are spans of the read buffer.
template <class Record>
class TypedRecordsRDD final : public Operator<Record> {
  using Base = Operator<Record>;

 public:
  static constexpr std::string_view kind = "BinaryRecordsRDD";
  using Parameters = detail::Parameters<InputSplits>;

  TypedRecordsRDD(const typename Base::Inputs& inputs, InputSplits input) : Base(inputs), input_(std::move(input)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Record>& out) override {
    task.operation = this->id();
    const FileSplit& split = input_.splits.at(partition);
    PlainInput input(input_.files.at(split.file), split.begin);
    Emitter<Record> emit(task, this->id(), out);
    // An allocator's memory holds trivially copyable objects as soon as their bytes have been written.
    const auto free = [](Record* records) { std::allocator<Record>().deallocate(records, most); };
    const std::unique_ptr<Record, decltype(free)> buffer(std::allocator<Record>().allocate(most), free);
    for (std::size_t left = (split.end - split.begin) / sizeof(Record); left > 0 && emit.open();) {
      const std::size_t count = std::min(left, most);
      input.readFully(reinterpret_cast<char*>(buffer.get()), count * sizeof(Record));
      phaseClock().count(Phase::execute, count * sizeof(Record), count);
      for (std::size_t done = 0; done < count && emit.open(); done += batchCapacity<Record>) {
        emit.pass(std::span(buffer.get() + done, std::min(batchCapacity<Record>, count - done)));
      }
      task.tick();
      left -= count;
    }
  }

 private:
  static constexpr std::size_t most = std::max<std::size_t>(1, recordBufferBytes / sizeof(Record));

  InputSplits input_;
};

}  // namespace seltzer::detail
