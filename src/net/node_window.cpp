#include "net/node_window.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <sys/statvfs.h>
#include <unistd.h>

#include "net/mpi_check.hpp"

namespace seltzer::detail {
namespace {

constexpr const char* sharedMemoryPath = "/dev/shm";

std::byte* alignUp(void* address) {
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  return static_cast<std::byte*>(address) +
         (NodeWindow::alignment - value % NodeWindow::alignment) % NodeWindow::alignment;
}

/// How many bytes the node's shared memory lacks for a window of `size`. Checked beforehand, since touching pages of a
/// full file system raises SIGBUS. If the file system does not exist, MPI keeps its windows elsewhere.
std::uint64_t lackingSharedMemory(std::uint64_t size, int ranks, NodeSharing sharing) {
  constexpr std::uint64_t bookkeeping = 64 << 10;
  constexpr std::uint64_t bookkeepingOfRank = 8 << 10;
  struct statvfs info;
  if (statvfs(sharedMemoryPath, &info) != 0) return 0;
  const std::uint64_t room = std::uint64_t{info.f_bavail} * info.f_frsize;
  const std::uint64_t needed = size + bookkeeping + bookkeepingOfRank * static_cast<std::uint64_t>(ranks);
  if (sharing == NodeSharing::asIfFull) return needed;
  return needed > room ? needed - room : 0;
}

/// Prints a warning on the calling rank, once per communicator.
void warnOnce(CommunicatorState& state, std::uint64_t size, std::string_view consequence, const std::string& why) {
  if (std::exchange(state.node.warned, true)) return;
  const std::string line = "[rank " + std::to_string(state.rank) + ", " +
                           state.hosts[static_cast<std::size_t>(state.rank)] + "] warning: " + std::to_string(size) +
                           " bytes cannot be shared by the " + std::to_string(state.node.size) +
                           " ranks of this node, " + std::string(consequence) + ": " + why + "\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

/// The node's first rank checks for room and tells the others. **Collective** over the node.
bool hasRoom(CommunicatorState& s, std::uint64_t bytes, NodeSharing sharing, std::string_view consequence) {
  std::uint64_t lacking = s.node.rank == 0 ? lackingSharedMemory(bytes, s.node.size, sharing) : 0;
  check(MPI_Bcast(&lacking, 1, MPI_UINT64_T, 0, s.node.ranks), "MPI_Bcast");
  if (lacking != 0 && s.node.rank == 0) {
    warnOnce(s, bytes, consequence, std::string(sharedMemoryPath) + " lacks " + std::to_string(lacking) + " bytes");
  }
  return lacking == 0;
}

}  // namespace

bool NodeWindow::allocate(CommunicatorState& state, std::uint64_t bytes, NodeSharing sharing,
                          std::string_view consequence) {
  const NodeGroup& node = nodeGroup(state);
  if (!hasRoom(state, bytes, sharing, consequence)) return false;
  void* base = nullptr;
  const MPI_Aint length = node.rank == 0 ? static_cast<MPI_Aint>(bytes + alignment) : 0;
  const int code = MPI_Win_allocate_shared(length, 1, MPI_INFO_NULL, node.ranks, &base, &window_);
  int allocated = code == MPI_SUCCESS ? 1 : 0;
  check(MPI_Allreduce(MPI_IN_PLACE, &allocated, 1, MPI_INT, MPI_MIN, node.ranks), "MPI_Allreduce");
  if (allocated == 0) {
    window_ = MPI_WIN_NULL;
    if (node.rank == 0) warnOnce(state, bytes, consequence, "MPI_Win_allocate_shared failed");
    return false;
  }
  check(MPI_Win_set_errhandler(window_, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
  MPI_Aint queried = 0;
  int unit = 0;
  check(MPI_Win_shared_query(window_, 0, &queried, &unit, &base), "MPI_Win_shared_query");
  check(MPI_Win_lock_all(MPI_MODE_NOCHECK, window_), "MPI_Win_lock_all");
  data_ = alignUp(base);
  return true;
}

void NodeWindow::publish(const CommunicatorState& state) {
  if (!isAllocated()) return;
  check(MPI_Win_sync(window_), "MPI_Win_sync");
  check(MPI_Barrier(state.node.ranks), "MPI_Barrier");
  check(MPI_Win_sync(window_), "MPI_Win_sync");
}

void NodeWindow::free() {
  if (!isAllocated()) return;
  check(MPI_Win_unlock_all(window_), "MPI_Win_unlock_all");
  check(MPI_Win_free(&window_), "MPI_Win_free");
  window_ = MPI_WIN_NULL;
  data_ = nullptr;
}

}  // namespace seltzer::detail
