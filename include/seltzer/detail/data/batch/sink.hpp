#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

namespace seltzer::detail {

/// How many more elements are needed.
class Demand {
 public:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::size_t demand() const { return demand_; }

 protected:
  void setDemand(std::size_t elements) { demand_ = elements; }

 private:
  std::size_t demand_ = unlimited;
};

/// Where an operator pushes its elements, a batch at a time: one virtual call for each batch. The caller makes no more
/// elements at a time than the sink demands, so that no function is called on an element that is not needed. The demand
/// changes only in `push`, and is at least 1 until that returns false.
template <class T>
class Sink : public Demand {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  /// Takes the next batch. The sink may move from or overwrite the elements during the call. Returns false when it
  /// needs no more: the caller then stops, and so do its sources.
  [[nodiscard]] virtual bool push(std::span<T> batch) = 0;

  /// Whether this sink does not change elements: stored ones are then lent to it, by `lend`, without a copy.
  virtual bool onlyReads() const { return false; }
  [[nodiscard]] virtual bool lend(std::span<const T> /*batch*/) { return false; }

  /// Whether this sink only counts: it takes the number of elements by `pushCount` as well.
  virtual bool onlyCounts() const { return false; }
  virtual void pushCount(std::size_t /*elements*/) {}

  /// Whether this sink of int64 prefers to compute first, first + step, ... itself. They are then not written to
  /// memory, which saves a pipeline of cheap functions after `range` about an eighth of its time.
  virtual bool takesSequences() const { return false; }

  /// As `push` of `count` such numbers, at most a batch and at most the demand. Requires `takesSequences()`.
  virtual bool pushSequence(std::int64_t /*first*/, std::int64_t /*step*/, std::size_t /*count*/) { return false; }

 protected:
  ~Sink() = default;  // sinks live on the stack
};

/// A sink whose `push` is a function object: `bool body(std::span<T>)`, or `bool body(std::span<const T>)` if it only
/// reads.
template <class T, class Body>
class FunctionSink final : public Sink<T> {
  static constexpr bool reads = std::is_invocable_v<Body&, std::span<const T>>;

 public:
  explicit FunctionSink(Body body) : body_(std::move(body)) {}
  bool push(std::span<T> batch) override { return body_(batch); }
  bool onlyReads() const override { return reads; }
  bool lend([[maybe_unused]] std::span<const T> batch) override {
    if constexpr (reads) {
      return body_(batch);
    } else {
      return false;
    }
  }

 private:
  Body body_;
};

/// As above, for the first `most` elements; `body` gets at least one in each call.
template <class T, class Body>
class TakingSink final : public Sink<T> {
  static constexpr bool reads = std::is_invocable_v<Body&, std::span<const T>>;

 public:
  TakingSink(std::size_t most, Body body) : body_(std::move(body)) { this->setDemand(most); }
  bool push(std::span<T> batch) override { return take(batch); }
  bool onlyReads() const override { return reads; }
  bool lend([[maybe_unused]] std::span<const T> batch) override {
    if constexpr (reads) {
      return take(batch);
    } else {
      return false;
    }
  }

 private:
  template <class Elements>
  bool take(Elements batch) {
    const auto taken = batch.first(std::min(batch.size(), this->demand()));
    if (this->demand() != Demand::unlimited) this->setDemand(this->demand() - taken.size());
    return body_(taken) && this->demand() > 0;
  }

  Body body_;
};

template <class T, class Body>
FunctionSink<T, Body> sinkOf(Body body) {
  return FunctionSink<T, Body>(std::move(body));
}

/// Requires most > 0.
template <class T, class Body>
TakingSink<T, Body> sinkOfFirst(std::size_t most, Body body) {
  return TakingSink<T, Body>(most, std::move(body));
}

}  // namespace seltzer::detail
