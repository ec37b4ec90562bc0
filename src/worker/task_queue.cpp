#include "worker/task_queue.hpp"

#include <algorithm>
#include <atomic>

#include <seltzer/detail/engine/partition_slice.hpp>

namespace seltzer::detail {
namespace {

/// What a word says.
struct Claim {
  static constexpr unsigned bits = 24;
  static constexpr std::uint64_t mask = (std::uint64_t{1} << bits) - 1;

  std::uint16_t stage = 0;
  std::uint64_t begin = 0;  ///< of the tasks that nobody has begun, among the rank's own
  std::uint64_t end = 0;

  static Claim of(std::uint64_t word) {
    return {static_cast<std::uint16_t>(word >> (2 * bits)), word >> bits & mask, word & mask};
  }
  std::uint64_t word() const { return std::uint64_t{stage} << (2 * bits) | begin << bits | end; }
  std::size_t left() const { return end - begin; }
};

static_assert(TaskClaims::mostTasks == Claim::mask);

/// How long after the begin of a stage a rank leaves the tasks of others alone.
constexpr PhaseClock::Nanoseconds patience = 200'000;

}  // namespace

int rankOf(const StageDescription& stage, std::size_t position, int ranks) {
  if (stage.placementPartitions == 0) return stage.ranks[position];
  return static_cast<int>(
      sliceBegin(stage.partitionAt(position), static_cast<std::size_t>(ranks), stage.placementPartitions));
}

TaskClaims::TaskClaims(Communicator& communicator, TaskMoves moves)
    : words_(communicator, moves == TaskMoves::byMessage),
      atRandom_(moves == TaskMoves::atRandom),
      random_(static_cast<unsigned>(communicator.rank()) + 1) {}

TaskQueue::TaskQueue(const StageDescription& stage, Communicator& communicator, TaskClaims* claims)
    : stage_(stage), ranks_(communicator.size()), claims_(claims), mine_(positionsOf(communicator.rank())) {
  if (claims_ == nullptr) return;
  const std::vector<int>& members = claims_->words_.ranks();
  me_ = static_cast<std::size_t>(std::ranges::find(members, communicator.rank()) - members.begin());
  ++claims_->stage_;
  begin_ = PhaseClock::steadyTime();
  if (stage.moves && stage.moves->betweenHosts)
    requests_.emplace(communicator, members, claims_->random_, [this] { return give(); });
}

TaskQueue::Positions TaskQueue::positionsOf(int rank) const {
  Positions positions;
  const auto add = [&](std::size_t position) {
    if (rankOf(stage_, position, ranks_) == rank) positions.push_back(position);
  };
  if (stage_.moves && !stage_.moves->order.empty()) {
    for (const std::uint64_t position : stage_.moves->order) add(position);
    return positions;
  }
  for (std::size_t position = 0; position < stage_.size(); ++position) add(position);
  // The last first: often these cost most, and a long one that begins late is what ranks wait for.
  if (stage_.moves) std::ranges::reverse(positions);
  return positions;
}

const TaskQueue::Positions& TaskQueue::positionsOfMember(std::size_t member) {
  if (member == me_) return mine_;
  const auto [known, isNew] = others_.try_emplace(member);
  if (isNew) known->second = positionsOf(claims_->words_.ranks()[member]);
  return known->second;
}

std::optional<std::size_t> TaskQueue::next() {
  moved_ = false;
  const std::optional<std::size_t> position = take();
  if (position && !moved_) ++own_;
  return position;
}

std::optional<std::size_t> TaskQueue::take() {
  if (claims_ == nullptr) return next_ < mine_.size() ? std::optional(mine_[next_++]) : std::nullopt;
  std::optional<std::size_t> position = claims_->atRandom_ ? takeAtRandom() : takeMine();
  if (position) {
    tick();  // other hosts may have what is left then
    return position;
  }
  if (given_.empty() && mayTakeOthers()) position = takeFromFullest();
  if (position) return position;
  if (given_.empty() && requests_) given_ = requests_->ask();
  if (given_.empty()) return std::nullopt;
  position = given_.back();
  given_.pop_back();
  moved_ = rankOf(stage_, *position, ranks_) != claims_->words_.ranks()[me_];
  return position;
}

/// Waits until the stage has run for a while, or all tasks of the node have begun: ranks that are late by less have not
/// left their tasks to others. What moves may have to move back, as results or to the next stage. Does not yield: on a
/// busy machine that costs more than a job of small tasks.
bool TaskQueue::mayTakeOthers() {
  if (claims_->atRandom_) return true;
  while (PhaseClock::steadyTime() - begin_ < patience) {
    std::size_t tasks = 0;
    for (std::size_t member = 0; member < claims_->words_.ranks().size(); ++member) tasks += left(member);
    if (tasks == 0) return false;
  }
  return true;
}

/// The word of a member of the node, renewed if it is of an earlier stage.
std::uint64_t TaskQueue::current(std::size_t member) {
  const auto word = claims_->words_[member];
  std::uint64_t seen = word.load();
  while (Claim::of(seen).stage != claims_->stage_) {
    const std::size_t tasks = positionsOfMember(member).size();
    const std::uint64_t renewed = Claim{claims_->stage_, 0, tasks}.word();
    if (word.compare_exchange_strong(seen, renewed)) return renewed;
  }
  return seen;
}

std::size_t TaskQueue::left(std::size_t member) {
  return Claim::of(current(member)).left();
}

std::optional<std::size_t> TaskQueue::takeMine() {
  const auto word = claims_->words_[me_];
  std::uint64_t seen = current(me_);
  for (;;) {
    Claim claim = Claim::of(seen);
    if (claim.left() == 0) return std::nullopt;
    const std::size_t taken = claim.begin++;
    if (word.compare_exchange_weak(seen, claim.word())) return mine_[taken];
  }
}

/// Some tasks of a member from the back, at most `most` of them.
TaskQueue::Positions TaskQueue::takeFrom(std::size_t member, std::size_t most) {
  const auto word = claims_->words_[member];
  std::uint64_t seen = current(member);
  for (;;) {
    Claim claim = Claim::of(seen);
    const std::size_t count = std::min(claim.left(), most);
    if (count == 0) return {};
    claim.end -= count;
    if (!word.compare_exchange_weak(seen, claim.word())) continue;
    const auto taken = positionsOfMember(member).begin() + static_cast<std::ptrdiff_t>(claim.end);
    return {taken, taken + static_cast<std::ptrdiff_t>(count)};
  }
}

/// The member with most tasks left.
std::size_t TaskQueue::fullest() {
  std::size_t fullest = 0;
  for (std::size_t member = 1; member < claims_->words_.ranks().size(); ++member) {
    if (left(member) > left(fullest)) fullest = member;
  }
  return fullest;
}

std::optional<std::size_t> TaskQueue::takeFromFullest() {
  for (;;) {
    const std::size_t member = fullest();
    if (left(member) == 0) return std::nullopt;
    const Positions taken = takeFrom(member, 1);
    if (taken.empty()) continue;
    moved_ = member != me_;
    return taken.front();
  }
}

/// For another host: half of what it gave to this rank, or of what the fullest member has left.
TaskQueue::Positions TaskQueue::give() {
  if (given_.empty()) {
    const std::size_t member = fullest();
    return takeFrom(member, (left(member) + 1) / 2);
  }
  const auto half = given_.begin() + static_cast<std::ptrdiff_t>((given_.size() + 1) / 2);
  Positions positions(given_.begin(), half);
  given_.erase(given_.begin(), half);
  return positions;
}

/// For tests: from any member, its own as likely as others'.
std::optional<std::size_t> TaskQueue::takeAtRandom() {
  const std::size_t member = claims_->random_() % claims_->words_.ranks().size();
  const Positions taken = takeFrom(member, 1);
  if (taken.empty()) return std::nullopt;
  moved_ = member != me_;
  return taken.front();
}

void TaskQueue::abandon() {
  next_ = mine_.size();
  given_.clear();
  if (claims_ == nullptr) return;
  while (takeMine()) {
  }
}

}  // namespace seltzer::detail
