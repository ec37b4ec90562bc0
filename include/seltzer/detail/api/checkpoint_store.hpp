#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/engine/lineage.hpp>
#include <seltzer/detail/files/checkpoint.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// The checkpoints of a program, in the directory that the user set: `<name>/<number>` for those with a name, of which
/// the highest complete number counts, and `<application>/rdd-<id>` for the others. What is found of an earlier run
/// must have been written by the same program.
class CheckpointStore {
 public:
  CheckpointStore(ProgramTag program, std::string application);
  ~CheckpointStore();

  /// Creates the directory unless it exists. Throws UsageError or OutputError.
  void setDirectory(const std::string& path, const CallSite& where);
  const std::optional<std::string>& directory() const { return directory_; }

  /// Throws std::logic_error unless there is a directory.
  void requireDirectory(std::string_view operation, const CallSite& where) const;

  /// A new path for the checkpoint of an RDD without a name.
  std::string newPath(RDDId rdd) const;

  /// Removes what is at such a path.
  static void clear(const std::string& path);

  /// A checkpoint of this name that an earlier run has completed, at the first call with this name; else nothing.
  /// Throws UsageError if it is of another program or of other element types, or damaged.
  struct Found {
    std::shared_ptr<CheckpointFiles> files;
    CheckpointManifest manifest;
  };
  std::optional<Found> restore(const std::string& name, const std::vector<ObjectTypeTag>& types, const CallSite& where);

  /// A new path for the checkpoint of a name; what earlier runs left unfinished is removed.
  std::string newPath(const std::string& name, const CallSite& where);

  /// Completes a checkpoint whose parts are written, with the values to remember. The one before of that name is
  /// removed once no RDD reads it.
  std::shared_ptr<CheckpointFiles> complete(const std::string& path, std::vector<CheckpointedRDD> rdds,
                                            const CallSite& where, const std::string& name = {});

  /// The value of this name in the newest checkpoint of an earlier run, or null. Throws UsageError if its type is not
  /// `type`.
  const RememberedValue* remembered(const std::string& name, const ObjectTypeTag& type, const CallSite& where);

  /// Has every checkpoint with a name hold `value()`.
  void remember(const std::string& name, const ObjectTypeTag& type, std::function<Bytes()> value);

  /// Whether a checkpoint or a value of an earlier run was used.
  bool restored() const { return restored_; }
  void setRestored() { restored_ = true; }

 private:
  struct Known;

  void readOnce(std::string_view operation, const CallSite& where);
  std::shared_ptr<CheckpointFiles> filesAt(const std::string& path);
  void removeOthers(const std::string& name, const std::string& path, const CallSite& where);
  std::string pathOf(const std::string& name) const;
  [[noreturn]] static void refuse(std::string_view operation, const CallSite& where, const std::string& path,
                                  const std::string& why);

  ProgramTag program_;
  std::string application_;
  std::optional<std::string> directory_;
  bool isRead_ = false;
  bool restored_ = false;
  std::uint64_t sequence_ = 0;  // of the newest checkpoint
  UniquePointer<Known> known_;
};

}  // namespace seltzer::detail
