#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace seltzer::detail {

/// How many elements somebody still wants.
class Demand {
 public:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::size_t demand() const { return demand_; }

 protected:
  void setDemand(std::size_t elements) { demand_ = elements; }

 private:
  std::size_t demand_ = unlimited;
};

/// Where an operator pushes its elements, a batch at a time: one virtual call a batch, none an element. Whoever pushes
/// makes no more elements at a time than the sink demands, so that no function is called on an element that nobody
/// needs. The demand changes in `push` alone, and is at least 1 until that gives false.
template <class T>
class Sink : public Demand {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  /// Takes a batch in order. The elements are the sink's to move from or overwrite, during the call. Returns false when
  /// it wants no more: the caller then stops, and so do its sources.
  [[nodiscard]] virtual bool push(std::span<T> batch) = 0;

  /// Whether this sink of int64 would rather compute on first, first + step, ... itself: then they need not be written
  /// to memory first, which saves a pipeline of cheap functions behind `range` about an eighth of its time.
  virtual bool takesSequences() const { return false; }

  /// As `push` of `count` such numbers, at most a batch and what is demanded. Requires `takesSequences()`.
  virtual bool pushSequence(std::int64_t /*first*/, std::int64_t /*step*/, std::size_t /*count*/) { return false; }

 protected:
  ~Sink() = default;  // sinks live on the stack
};

/// A sink whose `push` is a function object: `bool body(std::span<T>)`.
template <class T, class Body>
class FunctionSink final : public Sink<T> {
 public:
  explicit FunctionSink(Body body) : body_(std::move(body)) {}
  bool push(std::span<T> batch) override { return body_(batch); }

 private:
  Body body_;
};

/// As above, for the first `most` elements, of which `body` gets at least one a call.
template <class T, class Body>
class TakingSink final : public Sink<T> {
 public:
  TakingSink(std::size_t most, Body body) : body_(std::move(body)) { this->setDemand(most); }
  bool push(std::span<T> batch) override {
    const auto taken = batch.first(std::min(batch.size(), this->demand()));
    if (this->demand() != Demand::unlimited) this->setDemand(this->demand() - taken.size());
    return body_(taken) && this->demand() > 0;
  }

 private:
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
