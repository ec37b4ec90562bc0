#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include <sys/mount.h>

#include "scratch_folder.hpp"

namespace seltzer::test {

/// A file system of 1 MiB in memory, if this process may create one.
class SmallDisk {
 public:
  explicit SmallDisk(unsigned long flags = 0)
      : mounted_(::mount("tmpfs", path().c_str(), "tmpfs", MS_NOSUID | MS_NODEV | flags, "size=1m") == 0),
        error_(errno) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool isMounted() const { return mounted_; }
  std::string whyNot() const { return std::strerror(error_); }
  std::string path() const { return scratch_ / ""; }

 private:
  ScratchFolder scratch_;
  bool mounted_;
  int error_;
};

}  // namespace seltzer::test
