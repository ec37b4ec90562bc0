#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include <seltzer/task_context.hpp>

namespace seltzer::detail {

/// The stage and the rank of a running task, as its TaskContext asks for them.
class TaskHost {
 public:
  /// Long tasks call it now and then.
  virtual void update() = 0;

  virtual std::uint64_t stageId() const = 0;
  virtual std::size_t stageAttempt() const = 0;
  virtual std::size_t numPartitions() const = 0;

  /// Null if there is none of this key.
  virtual const std::string* localProperty(const std::string& key) const = 0;

  virtual int rank() const = 0;
  virtual int localRank() const = 0;
  virtual const std::string& host() const = 0;
  virtual const std::map<std::string, ResourceInformation>& resources() const = 0;

  /// Of the running attempt.
  virtual TaskMetrics metrics() const = 0;

 protected:
  ~TaskHost() = default;
};

}  // namespace seltzer::detail
