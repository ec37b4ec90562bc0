#pragma once

namespace seltzer::detail {

inline bool forkedCopy = false;  ///< for `isForkedCopy` only

/// From now on, forked children of this process know that they are copies. May be called again.
void noticeForks();

/// Whether this process was forked from one that had called `noticeForks`. A copy has its parent's connections and must
/// not use them.
inline bool isForkedCopy() {
  return forkedCopy;
}

}  // namespace seltzer::detail
