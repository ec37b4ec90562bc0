#include <cstddef>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

namespace seltzer::detail {

void computeTogether(Lineage& derived, const Context& context) {
  const auto ranks = static_cast<std::size_t>(context.ranks());
  if (derived.partitions > ranks) {
    throwAt<UsageError>(
        derived.operation, derived.where,
        fmt::format("the tasks of a barrier stage run at once, each on a rank of its own, but there are "
                    "{} partitions and {} rank{}: call coalesce({}) or repartition({}) before barrier, "
                    "or start the program with more ranks",
                    derived.partitions, ranks, ranks == 1 ? "" : "s", ranks, ranks));
  }
  derived.isBarrier = true;
  placeInBlocks(derived, context);  // the parent may have several partitions on a rank
}

}  // namespace seltzer::detail
