#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <random>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/net/bytes.hpp>

#include "data/scratch_file.hpp"
#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {

/// The bytes that the allocator has handed out; 0 where it cannot tell.
inline std::size_t allocatedBytes() {
#if defined(__GLIBC__)
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

/// Tests of what goes to the scratch file, which is in a folder of the test. Each sets the memory account's limit.
class SpillTest : public testing::Test {
 protected:
  static constexpr std::size_t noLimit = std::numeric_limits<std::size_t>::max();

  SpillTest() { detail::setScratchFolder(folder_ / ""); }
  ~SpillTest() override {
    detail::memoryAccount().setLimit(noLimit);
    detail::memoryAccount().spillEvery(0);
    detail::setScratchFolder("/tmp");
    detail::setScratchWarning({});
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }

  detail::Bytes randomBytes(std::size_t size) {
    detail::Bytes bytes(size);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_());
    return bytes;
  }

  /// The descriptor of the file without a name in the folder of this test, -1 if there is none.
  int descriptor() const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code error;
      const std::string target = std::filesystem::read_symlink(entry, error);
      if (!error && target.starts_with((folder_ / ""))) return std::stoi(entry.path().filename());
    }
    return -1;
  }

  const ScratchFolder folder_;
  std::mt19937_64 random_{seed()};
};

}  // namespace seltzer::test
