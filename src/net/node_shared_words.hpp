#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// An atomic word for each rank of this node, in memory that they share. If the node has no shared memory, its first
/// rank says so on stderr, and every rank has but its own word.
class NodeSharedWords {
 public:
  /// **Collective.** All words are 0. The communicator must outlive them. `alone`: only the own word in any case.
  NodeSharedWords(Communicator& communicator, bool alone);
  /// Without a prior `free`, the memory stays until the program ends.
  ~NodeSharedWords();
  NodeSharedWords(const NodeSharedWords&) = delete;
  NodeSharedWords& operator=(const NodeSharedWords&) = delete;

  /// The ranks that have a word, ascending.
  const std::vector<int>& ranks() const { return ranks_; }

  /// The word of the i-th of them.
  std::atomic_ref<std::uint64_t> operator[](std::size_t i) const { return std::atomic_ref(lines_[i].word); }

  /// **Collective.** Frees the memory; the words must not be used any more.
  void free();

 private:
  struct alignas(64) Line {
    std::uint64_t word = 0;
  };
  struct State;

  std::unique_ptr<State> state_;
  Line own_;
  Line* lines_ = &own_;
  std::vector<int> ranks_;
};

}  // namespace seltzer::detail
