#pragma once

#include <exception>
#include <functional>

#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// A function on a stack of its own that alternates with its creator: turns a producer that pushes into one that can be
/// pulled from. A switch takes about 10 ns; stacks are kept for reuse.
class Fiber {
 public:
  /// `body` starts with the first `resume`.
  explicit Fiber(std::function<void(Fiber&)> body);

  /// Requires that the body has ended or never began.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Called by the creator: runs the body until it suspends or ends. Rethrows what the body threw. Requires `!done()`.
  void resume();

  /// Called by the body: returns to the creator until the next `resume`.
  void suspend();

  bool started() const;
  bool done() const;

 private:
  struct State;
  UniquePointer<State> state_;
};

}  // namespace seltzer::detail
