#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <utility>

#include <seltzer/data/fiber.hpp>
#include <seltzer/data/sink.hpp>

namespace seltzer::detail {

/// A producer that pushes batches into a sink, seen as a single-pass range: the producer runs on a fiber, a batch ahead
/// of the reader at most. A lent element is valid until the range advances.
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

    T& operator*() const { return range_->batch_[range_->position_]; }
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

  explicit PulledRange(Producer producer)
      : fiber_([this, run = std::move(producer)](Fiber& fiber) {
          auto sink = sinkOf<T>([this, &fiber](std::span<T> batch) {
            if (batch.empty()) return true;
            batch_ = batch;
            position_ = 0;
            fiber.suspend();
            return !stopped_;
          });
          run(sink);
          batch_ = {};
        }) {}

  PulledRange(const PulledRange&) = delete;
  PulledRange& operator=(const PulledRange&) = delete;

  /// Lets a producer that was not read to its end stop.
  ~PulledRange() {
    stopped_ = true;
    while (fiber_.started() && !fiber_.done()) {
      try {
        fiber_.resume();
      } catch (...) {  // the reader has left: what the producer says while it stops is nobody's result
      }
    }
  }

  /// Runs the producer up to its first batch.
  Iterator begin() {
    if (!fiber_.started()) fiber_.resume();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return {}; }

  /// The elements up to the end of the present batch; empty at the end of the range. Requires `begin()`.
  std::span<T> rest() const { return position_ < batch_.size() ? batch_.subspan(position_) : std::span<T>(); }

  bool atEnd() const { return fiber_.done() && position_ >= batch_.size(); }

  /// Passes over `count` elements of `rest()`.
  void skip(std::size_t count) {
    position_ += count;
    refill();
  }

 private:
  void advance() {
    ++position_;
    refill();
  }
  void refill() {
    if (position_ >= batch_.size() && !fiber_.done()) fiber_.resume();
  }

  std::span<T> batch_;
  std::size_t position_ = 0;
  bool stopped_ = false;
  Fiber fiber_;
};

}  // namespace seltzer::detail
