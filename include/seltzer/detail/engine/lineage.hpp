#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/data/block/block_id.hpp>
#include <seltzer/detail/engine/dependency.hpp>
#include <seltzer/detail/engine/placement.hpp>
#include <seltzer/detail/engine/source_data.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/partitioner.hpp>
#include <seltzer/storage_level.hpp>

namespace seltzer::detail {

class Lineage;
class OperatorBase;

/// What all lineage of a driver shares.
struct LineageTable {
  /// RDDs whose shuffle outputs are stored on the ranks.
  std::map<RDDId, const Lineage*> shuffled;

  /// Ids of RDDs and shuffles that the driver dropped; the ranks follow with the next command.
  std::vector<RDDId> released;

  /// Broadcast values of RDDs that the driver dropped, likewise.
  std::vector<std::uint32_t> releasedBroadcasts;

  /// How many RDDs are marked for a checkpoint that is not written yet.
  std::size_t marked = 0;
};

/// The directory of a checkpoint. Removed with the last RDD that reads it, if a later checkpoint has taken its place.
struct CheckpointFiles {
  explicit CheckpointFiles(std::string directory) : path(std::move(directory)) {}
  CheckpointFiles(const CheckpointFiles&) = delete;
  CheckpointFiles& operator=(const CheckpointFiles&) = delete;
  ~CheckpointFiles();

  std::string path;
  bool isSuperseded = false;
};

/// An RDD as the driver knows it: how it is computed and from what, without data or element type.
class Lineage : public std::enable_shared_from_this<Lineage> {
 public:
  using Dependencies = std::vector<UniquePointer<Dependency>>;

  Lineage(RDDId number, std::shared_ptr<LineageTable> table);
  Lineage(const Lineage&) = delete;
  Lineage& operator=(const Lineage&) = delete;

  /// Drops ancestors that nothing else holds, iteratively: a long lineage must not recurse.
  ~Lineage();

  const RDDId id;
  std::string_view operation;  ///< that the user called, such as "map"
  std::string_view kind;       ///< of the operator, such as "MappedRDD"
  CallSite where;
  TypeId type = 0;
  Bytes parameters;
  Dependencies dependencies;
  std::size_t partitions = 0;
  std::shared_ptr<const Placement> placement;
  std::shared_ptr<const Partitioner> partitioner;  ///< null if keys may be anywhere
  std::shared_ptr<const SourceData> source;        ///< null except for `parallelize`
  std::vector<std::uint64_t> inputBytes;           ///< by partition, of files of unequal size; empty: alike or unknown
  StorageLevel level = StorageLevel::NONE;
  TypeId storage = 0;  ///< of what runs a partition, StoredPartitions or WrittenPartitions, with a level or a folder
  std::string checkpointFolder;  ///< without a level: where jobs write the partitions that they compute; empty: nowhere
  std::shared_ptr<CheckpointFiles> checkpoint;  ///< what it reads, if it was checkpointed to files
  bool isBarrier = false;          ///< all its partitions are computed at once, by tasks that may wait for each other
  bool isLocalCheckpoint = false;  ///< its elements are its stored partitions and nowhere else
  std::optional<std::uint32_t> broadcast;  ///< a value that this RDD alone reads
  std::string name;

  /// Completes `parameters` before the first job on this RDD, by running other jobs; usually empty.
  std::function<void(Lineage&)> prepare;

  /// Called after each run of its shuffle, with its operator on rank 0, for what that decided; usually empty.
  std::function<void(const OperatorBase&)> decided;

  using WriteCheckpoint = std::function<void(const std::shared_ptr<Lineage>&)>;

  /// Has `write` called after the next job that computes this RDD.
  void mark(WriteCheckpoint write);
  bool isMarked() const { return write_ != nullptr; }
  /// No longer marked afterwards.
  WriteCheckpoint takeMark();

  /// Drops what it is computed from, but for the partitioner; the ranks release its shuffle.
  void forgetParents();

  /// Its shuffle, or null.
  const ShuffleDependency* shuffle() const;

  /// Whether the ranks know this RDD.
  bool sent() const { return sent_; }
  void setSent();

  /// Whether anything but the lineage of sent RDDs holds this: a handle of the user, or an RDD without a job so far.
  bool held() const;

  /// The sent RDDs that have this as a parent, by id.
  const std::map<RDDId, const Lineage*>& children() const { return children_; }

 private:
  void dropParents(std::vector<std::shared_ptr<Lineage>>& dropped);
  void dropAncestors();

  std::shared_ptr<LineageTable> table_;
  WriteCheckpoint write_;
  bool sent_ = false;
  long sentDependents_ = 0;  // dependencies of `children_` whose parent this is
  std::map<RDDId, const Lineage*> children_;
};

/// An owner of lineage whose copies and destruction, which programs have many of, are compiled once.
class LineagePointer : public std::shared_ptr<Lineage> {
 public:
  LineagePointer() = default;
  LineagePointer(std::shared_ptr<Lineage> lineage);
  LineagePointer(const LineagePointer& other);
  LineagePointer(LineagePointer&& other) noexcept;
  LineagePointer& operator=(const LineagePointer& other);
  LineagePointer& operator=(LineagePointer&& other) noexcept;
  ~LineagePointer();
};

/// Spark's layout: one RDD a line, "(P) Kind[id] at operation at file:line [storage level]", its parents below. A
/// shared parent appears below each of its children; after 100,000 lines the text ends with "...".
std::string debugString(const Lineage& lineage);

}  // namespace seltzer::detail
