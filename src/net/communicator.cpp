#include <algorithm>
#include <stdexcept>

#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

#include "net/communicator_state.hpp"
#include "net/forked_copy.hpp"
#include "net/host_name.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

namespace {

constexpr std::size_t hostNameLength = 72;
using HostName = std::array<char, hostNameLength>;

std::vector<std::string> gatherHosts(const CommunicatorState& state) {
  HostName mine{};
  const std::string host = hostName();
  std::copy_n(host.begin(), std::min(host.size(), mine.size() - 1), mine.begin());
  std::vector<HostName> all(static_cast<std::size_t>(state.size));
  const int length = static_cast<int>(hostNameLength);
  check(MPI_Allgather(mine.data(), length, MPI_CHAR, all.data(), length, MPI_CHAR, state.comm), "MPI_Allgather");
  std::vector<std::string> hosts;
  hosts.reserve(all.size());
  for (const HostName& name : all) hosts.emplace_back(name.data());
  return hosts;
}

}  // namespace

Communicator::Communicator() : state_(makeUnique<CommunicatorState>()) {
  if (!mpiIsRunning()) throw CommunicatorError("Communicator: MPI is not running, make an Environment first");
  CommunicatorState& s = *state_;
  for (auto& [comm, before] : s.handlers) {
    check(MPI_Comm_get_errhandler(comm, &before), "MPI_Comm_get_errhandler");
    check(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  }
  check(MPI_Comm_dup(MPI_COMM_WORLD, &s.comm), "MPI_Comm_dup");
  check(MPI_Comm_set_errhandler(s.comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check(MPI_Comm_rank(s.comm, &s.rank), "MPI_Comm_rank");
  check(MPI_Comm_size(s.comm, &s.size), "MPI_Comm_size");
  s.hosts = gatherHosts(s);
  noticeForks(s.rank, s.hosts.at(static_cast<std::size_t>(s.rank)));
}

Communicator::~Communicator() {
  CommunicatorState& s = *state_;
  for (OutgoingMessage& message : s.posted) {
    keepForever(std::move(message.head));
    keepForever(std::move(message.body));
  }
  if (!mpiIsRunning()) return;
  for (auto& [size, type] : s.elementTypes) MPI_Type_free(&type);
  if (s.mergeOp != MPI_OP_NULL) MPI_Op_free(&s.mergeOp);
  if (s.node.leaders != MPI_COMM_NULL) MPI_Comm_free(&s.node.leaders);
  if (s.node.ranks != MPI_COMM_NULL) MPI_Comm_free(&s.node.ranks);
  if (s.comm != MPI_COMM_NULL) MPI_Comm_free(&s.comm);
  for (auto& [comm, before] : s.handlers) {
    if (before == MPI_ERRHANDLER_NULL) continue;
    MPI_Comm_set_errhandler(comm, before);
    MPI_Errhandler_free(&before);
  }
}

int Communicator::rank() const {
  return state_->rank;
}

int Communicator::size() const {
  return state_->size;
}

const std::string& Communicator::host() const {
  return hostOf(state_->rank);
}

const std::string& Communicator::hostOf(int rank) const {
  return state_->hosts.at(static_cast<std::size_t>(rank));
}

const Traffic& Communicator::traffic() const {
  return state_->traffic;
}

void Communicator::setActivity(std::string_view activity) {
  state_->activity = activity;
}

std::string_view Communicator::activity() const {
  return state_->activity;
}

std::size_t Communicator::messageLimit() const {
  return state_->messageLimit;
}

void Communicator::setMessageLimit(std::size_t bytes) {
  if (bytes < smallestMessageLimit) {
    throw std::invalid_argument("the message limit must be at least " + std::to_string(smallestMessageLimit) +
                                " bytes, not " + std::to_string(bytes));
  }
  state_->messageLimit = bytes;
}

void Communicator::barrier() {
  refuseForkedCopy();
  if (state_->size > 1) check(MPI_Barrier(state_->comm), "MPI_Barrier");
}

void Communicator::barrierPolling(const std::function<void()>& poll) {
  refuseForkedCopy();
  if (state_->size == 1) return;
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibarrier(state_->comm, &request), "MPI_Ibarrier");
  for (int done = 0; done == 0;) {
    poll();
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
  }
}

NodeGroup& nodeGroup(CommunicatorState& state) {
  NodeGroup& node = state.node;
  if (node.ranks != MPI_COMM_NULL) return node;
  check(MPI_Comm_split_type(state.comm, MPI_COMM_TYPE_SHARED, state.rank, MPI_INFO_NULL, &node.ranks),
        "MPI_Comm_split_type");
  check(MPI_Comm_set_errhandler(node.ranks, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check(MPI_Comm_rank(node.ranks, &node.rank), "MPI_Comm_rank");
  check(MPI_Comm_size(node.ranks, &node.size), "MPI_Comm_size");
  check(MPI_Comm_split(state.comm, node.rank == 0 ? 0 : MPI_UNDEFINED, state.rank, &node.leaders), "MPI_Comm_split");
  if (node.leaders != MPI_COMM_NULL) {
    check(MPI_Comm_set_errhandler(node.leaders, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  }
  return node;
}

}  // namespace seltzer::detail
