#pragma once

namespace seltzer::detail {

inline bool forkedCopy = false;  ///< of `isForkedCopy` alone

/// From now on copies of this process know that they are copies. May be called again.
void noticeForks();

/// Whether `fork` made this process of one that had called `noticeForks`. A copy has the connections of its parent, and
/// must not use them.
inline bool isForkedCopy() {
  return forkedCopy;
}

}  // namespace seltzer::detail
