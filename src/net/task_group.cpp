#include "net/task_group.hpp"

#include <algorithm>
#include <cstring>
#include <list>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"
#include "net/user_communicator.hpp"

namespace seltzer::detail {
namespace {

using Clock = std::chrono::steady_clock;

/// More of an error's text than this does not reach other tasks; the driver gets all of it.
constexpr std::size_t mostText = 900;

const char* nameOf(TaskGroup::Operation operation) {
  constexpr std::array<const char*, 3> names = {"barrier", "allGather", "communicator"};
  return names[static_cast<std::size_t>(operation)];
}

void append(Bytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Buffers of requests that were never completed.
void keepBuffers(std::shared_ptr<const void> buffers) {
  static auto* const kept = new std::list<std::shared_ptr<const void>>;  // never destroyed: MPI may write later
  if (buffers) kept->push_back(std::move(buffers));
}

}  // namespace

TaskGroup::TaskGroup(Communicator& communicator, std::vector<int> ranks, std::size_t me, std::uint64_t attempt,
                     std::chrono::seconds limit)
    : communicator_(communicator),
      ranks_(std::move(ranks)),
      me_(me),
      attempt_(attempt),
      limit_(limit),
      hasEnded_(ranks_.size(), false) {
  hasEnded_[me_] = true;
}

TaskGroup::~TaskGroup() = default;

void TaskGroup::barrier() {
  synchronize(Operation::barrier, {});
}

std::vector<std::string> TaskGroup::allGather(std::string_view message) {
  // The messages of a part of the tree: for each the task and the length, then the text.
  std::array<std::uint64_t, 2> head = {me_, message.size()};
  Bytes payload;
  append(payload, std::as_bytes(std::span(head)));
  append(payload, std::as_bytes(std::span(message)));
  const Bytes all = synchronize(Operation::allGather, std::move(payload));
  std::vector<std::string> messages(ranks_.size());
  for (ByteView rest(all); !rest.empty();) {
    std::memcpy(head.data(), rest.data(), sizeof head);
    rest = rest.subspan(sizeof head);
    messages.at(head[0]).assign(reinterpret_cast<const char*>(rest.data()), head[1]);
    rest = rest.subspan(head[1]);
  }
  return messages;
}

/// Steps: 1. wait for the children, 2. pass on to the parent and wait for its answer, 3. answer the children. Returns
/// the payloads of all tasks.
Bytes TaskGroup::synchronize(Operation operation, Bytes payload) {
  for (std::size_t i = 0; i < arrivals_.size() && isTogether(child(i)); ++i) {
    for (;;) {
      receive();
      throwIfFailed(nameOf(operation));
      if (arrivals_[i]) break;
      if (childLeft_[i]) throwLeft(operation, child(i));
    }
    const Arrival arrival = *std::exchange(arrivals_[i], std::nullopt);
    if (arrival.operation != operation) {
      throw std::logic_error(
          fmt::format("{}: the task of partition {} called {} instead: the tasks of a barrier stage must call barrier, "
                      "allGather and communicator in the same order",
                      nameOf(operation), child(i), nameOf(arrival.operation)));
    }
    append(payload, arrival.payload);
  }
  if (me_ > 0) {
    post(parent(), Kind::arrive, operation, payload);
    for (;;) {
      receive();
      throwIfFailed(nameOf(operation));
      if (release_) break;
      if (parentLeft_) throwLeft(operation, parent());
    }
    payload = *std::exchange(release_, std::nullopt);
  }
  const Bytes answer = messageOf(Kind::release, operation, payload);
  for (std::size_t i = 0; i < arrivals_.size() && isTogether(child(i)); ++i) {
    communicator_.send(answer, ranks_[child(i)], MessageTag::barrier);  // the child polls for it
  }
  return payload;
}

void TaskGroup::throwLeft(Operation operation, std::size_t task) const {
  throw std::logic_error(fmt::format(
      "{}: the task of partition {} ended without calling it: the tasks of a barrier stage must call barrier, "
      "allGather and communicator equally often",
      nameOf(operation), task));
}

void TaskGroup::throwIfFailed(const char* operation) const {
  if (failedAt_) throw std::runtime_error(fmt::format("{}: this task has failed: {}", operation, what_));
  if (failures_.empty()) return;
  const Failure& first = failures_.front();
  throw std::runtime_error(fmt::format("{}: the task of partition {} failed: {}", operation, first.task, first.what));
}

void TaskGroup::copyCommunicator(void* into) {
  if (!user_) {
    synchronize(Operation::communicator, {});  // none of them can fail before all are in the call below
    user_ = std::make_unique<UserCommunicator>(communicator_.state().comm, ranks_);
  }
  const MPI_Comm comm = user_->get();
  std::memcpy(into, &comm, sizeof comm);
}

void TaskGroup::wait(void* request, std::shared_ptr<const void> buffers) {
  for (int done = 0;;) {
    try {
      const int code = MPI_Test(static_cast<MPI_Request*>(request), &done, MPI_STATUS_IGNORE);
      if (code != MPI_SUCCESS) throw std::runtime_error("wait: the MPI operation failed: " + mpiErrorText(code));
      if (done != 0) return;
      receive();
      throwIfFailed("wait");
    } catch (...) {
      keepBuffers(std::move(buffers));
      throw;
    }
  }
}

void TaskGroup::requireNoMpiError() const {
  if (user_ && !user_->error().empty()) {
    throw std::runtime_error("an MPI call with communicator() failed: " + user_->error());
  }
}

void TaskGroup::fail(std::string_view what) {
  receive();
  if (failedAt_ || !failures_.empty()) return;
  failedAt_ = Clock::now();
  what_ = what;
  const std::string_view shown = what.substr(0, mostText);
  for (std::size_t task = 0; task < ranks_.size(); ++task) {
    if (task != me_) post(task, Kind::failed, Operation::barrier, std::as_bytes(std::span(shown)));
  }
}

void TaskGroup::end() {
  ended_ = true;
  for (const Failure& failure : failures_) post(failure.task, Kind::ended, Operation::barrier, {});
  if (failedAt_ || !failures_.empty()) return;
  for (std::size_t i = 0; i < arrivals_.size(); ++i) {
    if (arrivals_[i]) post(child(i), Kind::left, Operation::barrier, {});
  }
  if (me_ > 0) post(parent(), Kind::left, Operation::barrier, {});
}

void TaskGroup::answer() {
  receive();
  if (!failedAt_ || !user_ || limit_.count() == 0) return;
  // The first of several that failed has all their reasons to wait, and ends the program first.
  const bool isFirst = std::ranges::all_of(failures_, [this](const Failure& other) { return other.task > me_; });
  if (Clock::now() - *failedAt_ < limit_ + std::chrono::seconds(isFirst ? 0 : 5)) return;
  const std::string running = tasksThatRun();
  if (running.empty()) return;
  communicator_.abort(
      exitTask, fmt::format("{}: the task of partition {} failed: {}; {} s later these have not ended: {}. MPI calls "
                            "with communicator() cannot be interrupted: use requests and BarrierTaskContext::wait; "
                            "the limit is --seltzer-rank-timeout",
                            communicator_.activity(), me_, what_, limit_.count(), running));
}

std::string TaskGroup::tasksThatRun() const {
  std::string tasks;
  for (std::size_t task = 0; task < ranks_.size(); ++task) {
    if (hasEnded_[task]) continue;
    tasks += fmt::format("{}partition {} on rank {} ({})", tasks.empty() ? "" : ", ", task, ranks_[task], hostOf(task));
  }
  return tasks;
}

void TaskGroup::close(bool succeeded) {
  // Receives nothing: others may have begun the next attempt, whose messages are not for this one.
  if (user_ && succeeded) user_->free();
}

Bytes TaskGroup::messageOf(Kind kind, Operation operation, ByteView payload) const {
  const Head head{attempt_, me_, kind, operation};
  Bytes message;
  message.reserve(sizeof head + payload.size());
  append(message, std::as_bytes(std::span(&head, 1)));
  append(message, payload);
  return message;
}

void TaskGroup::post(std::size_t task, Kind kind, Operation operation, ByteView payload) {
  communicator_.post(messageOf(kind, operation, payload), ranks_[task], MessageTag::barrier);
}

void TaskGroup::receive() {
  while (const auto message = communicator_.tryReceive(MessageTag::barrier)) handle(message->second);
}

void TaskGroup::handle(ByteView message) {
  Head head{};
  std::memcpy(&head, message.data(), sizeof head);
  if (head.attempt != attempt_) return;
  const ByteView payload = message.subspan(sizeof head);
  const bool isChild = head.sender > me_;
  const std::size_t index = isChild ? head.sender - child(0) : 0;
  switch (head.kind) {
    case Kind::arrive:
      if (ended_) {
        post(head.sender, Kind::left, Operation::barrier, {});
      } else {
        arrivals_.at(index) = Arrival{head.operation, Bytes(payload.begin(), payload.end())};
      }
      break;
    case Kind::release:
      release_ = Bytes(payload.begin(), payload.end());
      break;
    case Kind::failed:
      failures_.push_back({head.sender, std::string(reinterpret_cast<const char*>(payload.data()), payload.size())});
      if (ended_) post(head.sender, Kind::ended, Operation::barrier, {});
      break;
    case Kind::ended:
      hasEnded_[head.sender] = true;
      break;
    case Kind::left:
      (isChild ? childLeft_.at(index) : parentLeft_) = true;
      break;
  }
}

}  // namespace seltzer::detail
