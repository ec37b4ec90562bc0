#pragma once

#include <sys/stat.h>

namespace seltzer::detail {

/// The file that a descriptor refers to: another file under the same number is not equal, nor is a closed descriptor.
class FileIdentity {
 public:
  explicit FileIdentity(int descriptor) : open_(::fstat(descriptor, &status_) == 0) {}

  friend bool operator==(const FileIdentity& a, const FileIdentity& b) {
    return a.open_ && b.open_ && a.status_.st_dev == b.status_.st_dev && a.status_.st_ino == b.status_.st_ino;
  }

 private:
  struct stat status_ {};
  bool open_;
};

/// The message when a `FileIdentity` has changed.
inline constexpr const char* closedDescriptors =
    "the program closed file descriptors that it did not open, among them those of MPI: close only your own, and none "
    "by number alone (where this is meant for a child, after its fork)";

}  // namespace seltzer::detail
