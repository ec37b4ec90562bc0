#include <algorithm>
#include <utility>

#include <seltzer/detail/data/spill/waiting_combiners.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

#include "data/group_limit.hpp"

namespace seltzer::detail {

WaitingCombiner::~WaitingCombiner() = default;

/// The records of a key.
struct WaitingCombiners::Group {
  std::uint64_t position;  // of the first record
  KeptKeys::Place key;
  UniquePointer<WaitingCombiner> combiner;
  std::size_t unmeasured = groupLimit() / 2;  // the bytes to add before the combiner is measured again
};

WaitingCombiners::WaitingCombiners() = default;
WaitingCombiners::WaitingCombiners(WaitingCombiners&&) noexcept = default;
WaitingCombiners& WaitingCombiners::operator=(WaitingCombiners&&) noexcept = default;
WaitingCombiners::~WaitingCombiners() = default;

void WaitingCombiners::start(MemoryUse use) {
  use_ = use;
  records_ = makeUnique<RecordSorter>(use);
}

bool WaitingCombiners::areWaiting() const {
  return records_ != nullptr;
}

WireWriter WaitingCombiners::begin(bool isCombiner) {
  WireWriter writer = records_->begin();
  writer << isCombiner << count_++;
  return writer;
}

void WaitingCombiners::end(std::uint64_t hash) {
  records_->end(hash);
}

void WaitingCombiners::combine(const WireKeys& keys, const CombinerSource& source) {
  auto combined = makeUnique<RecordSorter>(use_);
  std::vector<Group> groups;  // of one hash: practically always one
  const auto complete = [&] {
    for (const Group& group : groups) {
      WireWriter writer = combined->begin();
      writer.writeBytes(groupKeys_.at(group.key));
      group.combiner->write(writer);
      combined->end(group.position);
    }
    groups.clear();
    groupKeys_.clear();
  };
  records_->finish();
  std::uint64_t hash = 0;
  std::uint64_t hashBefore = 0;
  for (ByteView record; records_->next(hash, record); hashBefore = hash) {
    if (hash != hashBefore) complete();
    WireReader reader(record);
    add(groups, reader, keys, source);
  }
  complete();
  records_ = std::move(combined);
  records_->finish();
}

void WaitingCombiners::add(std::vector<Group>& groups, WireReader& record, const WireKeys& keys,
                           const CombinerSource& source) {
  const bool isCombiner = record.read<bool>();
  const auto position = record.read<std::uint64_t>();
  const ByteView rest = record.rest();
  std::size_t keySize = 0;
  const auto found = std::ranges::find_if(
      groups, [&](const Group& group) { return keys.beginWith(rest, groupKeys_.at(group.key), keySize); });
  if (found != groups.end()) {
    record.readBytes(keySize);
    const std::size_t added = found->combiner->merge(record);
    if (added > found->unmeasured) measure(*found, keys);
    found->unmeasured -= std::min(added, found->unmeasured);
    return;
  }
  const ByteView key = record.readBytes(keys.sizeAt(rest));
  groups.push_back({position, groupKeys_.add(key), source.make(record, isCombiner)});
  if (isCombiner) measure(groups.back(), keys);
}

/// Throws if the combiner alone is larger than the memory. Otherwise it may grow by half of the rest, or little, before
/// it is measured again: combiners need not hold what is added to them.
void WaitingCombiners::measure(Group& group, const WireKeys& keys) const {
  const std::size_t bytes = group.combiner->bytes();
  if (bytes > groupLimit()) throwGroupTooLarge(keys.text(groupKeys_.at(group.key)), bytes);
  group.unmeasured = std::max((groupLimit() - bytes) / 2, groupLimit() / 16);
}

bool WaitingCombiners::next(ByteView& keyAndCombiner) {
  std::uint64_t position = 0;
  return records_->next(position, keyAndCombiner);
}

}  // namespace seltzer::detail
