#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <new>

namespace seltzer::detail {

/// Something that holds data which can wait in the scratch file. `makeRoom` asks those that offered to spill, the first
/// to offer first.
class Spillable {
 public:
  Spillable() = default;
  Spillable(const Spillable&) = delete;
  Spillable& operator=(const Spillable&) = delete;
  virtual ~Spillable();

 protected:
  /// Offers to spill, until `spill` is called; may be called again before that.
  void offer();
  void withdraw();

 private:
  friend void makeRoom(std::size_t more);

  using Queue = std::list<Spillable*>;

  /// Moves data to the scratch file and frees its memory: all it can, or, if it offers the rest again, as much as the
  /// account needs to be within its limit with `more` bytes. Called while any object of this rank reserves memory, this
  /// one included, and so never throws what serializing elements throws: such data stays in memory and is not offered
  /// again (see `serializes`). Throws std::system_error if the disk is full; nothing is lost then.
  virtual void spill(std::size_t more) = 0;

  static Queue& queue();

  bool isOffered_ = false;
  Queue::iterator place_;
};

/// Calls `write`, which serializes elements, as a user's `serialize` may define; returns whether that succeeded. If
/// not, they stay in memory, and the error appears where they are written in the end, as it would without a limit.
template <class Write>
[[nodiscard]] bool serializes(Write&& write) {
  try {
    write();
    return true;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    return false;
  }
}

}  // namespace seltzer::detail
