#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include <seltzer/detail/functions/capture_guard.hpp>
#include <seltzer/errors.hpp>

#include "data/sanitizer.hpp"

namespace seltzer::detail {
namespace {

constexpr std::uint64_t lowestMapping = 0x10000;  // vm.mmap_min_addr
constexpr std::uint64_t userSpaceEnd = std::uint64_t{1} << 47;
// AddressSanitizer maps its shadow below this: no object of ours lives there.
constexpr std::uint64_t shadowEnd = underAddressSanitizer ? 0x100080000000 : 0;

bool couldBeAddress(std::uint64_t word) {
  return word >= lowestMapping && word >= shadowEnd && word < userSpaceEnd;
}

/// The name of this process's readable mapping that contains `address`, if any.
std::optional<std::string> mappingOf(std::uint64_t address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char dash = 0;
    std::string rights, offset, device, inode, name;
    fields >> std::hex >> begin >> dash >> end >> rights >> offset >> device >> inode;
    std::getline(fields >> std::ws, name);
    if (address >= begin && address < end && rights.starts_with('r'))
      return name.empty() ? "its heap or a mapping" : name;
  }
  return std::nullopt;
}

}  // namespace

void refuseAddresses(ByteView closure) {
  const std::size_t words = closure.size() / sizeof(std::uint64_t);
  for (std::size_t index = 0; index < words; ++index) {
    std::uint64_t word = 0;
    std::memcpy(&word, closure.data() + index * sizeof(word), sizeof(word));
    if (!couldBeAddress(word)) continue;
    if (const auto mapping = mappingOf(word)) {
      throw CaptureError(fmt::format(
          "the function captured an address, by [&], `this`, a reference or a pointer: on another rank there is nothing "
          "at that address. Capture numbers by value, as [n]; pass a string, a vector or any other object by "
          "seltzer::with(object, f), and a large one by sc.broadcast(object), which sends it once. Capture a Broadcast or "
          "an Accumulator by value, too; to count or add up, use sc.accumulator(zero). Only the driver can "
          "use an RDD or the Context: join, or collect and broadcast. If it is a number that only looks like an "
          "address, wrap the function in seltzer::trusted(f). The bytes {} to {} of what it captured, {:#x}, "
          "are an address in {}",
          index * sizeof(word), (index + 1) * sizeof(word) - 1, word, *mapping));
    }
  }
}

}  // namespace seltzer::detail
