#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace seltzer::detail {

/// Where an operator pushes its elements, a batch at a time: one virtual call a batch, none an element.
template <class T>
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  /// Takes a batch in order. The elements are the sink's to move from or overwrite, during the call. Returns false when
  /// it wants no more: the caller then stops, and so do its sources.
  [[nodiscard]] virtual bool push(std::span<T> batch) = 0;

  /// Whether this sink of int64 would rather compute on first, first + step, ... itself: then they need not be written
  /// to memory first, which saves a pipeline of cheap functions behind `range` about an eighth of its time.
  virtual bool takesSequences() const { return false; }

  /// As `push` of `count` such numbers, at most a batch. Requires `takesSequences()`.
  virtual bool pushSequence(std::int64_t /*first*/, std::int64_t /*step*/, std::size_t /*count*/) { return false; }
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

template <class T, class Body>
FunctionSink<T, Body> sinkOf(Body body) {
  return FunctionSink<T, Body>(std::move(body));
}

}  // namespace seltzer::detail
