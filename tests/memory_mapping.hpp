#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace seltzer::test {

/// `device inode` of the memory mapping that contains the address, from /proc/self/maps: equal on ranks that share
/// this memory. `nowhere` if there is none.
inline std::string mappingOf(const void* address) {
  std::ifstream maps("/proc/self/maps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string rights;
    std::string offset;
    std::string device;
    std::string inode;
    fields >> std::hex >> begin >> dash >> end >> rights >> offset >> device >> inode;
    if (begin <= wanted && wanted < end) return device + " " + inode;
  }
  return "nowhere";
}

}  // namespace seltzer::test
