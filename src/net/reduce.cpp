#include <algorithm>
#include <exception>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

namespace {

/// How often rank 0 tests for the end of a reduction before it polls.
constexpr int testsPerPoll = 1000;

/// The current reduction: MPI's callback takes no user argument. Only one thread reduces, one value at a time.
struct ActiveMerge {
  Merge merge{MergeFunction{nullptr}};
  std::size_t size = 0;
};
ActiveMerge activeMerge;

extern "C" void seltzerMergeCallback(void* from, void* into, int* count, MPI_Datatype*) {
  auto* target = static_cast<std::byte*>(into);
  const auto* source = static_cast<const std::byte*>(from);
  for (int i = 0; i < *count; ++i, target += activeMerge.size, source += activeMerge.size) {
    activeMerge.merge(target, source);
  }
}

/// The MPI type of one value, cached by size.
MPI_Datatype elementType(CommunicatorState& state, std::size_t size) {
  for (const auto& [known, type] : state.elementTypes) {
    if (known == size) return type;
  }
  MPI_Datatype type = MPI_DATATYPE_NULL;
  check(MPI_Type_contiguous(static_cast<int>(size), MPI_BYTE, &type), "MPI_Type_contiguous");
  check(MPI_Type_commit(&type), "MPI_Type_commit");
  state.elementTypes.emplace_back(size, type);
  return type;
}

MPI_Op activate(CommunicatorState& state, Merge merge, std::size_t size) {
  activeMerge = {merge, size};
  if (state.mergeOp == MPI_OP_NULL) check(MPI_Op_create(&seltzerMergeCallback, 1, &state.mergeOp), "MPI_Op_create");
  return state.mergeOp;
}

void countReduce(CommunicatorState& state, std::size_t bytes, bool toAll) {
  if (toAll || state.rank != 0) state.traffic.reduce.addSent(bytes);
  if (toAll || state.rank == 0) state.traffic.reduce.addReceived(bytes);
}

/// Calls `complete` until it is true and `poll`, if any, from time to time. If `poll` throws it is not called again,
/// and its exception is returned.
template <class Complete>
std::exception_ptr waitPolling(Complete complete, const std::function<void()>& poll) {
  std::exception_ptr failure;
  for (int tests = 1; !complete(); ++tests) {
    if (tests < testsPerPoll) continue;
    tests = 0;
    try {
      if (poll && !failure) poll();
    } catch (...) {
      failure = std::current_exception();
    }
  }
  return failure;
}

/// For a value too long for one message: rank 0 merges the ranks' values in turn. Returns what `poll` threw.
std::exception_ptr reduceLong(CommunicatorState& state, std::span<std::byte> value, Merge merge,
                              const std::function<void()>& poll) {
  Transfers transfers(state.comm, state.messageLimit);
  if (state.rank != 0) {
    transfers.send(value, 0, reduceTag);
    transfers.waitAll();
    return nullptr;
  }
  Bytes other;
  allocateForReceive(state, other, value.size(), "reduce");
  KeptOnError kept(other);
  std::exception_ptr failure;
  for (int source = 1; source < state.size; ++source) {
    transfers.receive(other, source, reduceTag);
    const auto thrown = waitPolling([&] { return transfers.testAll(); }, failure ? nullptr : poll);
    if (!failure) failure = thrown;
    merge(value.data(), other.data());
  }
  return failure;
}

/// One MPI_Ireduce, on a copy of the value. Returns what `poll` threw.
std::exception_ptr reduceShortPolling(CommunicatorState& state, std::span<std::byte> value, Merge merge,
                                      const std::function<void()>& poll) {
  const MPI_Op op = activate(state, merge, value.size());
  const MPI_Datatype type = elementType(state, value.size());
  Bytes buffer(value.begin(), value.end());
  KeptOnError kept(buffer);
  MPI_Request request = MPI_REQUEST_NULL;
  const void* from = state.rank == 0 ? MPI_IN_PLACE : buffer.data();
  check(MPI_Ireduce(from, buffer.data(), 1, type, op, 0, state.comm, &request), "MPI_Ireduce");
  if (state.rank != 0) {
    check(MPI_Wait(&request, MPI_STATUS_IGNORE), "MPI_Wait");
    return nullptr;
  }
  const auto complete = [&] {
    int done = 0;
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    return done != 0;
  };
  auto failure = waitPolling(complete, poll);
  std::copy(buffer.begin(), buffer.end(), value.begin());
  return failure;
}

bool fitsOneMessage(const CommunicatorState& state, std::size_t bytes) {
  return bytes == pieceLength(bytes, state.messageLimit);
}

template <class T>
MPI_Datatype numberType() {
  if constexpr (std::is_same_v<T, double>) return MPI_DOUBLE;
  if constexpr (std::is_same_v<T, std::int64_t>) return MPI_INT64_T;
  if constexpr (std::is_same_v<T, std::uint64_t>) return MPI_UINT64_T;
  if constexpr (std::is_same_v<T, ValueAtRank>) return MPI_DOUBLE_INT;
}

template <class T>
void reduceNumbers(CommunicatorState& state, std::span<T> values, MPI_Op op) {
  refuseForkedCopy();
  if (state.size == 1) return;
  countReduce(state, values.size_bytes(), false);
  while (!values.empty()) {
    const std::size_t piece = pieceLength(values.size_bytes(), state.messageLimit) / sizeof(T);
    const std::size_t count = std::min(values.size(), piece);
    const void* from = state.rank == 0 ? MPI_IN_PLACE : static_cast<const void*>(values.data());
    check(MPI_Reduce(from, values.data(), static_cast<int>(count), numberType<T>(), op, 0, state.comm), "MPI_Reduce");
    values = values.subspan(count);
  }
}

}  // namespace

