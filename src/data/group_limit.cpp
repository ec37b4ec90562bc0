#include <fmt/format.h>

#include <seltzer/detail/data/spill/group_limit.hpp>
#include <seltzer/errors.hpp>

namespace seltzer::detail {

void throwGroupTooLarge(std::string_view key, std::size_t bytes) {
  constexpr std::size_t most = 100;
  throw MemoryError(fmt::format(
      "the values of the key '{}{}' take {} bytes, and a rank's data may take {}: give each rank more memory "
      "(--seltzer-memory, fewer ranks per node), or the key fewer values",
      key.substr(0, most), key.size() > most ? "..." : "", bytes, groupLimit()));
}

}  // namespace seltzer::detail
