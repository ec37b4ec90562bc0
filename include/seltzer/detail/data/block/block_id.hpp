#pragma once

#include <cstdint>
#include <optional>

namespace seltzer::detail {

/// The number of an RDD or a shuffle, assigned by the driver in order of creation: a parent's is smaller than its
/// children's.
using RDDId = std::uint64_t;

/// Identifies a partition of an RDD.
struct BlockId {
  RDDId rdd = 0;
  std::uint64_t partition = 0;
  friend bool operator==(const BlockId&, const BlockId&) = default;
};

/// While this exists, memory is requested on behalf of a partition of an RDD, and no other partition of that RDD is
/// evicted to make room.
class StoringScope {
 public:
  explicit StoringScope(RDDId rdd);
  ~StoringScope();
  StoringScope(const StoringScope&) = delete;
  StoringScope& operator=(const StoringScope&) = delete;

  /// The RDD of the innermost scope.
  static std::optional<RDDId>& current();

 private:
  std::optional<RDDId> before_;
};

}  // namespace seltzer::detail
