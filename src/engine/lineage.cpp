#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/engine/lineage.hpp>

namespace seltzer::detail {

Lineage::Lineage(RDDId number, std::shared_ptr<LineageTable> table) : id(number), table_(std::move(table)) {}

const ShuffleDependency* Lineage::shuffle() const {
  for (const auto& dependency : dependencies) {
    if (dependency->isShuffle()) return static_cast<const ShuffleDependency*>(dependency.get());
  }
  return nullptr;
}

CheckpointFiles::~CheckpointFiles() {
  std::error_code ignored;
  if (isSuperseded) std::filesystem::remove_all(path, ignored);
}

void Lineage::mark(WriteCheckpoint write) {
  takeMark();
  write_ = std::move(write);
  ++table_->marked;
}

Lineage::WriteCheckpoint Lineage::takeMark() {
  if (isMarked()) --table_->marked;
  return std::exchange(write_, nullptr);
}

bool Lineage::held() const {
  return weak_from_this().use_count() > sentDependents_;
}

void Lineage::setSent() {
  sent_ = true;
  for (const auto& dependency : dependencies) {
    dependency->parent()->children_.emplace(id, this);
    ++dependency->parent()->sentDependents_;
  }
}

/// Moves the parents to `dropped` and unregisters from them; releases the shuffle and the broadcast on the ranks.
void Lineage::dropParents(std::vector<std::shared_ptr<Lineage>>& dropped) {
  prepare = {};  // may hold parents as well
  decided = {};
  partitioner.reset();
  if (broadcast) table_->releasedBroadcasts.push_back(*std::exchange(broadcast, std::nullopt));
  if (sent_ && shuffle() != nullptr) {
    table_->released.push_back(shuffle()->id());
    table_->shuffled.erase(id);
  }
  for (auto& dependency : dependencies) {
    std::shared_ptr<Lineage> parent = dependency->releaseParent();
    if (sent_) {
      parent->children_.erase(id);
      --parent->sentDependents_;
    }
    dropped.push_back(std::move(parent));
  }
  dependencies.clear();
}

Lineage::~Lineage() {
  takeMark();
  if (sent_) table_->released.push_back(id);
  dropAncestors();
}

void Lineage::forgetParents() {
  const std::shared_ptr<const Partitioner> kept = partitioner;
  dropAncestors();
  partitioner = kept;
}

/// Iteratively, since a lineage may be long.
void Lineage::dropAncestors() {
  std::vector<std::shared_ptr<Lineage>> dropped;
  dropParents(dropped);
  while (!dropped.empty()) {
    const std::shared_ptr<Lineage> ancestor = std::move(dropped.back());
    dropped.pop_back();
    if (ancestor.use_count() == 1) ancestor->dropParents(dropped);
  }
}

namespace {

std::string describe(StorageLevel level) {
  if (level == StorageLevel::NONE) return "";
  return fmt::format("{}{}{} {}x Replicated", useDisk(level) ? "Disk " : "", useMemory(level) ? "Memory " : "",
                     deserialized(level) ? "Deserialized" : "Serialized", replication(level));
}

std::string describe(const Lineage& rdd) {
  return fmt::format("{}{}[{}] at {} at {} [{}]", rdd.name.empty() ? "" : rdd.name + " ", rdd.kind, rdd.id,
                     rdd.operation, toString(rdd.where), describe(rdd.level));
}

/// The indentation below a "(P)", before its ancestors: a bar under its middle.
std::string barBelow(const std::string& count) {
  const std::size_t left = (count.size() - 1) / 2;
  return std::string(left, ' ') + "|" + std::string(count.size() - left, ' ');
}

/// The most lines of a debug string: shared ancestors can make exponentially many.
constexpr std::size_t mostLines = 100'000;

}  // namespace

std::string debugString(const Lineage& lineage) {
  struct Line {
    const Lineage* rdd;
    std::string first;  // prefix of this RDD's line
    std::string rest;   // prefix of its ancestors' lines
  };
  std::string text;
  const std::string head = fmt::format("({})", lineage.partitions);
  std::vector<Line> pending{{&lineage, head + " ", barBelow(head)}};
  for (std::size_t lines = 0; !pending.empty(); ++lines) {
    if (lines == mostLines) return text + "\n...";
    const Line line = std::move(pending.back());
    pending.pop_back();
    text += (text.empty() ? "" : "\n") + line.first + describe(*line.rdd);
    const auto& parents = line.rdd->dependencies;
    for (std::size_t i = parents.size(); i-- > 0;) {
      const Lineage* parent = parents[i]->parent().get();
      if (parents[i]->isShuffle()) {
        const std::string count = fmt::format("({})", parent->partitions);
        const std::string indent = line.rest.substr(0, line.rest.find_last_of('|'));
        const char* beside = i + 1 < parents.size() ? "| " : "  ";
        pending.push_back(
            {parent, fmt::format("{}+-{} ", indent, count), fmt::format("{}{}{}", indent, beside, barBelow(count))});
      } else {
        pending.push_back({parent, line.rest, line.rest});
      }
    }
  }
  return text;
}

LineagePointer::LineagePointer(std::shared_ptr<Lineage> lineage) : std::shared_ptr<Lineage>(std::move(lineage)) {}
LineagePointer::LineagePointer(const LineagePointer& other) = default;
LineagePointer::LineagePointer(LineagePointer&& other) noexcept = default;
LineagePointer& LineagePointer::operator=(const LineagePointer& other) = default;
LineagePointer& LineagePointer::operator=(LineagePointer&& other) noexcept = default;
LineagePointer::~LineagePointer() = default;

}  // namespace seltzer::detail
