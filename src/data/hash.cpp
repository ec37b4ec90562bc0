#include <xxhash.h>

#include <seltzer/hash.hpp>

namespace seltzer::detail {

std::uint64_t hashBytes(const void* bytes, std::size_t size) {
  return XXH3_64bits(bytes, size);
}

}  // namespace seltzer::detail
