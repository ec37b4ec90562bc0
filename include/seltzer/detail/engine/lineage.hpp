#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/data/block/block_store.hpp>
#include <seltzer/detail/engine/dependency.hpp>
#include <seltzer/detail/engine/placement.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/partitioner.hpp>
#include <seltzer/storage_level.hpp>

namespace seltzer::detail {

/// The elements of a `parallelize`, in wire form, kept by the driver: what it once scattered it can scatter again.
struct SourceData {
  std::shared_ptr<const Bytes> bytes;
  std::vector<std::size_t> offsets;  ///< of partition i: from offsets[i] up to offsets[i + 1]
  std::vector<std::size_t> records;  ///< of partition i
};

class Lineage;
class OperatorBase;

/// All lineage that the driver has.
struct LineageTable {
  /// RDDs whose shuffle's outputs lie on the ranks.
  std::map<RDDId, const Lineage*> shuffled;

  /// Ids of RDDs and shuffles that the driver dropped; the ranks drop theirs with the next command.
  std::vector<RDDId> released;
};

/// One RDD as the driver knows it: what it is computed from and how, no data and no element type.
class Lineage : public std::enable_shared_from_this<Lineage> {
 public:
  using Dependencies = std::vector<std::unique_ptr<Dependency>>;

  Lineage(RDDId number, std::shared_ptr<LineageTable> table);
  Lineage(const Lineage&) = delete;
  Lineage& operator=(const Lineage&) = delete;

  /// Drops ancestors that nothing else holds, one after the other: a long lineage does not recurse.
  ~Lineage();

  const RDDId id;
  std::string_view operation;  ///< as the user called it: "map"
  std::string_view kind;       ///< the operator: "MappedRDD"
  CallSite where;
  TypeId type = 0;
  Bytes parameters;
  Dependencies dependencies;
  std::size_t partitions = 0;
  std::shared_ptr<const Placement> placement;
  std::shared_ptr<const Partitioner> partitioner;  ///< null where keys may stand anywhere
  std::shared_ptr<const SourceData> source;        ///< null but for `parallelize`
  StorageLevel level = StorageLevel::NONE;
  TypeId storage = 0;  ///< its StoredPartitions, where there is or was a level
  std::string name;

  /// Completes `parameters` by jobs of its own, before the first job on this RDD; empty for most.
  std::function<void(Lineage&)> prepare;

  /// Takes from its operator on rank 0 what its shuffle decided, each time that one has run; empty for most.
  std::function<void(const OperatorBase&)> decided;

  /// Its shuffle, or null.
  const ShuffleDependency* shuffle() const;

  /// Whether the ranks know this RDD.
  bool sent() const { return sent_; }
  void setSent();

  /// Whether anyone but the lineage of sent RDDs holds this: a handle of the user's, or an RDD that no job was run on.
  bool held() const { return weak_from_this().use_count() > sentDependents_; }

  /// The sent RDDs that have this as a parent, by id.
  const std::map<RDDId, const Lineage*>& children() const { return children_; }

 private:
  void dropParents(std::vector<std::shared_ptr<Lineage>>& dropped);

  std::shared_ptr<LineageTable> table_;
  bool sent_ = false;
  long sentDependents_ = 0;  // dependencies of `children_` whose parent this is
  std::map<RDDId, const Lineage*> children_;
};

/// Spark's layout: an RDD a line, "(P) Kind[id] at operation at file:line [storage level]", the parents below. An
/// RDD that several others need stands below each of them; after 100,000 lines it ends with "...".
std::string debugString(const Lineage& lineage);

}  // namespace seltzer::detail
