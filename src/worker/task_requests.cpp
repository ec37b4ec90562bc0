#include "worker/task_requests.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <seltzer/detail/data/wire/containers.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {
namespace {

constexpr PhaseClock::Nanoseconds betweenLooks = 100'000;

}  // namespace

TaskRequests::TaskRequests(Communicator& communicator, const std::vector<int>& members, std::minstd_rand& random,
                           Give give)
    : communicator_(communicator), random_(random), give_(std::move(give)) {
  const bool alone = members.size() == 1;  // no shared memory, or in tests: then every rank counts as a host
  std::map<std::string, std::vector<int>> byHost;
  for (int rank = 0; rank < communicator.size(); ++rank) {
    if (std::ranges::find(members, rank) != members.end()) continue;
    byHost[alone ? std::to_string(rank) : communicator.hostOf(rank)].push_back(rank);
  }
  for (auto& [host, ranks] : byHost) hosts_.push_back(std::move(ranks));
}

void TaskRequests::answer() {
  while (const auto request = communicator_.tryReceive(MessageTag::taskRequest)) {
    communicator_.post(toWire(give_()), request->first, MessageTag::taskAnswer);
  }
}

void TaskRequests::answerSometimes() {
  const PhaseClock::Nanoseconds now = PhaseClock::now();
  if (now < next_) return;
  next_ = now + betweenLooks;
  answer();
}

std::vector<std::size_t> TaskRequests::ask() {
  const PhaseScope idle(Phase::wait);
  std::ranges::shuffle(hosts_, random_);
  for (const std::vector<int>& ranks : hosts_) {
    const int asked = ranks[random_() % ranks.size()];
    communicator_.post({}, asked, MessageTag::taskRequest);
    std::vector<std::size_t> positions = receive();
    if (!positions.empty()) return positions;
  }
  return {};
}

std::vector<std::size_t> TaskRequests::receive() {
  for (;;) {
    if (const auto message = communicator_.tryReceive(MessageTag::taskAnswer)) {  // there is one question at a time
      return fromWire<std::vector<std::size_t>>(message->second);
    }
    answer();
  }
}

void TaskRequests::finish() {
  const PhaseScope idle(Phase::wait);
  communicator_.barrierPolling([this] { answer(); });
}

}  // namespace seltzer::detail
