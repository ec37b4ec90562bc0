#pragma once

#include <span>

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
