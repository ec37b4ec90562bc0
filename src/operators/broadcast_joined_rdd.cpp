#include <fmt/format.h>

#include <seltzer/detail/data/spill/group_limit.hpp>
#include <seltzer/detail/operators/narrow/broadcast_joined_rdd.hpp>
#include <seltzer/errors.hpp>

namespace seltzer::detail {

void requireTableFits(std::size_t bytes) {
  if (bytes <= groupLimit()) return;
  throw MemoryError(fmt::format(
      "the table of the small side takes more than {:.1f} MB on each rank, which has {:.1f} MB for data: give "
      "each rank more memory (fewer ranks per node, --seltzer-memory), or join by a shuffle",
      static_cast<double>(bytes) / 1e6, static_cast<double>(memoryAccount().limit()) / 1e6));
}

}  // namespace seltzer::detail
