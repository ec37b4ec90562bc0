#pragma once

#include <string>

namespace seltzer::detail {

inline bool forkedCopy = false;  ///< for `isForkedCopy` only

/// From now on, forked children of this process, which is that rank, know that they are copies. May be called again.
void noticeForks(int rank, std::string host);

/// Whether this process was forked from one that had called `noticeForks`.
inline bool isForkedCopy() {
  return forkedCopy;
}

/// Ends this process, a forked copy of a rank, with a message.
[[noreturn]] void endForkedCopy();

/// A copy has its parent's connections, files and shared memory. What it sends, writes or takes there would pass for
/// the rank's, so whatever does so calls this first.
inline void refuseForkedCopy() {
  if (isForkedCopy()) [[unlikely]] {
    endForkedCopy();
  }
}

}  // namespace seltzer::detail
