#pragma once

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/detail/data/element/element_text.hpp>
#include <seltzer/detail/operators/narrow/child_process.hpp>
#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>

namespace seltzer::detail {

/// Cuts a growing text into lines: emits complete lines and removes them.
class LineCutter {
 public:
  std::string& text() { return text_; }

  /// Emits the lines that end with LF.
  void emitLines(Emitter<std::string_view>& emit);

  /// Emits a last line without LF.
  void emitRest(Emitter<std::string_view>& emit);

 private:
  std::string text_;
  std::size_t searched_ = 0;  // no LF before this position
};

/// The stdin of the process: a partition's elements as lines, a batch at a time.
template <class T>
class PipedInput {
 public:
  explicit PipedInput(PulledRange<T>& elements) : elements_(elements), next_(elements.begin()) {}

  /// The text to write next; the caller removes what was written. Empty at the end.
  std::string_view& pending() {
    if (pending_.empty() && next_ != elements_.end()) refill();
    return pending_;
  }

 private:
  void refill() {
    text_.clear();
    for (const T& element : elements_.rest()) {
      appendText(text_, element);
      text_.push_back('\n');
    }
    elements_.skip(elements_.rest().size());
    pending_ = text_;
  }

  PulledRange<T>& elements_;
  typename PulledRange<T>::Iterator next_;
  std::string text_;
  std::string_view pending_;
};

/// The output lines, borrowed, of a process that reads the elements as lines; one process for each partition.
template <class T>
class PipedRDD final : public OneInputOperator<T, std::string_view> {
  using Base = typename PipedRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "PipedRDD";
  using Parameters = detail::Parameters<std::string, std::map<std::string, std::string>>;

  PipedRDD(const typename Base::Inputs& inputs, std::string command, std::map<std::string, std::string> environment)
      : Base(inputs), command_(std::move(command)), environment_(std::move(environment)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::string_view>& out) override {
    task.operation = this->id();
    ChildProcess process(command_, environment_);
    PulledRange<T> elements(pulledFrom(task, this->parent(), partition, this->id(), [] {}), Pace::ofBatches, &out);
    PipedInput<T> input(elements);
    Emitter<std::string_view> emit(task, this->id(), out);
    LineCutter lines;
    std::string_view none;
    do {
      task.operation = this->id();
      task.tick();
      if (process.takesInput() && input.pending().empty()) process.closeInput();
      lines.emitLines(emit);
      if (!emit.open()) return;
    } while (process.exchange(process.takesInput() ? input.pending() : none, lines.text()));
    lines.emitRest(emit);
    finish(process);
  }

 private:
  static void finish(ChildProcess& process) {
    if (const int status = process.wait(); status != 0) throw std::runtime_error(process.describe(status));
    // Passes the stderr of a successful command on to this rank's stderr.
    std::fwrite(process.errors().data(), 1, process.errors().size(), stderr);
  }

  std::string command_;
  std::map<std::string, std::string> environment_;
};

}  // namespace seltzer::detail
