#pragma once

#include <cstddef>
#include <stdexcept>
#include <vector>

#include <seltzer/scheduler/command.hpp>
#include <seltzer/scheduler/executor.hpp>
#include <seltzer/scheduler/shuffle_operator.hpp>

namespace seltzer::detail {

/// What a map task left cannot be written to bytes: a user's `serialize` threw.
class MapOutputError : public std::runtime_error {
 public:
  MapOutputError(std::size_t partition, const char* what) : std::runtime_error(what), partition_(partition) {}
  std::size_t partition() const { return partition_; }  ///< of the map task

 private:
  std::size_t partition_;
};

/// **Collective.** Moves the outputs of a shuffle's map tasks to the ranks that compute the shuffled RDD's partitions,
/// rank to rank in rounds of the configured budget, and stores a ShuffleBlock for each of this rank's partitions.
/// Outputs are given up as they are sent, those for this rank move without a copy: beside the rounds' buffers a rank
/// holds every record once. Counts bytes and records that arrived here. Throws MapOutputError on a rank whose outputs
/// cannot be written, RemoteError on the others; then no rank has any block.
void exchangeShuffle(Executor& executor, const ShuffleDescription& shuffle, std::vector<MapTaskOutput>& outputs);

}  // namespace seltzer::detail
