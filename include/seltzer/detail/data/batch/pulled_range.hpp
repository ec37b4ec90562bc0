#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <utility>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/data/batch/fiber.hpp>
#include <seltzer/detail/data/batch/sink.hpp>

namespace seltzer::detail {

/// How far a producer may be ahead of a reader that may stop at any element: not at all for the first 256 elements,
/// then by a quarter of what was read, at most a batch (ofReader); or always by a batch (ofBatches).
enum class Pace : std::uint8_t { ofReader, ofBatches };

/// A single-pass range over what a producer pushes into a sink. The producer runs on a fiber, whenever the reader needs
/// an element that has not been produced, and keeps the pace. A borrowed element is valid until the range advances.
template <class T>
class PulledRange {
 public:
  using Producer = std::function<void(Sink<T>&)>;

  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(PulledRange* range) : range_(range) {}

    T& operator*() const { return range_->current(); }
    T* operator->() const { return &**this; }
    Iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) { return iterator.range_->atEnd(); }

   private:
    PulledRange* range_ = nullptr;
  };

  /// While `downstream`, the demand for what the reader makes, is limited, the producer is never ahead. The range ends
  /// once `*wanted` is false.
  explicit PulledRange(Producer producer, Pace pace = Pace::ofReader, const Demand* downstream = nullptr,
                       const bool* wanted = nullptr)
      : pace_(pace),
        downstream_(downstream),
        readerWanted_(wanted),
        fiber_([this, run = std::move(producer)](Fiber& fiber) {
          BatchSink sink(*this, fiber);
          run(sink);
          batch_ = {};
        }) {}

  PulledRange(const PulledRange&) = delete;
  PulledRange& operator=(const PulledRange&) = delete;

  /// Stops a producer that was not read to its end.
  ~PulledRange() {
    stopped_ = true;
    while (fiber_.started() && !fiber_.done()) {
      try {
        fiber_.resume();
      } catch (...) {  // thrown while stopping: no result depends on it
      }
    }
  }

  Iterator begin() { return Iterator(this); }
  std::default_sentinel_t end() const { return {}; }

  /// The elements up to the end of the current batch; empty at the end of the range.
  std::span<T> rest() { return atEnd() ? std::span<T>() : batch_.subspan(position_); }

  bool atEnd() {
    while (position_ >= batch_.size()) {
      if (fiber_.done() || (readerWanted_ != nullptr && !*readerWanted_)) return true;
      fiber_.resume();
    }
    return false;
  }

  /// Skips `count` elements of `rest()`.
  void skip(std::size_t count) { position_ += count; }

 private:
  /// Passes batches to the reader.
  class BatchSink final : public Sink<T> {
   public:
    BatchSink(PulledRange& range, Fiber& fiber) : range_(range), fiber_(fiber) { this->setDemand(range.wanted()); }
    bool push(std::span<T> batch) override {
      if (batch.empty()) return true;
      range_.batch_ = batch;
      range_.position_ = 0;
      range_.given_ += batch.size();
      fiber_.suspend();
      this->setDemand(range_.wanted());
      return !range_.stopped_;
    }

   private:
    PulledRange& range_;
    Fiber& fiber_;
  };

  /// Requires an element.
  T& current() {
    if (position_ >= batch_.size()) atEnd();
    return batch_[position_];
  }
  void advance() {
    if (position_ >= batch_.size()) atEnd();
    ++position_;
  }

  std::size_t wanted() const {
    if (downstream_ != nullptr && downstream_->demand() != Demand::unlimited) return 1;
    if (pace_ == Pace::ofBatches) return Demand::unlimited;
    if (given_ < readSingly) return 1;
    return given_ / 4 >= batchCapacity<T> ? Demand::unlimited : given_ / 4;
  }

  static constexpr std::size_t readSingly = 256;

  Pace pace_;
  const Demand* downstream_;
  const bool* readerWanted_;
  std::span<T> batch_;
  std::size_t position_ = 0;
  std::size_t given_ = 0;  // elements, including those of the current batch
  bool stopped_ = false;
  Fiber fiber_;
};

}  // namespace seltzer::detail