void Communicator::reduceErased(std::span<std::byte> value, Merge merge) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  if (s.size == 1 || value.empty()) return;
  countReduce(s, value.size(), false);
  if (!fitsOneMessage(s, value.size())) {
    reduceLong(s, value, merge, nullptr);
    return;
  }
  const MPI_Op op = activate(s, merge, value.size());
  const void* from = s.rank == 0 ? MPI_IN_PLACE : value.data();
  check(MPI_Reduce(from, value.data(), 1, elementType(s, value.size()), op, 0, s.comm), "MPI_Reduce");
}

void Communicator::allReduceErased(std::span<std::byte> value, Merge merge) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  if (s.size == 1 || value.empty()) return;
  countReduce(s, value.size(), true);
  if (!fitsOneMessage(s, value.size())) {
    reduceLong(s, value, merge, nullptr);
    return broadcastPieces(value, 0, s.comm, s.messageLimit);
  }
  const MPI_Op op = activate(s, merge, value.size());
  check(MPI_Allreduce(MPI_IN_PLACE, value.data(), 1, elementType(s, value.size()), op, s.comm), "MPI_Allreduce");
}

void Communicator::reducePollingErased(std::span<std::byte> value, Merge merge, const std::function<void()>& poll) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  if (s.size == 1 || value.empty()) return;
  countReduce(s, value.size(), false);
  const bool isShort = fitsOneMessage(s, value.size());
  const auto failure = isShort ? reduceShortPolling(s, value, merge, poll) : reduceLong(s, value, merge, poll);
  if (failure) std::rethrow_exception(failure);
}

template <ReducibleNumber T>
void Communicator::reduceSum(std::span<T> values) {
  reduceNumbers(*state_, values, MPI_SUM);
}

template <ReducibleNumber T>
void Communicator::reduceMin(std::span<T> values) {
  reduceNumbers(*state_, values, MPI_MIN);
}

template <ReducibleNumber T>
void Communicator::reduceMax(std::span<T> values) {
  reduceNumbers(*state_, values, MPI_MAX);
}

template void Communicator::reduceSum(std::span<double>);
template void Communicator::reduceSum(std::span<std::int64_t>);
template void Communicator::reduceSum(std::span<std::uint64_t>);
template void Communicator::reduceMin(std::span<double>);
template void Communicator::reduceMin(std::span<std::int64_t>);
template void Communicator::reduceMin(std::span<std::uint64_t>);
template void Communicator::reduceMax(std::span<double>);
template void Communicator::reduceMax(std::span<std::int64_t>);
template void Communicator::reduceMax(std::span<std::uint64_t>);

void Communicator::reduceMinAtRank(std::span<ValueAtRank> values) {
  reduceNumbers(*state_, values, MPI_MINLOC);
}

void Communicator::reduceMaxAtRank(std::span<ValueAtRank> values) {
  reduceNumbers(*state_, values, MPI_MAXLOC);
}

}  // namespace seltzer::detail
