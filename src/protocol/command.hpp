#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/block_id.hpp>
#include <seltzer/detail/engine/accumulator_table.hpp>
#include <seltzer/detail/engine/source_data.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/storage_level.hpp>

namespace seltzer::detail {

/// What the driver tells every rank to do next, in one broadcast.
enum class Command : std::uint8_t {
  runStage,
  createBroadcast,
  destroyBroadcast,
  gatherStatistics,
  gatherStorage,
  gatherTraffic,
  shutdown
};

/// For error messages.
constexpr std::string_view name(Command command) {
  constexpr std::array<std::string_view, 7> names = {
      "a stage", "broadcast", "destroy", "statistics", "storage", "traffic", "the end of the program"};
  return names[static_cast<std::size_t>(command)];
}

/// The start of every command.
struct CommandHeader {
  Command command = Command::shutdown;
  bool polling = false;     ///< runStage: rank 0 shows progress while it waits
  bool hasUpdates = false;  ///< `Updates` follow the header
  RowId row = 0;            ///< of the statistics, for the cost of this command; 0: it is not part of a job
  RowId preparedRow = 0;    ///< for `preparingNanoseconds`
  std::uint64_t outsideNanoseconds = 0;    ///< that the driver was outside jobs since the last command
  std::uint64_t planningNanoseconds = 0;   ///< of this job, until the broadcast
  std::uint64_t preparingNanoseconds = 0;  ///< in driver work that sent no command, such as serializing elements
};

/// Whether and how the partitions of an RDD are stored, or written to a checkpoint. As in Lineage.
struct StorageDescription {
  StorageLevel level = StorageLevel::NONE;
  TypeId type = 0;
  std::string folder{};

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& level& type& folder;
  }
};

/// An RDD as it is sent to the ranks, once.
struct RDDDescription {
  RDDId id = 0;
  TypeId type = 0;
  StorageDescription storage;
  std::vector<RDDId> parents;
  Bytes parameters;
  std::optional<SourceData> source;  ///< if it goes to all ranks
  std::string operation;             ///< "map at pi.cpp:42", for a rank's own error messages

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& id& type& storage& parents& parameters& source& operation;
  }
};

/// A broadcast value that the ranks forget.
struct BroadcastUpdate {
  std::uint32_t id = 0;
  std::uint8_t isReleased = 0;  ///< no RDD reads it any more; otherwise only the decoded copies are dropped

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& id& isReleased;
  }
};

/// What the driver tells the functions of its jobs, by key.
using LocalProperties = std::map<std::string, std::string>;

/// What changed on the driver since the last command.
struct Updates {
  std::vector<RDDDescription> created;                        ///< parents before children; or known: another operator
  std::vector<std::pair<RDDId, StorageDescription>> storage;  ///< of newly persisted and unpersisted RDDs
  std::vector<RDDId> released;                                ///< children before parents
  std::vector<AccumulatorDescription> accumulators;
  std::vector<BroadcastUpdate> broadcasts;
  std::optional<LocalProperties> properties;  ///< all, if any changed

  bool empty() const {
    return created.empty() && storage.empty() && released.empty() && accumulators.empty() && broadcasts.empty() &&
           !properties;
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& created& storage& released& accumulators& broadcasts& properties;
  }
};

/// A stored block that must be on another rank before the tasks run.
struct Transfer {
  BlockId block;
  std::int32_t from = 0;
  std::int32_t to = 0;
  /// Whether it stays there after the stage: the driver's own data does, a copy of a stored partition does not.
  bool keep = false;
};

/// A shuffle whose map side a stage runs.
struct ShuffleDescription {
  RDDId id = 0;                  ///< of the ShuffleDependency
  RDDId shuffled = 0;            ///< the RDD that depends on it
  std::uint64_t partitions = 0;  ///< of the shuffled RDD, in blocks placement
};

/// How the tasks of a stage move to other ranks.
struct Moves {
  bool betweenHosts = false;         ///< whether ranks ask other hosts for tasks
  std::vector<std::uint64_t> order;  ///< of the positions in which ranks take their tasks; empty: descending

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& betweenHosts& order;
  }
};

/// A stage: one task for each of some partitions of one RDD.
struct StageDescription {
  RDDId rdd = 0;
  TypeId action = 0;
  Bytes actionParameters;
  std::uint64_t treeScale = 0;  ///< at least 2: results are combined in groups of this size; 0: they are not
  std::uint64_t partitionCount = 0;
  std::vector<std::uint64_t> partitions;       ///< unless all
  std::optional<std::uint64_t> rddPartitions;  ///< of the RDD, unless all
  std::uint64_t placementPartitions = 0;       ///< not 0: blocks placement over this many partitions
  std::vector<std::int32_t> ranks;             ///< otherwise: by position in the stage
  std::vector<Transfer> transfers;
  std::vector<RDDId> read;     ///< RDDs whose stored blocks the stage reads, and that no rank may drop meanwhile
  bool isBarrier = false;      ///< its tasks run at once, each on a rank of its own, and none moves
  std::optional<Moves> moves;  ///< if set, other ranks can run its tasks as well: none reads a block
  std::optional<ShuffleDescription> shuffle;  ///< if set, the tasks write its map side instead of running an action
  std::string operation;                      ///< "count at pi.cpp:42", for a rank's own error messages

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& rdd& action& actionParameters& treeScale& partitionCount& partitions& rddPartitions& placementPartitions&
        ranks& transfers& read& isBarrier& moves& shuffle& operation;
  }

  std::size_t size() const { return partitionCount; }
  std::size_t allPartitions() const { return rddPartitions.value_or(partitionCount); }
  std::size_t partitionAt(std::size_t position) const { return partitions.empty() ? position : partitions[position]; }
};

}  // namespace seltzer::detail
