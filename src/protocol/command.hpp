#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/block_store.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/storage_level.hpp>

namespace seltzer::detail {

/// What the driver tells every rank to do next; all of it arrives by one broadcast.
enum class Command : std::uint8_t {
  runStage,
  createBroadcast,
  destroyBroadcast,
  gatherStatistics,
  gatherTraffic,
  shutdown
};

/// What an error message says that a rank was doing.
constexpr std::string_view name(Command command) {
  constexpr std::array<std::string_view, 6> names = {"a stage",    "broadcast", "destroy",
                                                     "statistics", "traffic",   "the end of the program"};
  return names[static_cast<std::size_t>(command)];
}

/// Begins every command.
struct CommandHeader {
  Command command = Command::shutdown;
  bool polling = false;     ///< runStage: rank 0 shows progress while it waits
  bool hasUpdates = false;  ///< `Updates` follow the header
  RowId row = 0;            ///< of the statistics, for what this command costs; 0: it is no part of a job
  RowId preparedRow = 0;    ///< what the driver did for the job before its first command: bytes of its elements
  std::uint64_t outsideNanoseconds = 0;   ///< between the driver's last job and this one
  std::uint64_t planningNanoseconds = 0;  ///< of this job, until the broadcast
  std::uint64_t preparingNanoseconds = 0;
};

/// Whether and how the partitions of an RDD are stored.
struct StorageDescription {
  StorageLevel level = StorageLevel::NONE;
  TypeId type = 0;  ///< its StoredPartitions, where there is a level
};

/// An RDD as the ranks learn of it, once.
struct RDDDescription {
  RDDId id = 0;
  TypeId type = 0;
  StorageDescription storage;
  std::vector<RDDId> parents;
  Bytes parameters;
  std::string operation;  ///< "map at pi.cpp:42", for a rank's own error messages

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& id& type& storage& parents& parameters& operation;
  }
};

/// What changed on the driver since the last command.
struct Updates {
  std::vector<RDDDescription> created;                        ///< parents before children
  std::vector<std::pair<RDDId, StorageDescription>> storage;  ///< of persisted RDDs, and of those that are no more
  std::vector<RDDId> released;                                ///< children before parents
  std::vector<AccumulatorDescription> accumulators;
  std::vector<std::uint32_t> unpersisted;  ///< broadcast values whose decoded copies go

  bool empty() const {
    return created.empty() && storage.empty() && released.empty() && accumulators.empty() && unpersisted.empty();
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& created& storage& released& accumulators& unpersisted;
  }
};

/// A stored block that must be on another rank before the tasks run.
struct Transfer {
  BlockId block;
  std::int32_t from = 0;
  std::int32_t to = 0;
  bool keep =
      false;  ///< stays there after the stage: the driver's own data does, a copy of a stored partition does not
};

/// A shuffle whose map side a stage runs.
struct ShuffleDescription {
  RDDId id = 0;                  ///< of the ShuffleDependency
  RDDId shuffled = 0;            ///< the RDD that has it
  std::uint64_t partitions = 0;  ///< of the shuffled RDD, which stand in blocks over the ranks
};

/// A stage: one task for each of some partitions of one RDD.
struct StageDescription {
  RDDId rdd = 0;
  TypeId action = 0;
  Bytes actionParameters;
  std::uint64_t treeScale = 0;  ///< at least 2: results are combined in groups of this many; 0: they are not
  std::uint64_t firstPartition = 0;
  std::uint64_t partitionCount = 0;
  std::vector<std::uint64_t> partitions;  ///< instead of first and count, where they are not consecutive
  std::uint64_t placementPartitions = 0;  ///< not 0: blocks placement over so many partitions
  std::vector<std::int32_t> ranks;        ///< otherwise: of each of the stage's partitions
  std::vector<Transfer> transfers;
  std::optional<ShuffleDescription> shuffle;  ///< the tasks write its map side, there is no action
  std::string operation;                      ///< "count at pi.cpp:42", for a rank's own error messages

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& rdd& action& actionParameters& treeScale& firstPartition& partitionCount& partitions& placementPartitions&
        ranks& transfers& shuffle& operation;
  }

  std::size_t size() const { return partitionCount; }
  std::size_t partitionAt(std::size_t position) const {
    return partitions.empty() ? firstPartition + position : partitions[position];
  }
};

}  // namespace seltzer::detail
