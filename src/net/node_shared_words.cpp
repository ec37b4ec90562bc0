#include "net/node_shared_words.hpp"

#include "net/mpi_check.hpp"
#include "net/node_window.hpp"

namespace seltzer::detail {

struct NodeSharedWords::State {
  NodeWindow window;
};

NodeSharedWords::NodeSharedWords(Communicator& communicator, bool alone)
    : state_(std::make_unique<State>()), ranks_{communicator.rank()} {
  static_assert(alignof(Line) == NodeWindow::alignment);
  CommunicatorState& state = communicator.state();
  const NodeGroup& node = nodeGroup(state);
  const auto size = static_cast<std::size_t>(node.size);
  if (alone || size < 2) return;
  NodeWindow& window = state_->window;
  if (!window.allocate(state, size * sizeof(Line), NodeSharing::ifPossible, "tasks do not move between them")) return;
  lines_ = reinterpret_cast<Line*>(window.data());
  if (node.rank == 0) std::uninitialized_default_construct_n(lines_, size);
  window.publish(state);
  ranks_.resize(size);
  check(MPI_Allgather(&state.rank, 1, MPI_INT, ranks_.data(), 1, MPI_INT, node.ranks), "MPI_Allgather");
}

NodeSharedWords::~NodeSharedWords() = default;

void NodeSharedWords::free() {
  state_->window.free();
  lines_ = &own_;
}

}  // namespace seltzer::detail
