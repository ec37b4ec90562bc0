#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <utility>

#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/shuffle/waiting_matches.hpp>

#include "operators/kept_part.hpp"

namespace seltzer::detail {
namespace {

/// How much memory a part of the kept side may take to be matched by a table.
std::size_t mostTableBytes() {
  constexpr std::size_t least = std::size_t{1} << 10;
  if (memoryAccount().request(0) == MemoryAccount::everything) return least;
  return std::clamp(memoryAccount().limit() / 6, least, std::size_t{1} << 30);
}

/// Adds a record, which follows its size.
void addRecord(WaitingRecords& records, std::uint64_t hash, std::uint64_t position, ByteView record) {
  WireWriter writer = records.begin(hash, position);
  writeCompact(writer, record.size());
  writer.writeBytes(record);
  records.end();
}

}  // namespace

/// Reads sorted records.
class WaitingMatches::Cursor {
 public:
  explicit Cursor(RecordSorter& sorter) : sorter_(sorter) { advance(); }
  void advance() { atEnd_ = !sorter_.next(number_, record_); }
  bool atEnd() const { return atEnd_; }
  std::uint64_t number() const { return number_; }
  ByteView record() const { return record_; }
  bool isAt(std::uint64_t number) const { return !atEnd_ && number_ == number; }

 private:
  RecordSorter& sorter_;
  bool atEnd_ = false;
  std::uint64_t number_ = 0;
  ByteView record_;
};

/// The records of the kept side with one key.
struct WaitingMatches::Group {
  std::uint64_t first = 0;  // the ordinal of its first record
  KeptKeys::Place key;
  bool isWanted = false;
  SpilledValues values;
};

WaitingMatches::WaitingMatches(const WireKeys& keys) : keys_(keys) {}
WaitingMatches::~WaitingMatches() = default;

bool WaitingMatches::mustWait(std::size_t bytes, std::size_t growth) {
  if (areWaiting()) return true;
  const std::size_t room = memoryAccount().request(growth + memoryAccount().limit() / 4);  // the rest for what waits
  return memoryAccount().isOverLimit(room) && startWaiting(bytes, room);
}

bool WaitingMatches::areWaiting() const {
  return kept_ != nullptr;
}

bool WaitingMatches::startWaiting(std::size_t bytes, std::size_t room) {
  if (!mustSpill(bytes, room)) return false;
  kept_ = makeUnique<WaitingRecords>(MemoryUse::group, 0);
  wanted_ = makeUnique<WaitingRecords>(MemoryUse::group, 0);
  found_ = makeUnique<FoundValues>(MemoryUse::group);
  const std::size_t words =
      std::bit_floor(std::clamp<std::size_t>(memoryAccount().limit() / 512, 8, std::size_t{1} << 23));
  filter_.assign(words, 0);
  filterShift_ = 64 - std::countr_zero(words * 64);
  return true;
}

WireWriter WaitingMatches::beginRecord() {
  record_.clear();
  return WireWriter(record_);
}

void WaitingMatches::endKept(std::uint64_t hash) {
  const std::uint64_t bit = bitOf(hash);
  filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
  addRecord(*kept_, hash, records_++, record_);
}

void WaitingMatches::endWanted(std::uint64_t hash, std::uint64_t number) {
  addRecord(*wanted_, hash, number, record_);
}

FoundValues& WaitingMatches::match(bool withUnwanted) {
  record_ = Bytes();
  matchParts(*kept_, *wanted_, 0, withUnwanted);
  kept_.reset();
  wanted_.reset();
  found_->finish();
  return *found_;
}

/// Matches all parts of both sides, which were divided at `depth`.
void WaitingMatches::matchParts(WaitingRecords& kept, WaitingRecords& wanted, std::size_t depth, bool withUnwanted) {
  const std::uint64_t mostRecords = kept.records() / 2;
  for (std::size_t part = 0; part < WaitingRecords::parts; ++part) {
    if (kept.isEmpty(part) || (!withUnwanted && wanted.isEmpty(part))) continue;
    if (KeptPart::bytesFor(kept, part) <= mostTableBytes()) {
      matchInTable(kept, wanted, part, withUnwanted);
    } else if (depth + 1 < WaitingRecords::lastDepth && kept.records(part) <= mostRecords) {
      WaitingRecords keptOfPart(MemoryUse::group, depth + 1);
      WaitingRecords wantedOfPart(MemoryUse::group, depth + 1);
      divide(kept, part, keptOfPart);
      divide(wanted, part, wantedOfPart);
      matchParts(keptOfPart, wantedOfPart, depth + 1, withUnwanted);
    } else {
      matchSorted(kept, wanted, part, withUnwanted);
    }
  }
}

/// Divides the records of a part by other bits of their hashes.
void WaitingMatches::divide(WaitingRecords& from, std::size_t part, WaitingRecords& to) const {
  std::uint64_t position = 0;
  for (WaitingRecords::Frame frame; from.read(part, frame);) {
    forRecords(frame.bytes, frame.records, position,
               [&](std::uint64_t at, ByteView record) { addRecord(to, keys_.hashAt(record), at, record); });
  }
}

/// Finds what is wanted of a part in the order of the numbers.
void WaitingMatches::matchInTable(WaitingRecords& kept, WaitingRecords& wanted, std::size_t part, bool withUnwanted) {
  constexpr std::size_t lookAhead = 256;
  struct Wanted {
    std::uint64_t number;
    std::uint64_t hash;
    ByteView key;
  };
  found_->startRun();
  KeptPart table(keys_, kept, part);
  std::array<Wanted, lookAhead> batch;
  std::size_t count = 0;
  const auto answer = [&] {
    for (const Wanted& each : std::span(batch).first(std::exchange(count, 0))) {
      const std::uint32_t first = table.find(each.hash, each.key);
      if (first != KeptPart::none) table.answer(first, each.number, *found_);
    }
  };
  std::uint64_t position = 0;
  for (WaitingRecords::Frame frame; wanted.read(part, frame);) {
    forRecords(frame.bytes, frame.records, position, [&](std::uint64_t number, ByteView key) {
      const Wanted& each = batch[count++] = {number, keys_.hashAt(key), key};
      table.prefetch(each.hash);
      if (count == lookAhead) answer();
    });
    answer();
  }
  if (withUnwanted) table.addUnwanted(unwanted, *found_);
}

/// The same for a part with one key that is most of it: both sides are sorted by the hashes of their keys and merged.
void WaitingMatches::matchSorted(WaitingRecords& kept, WaitingRecords& wanted, std::size_t part, bool withUnwanted) {
  RecordSorter keptOfPart(MemoryUse::group);
  RecordSorter wantedOfPart(MemoryUse::group);
  sortPart(kept, part, keptOfPart);
  sortPart(wanted, part, wantedOfPart);
  found_->startUnsortedRun();
  mergeParts(keptOfPart, wantedOfPart, withUnwanted);
  found_->endUnsortedRun();
}

/// Sorts the records of a part, each after its position, by the hashes of their keys.
void WaitingMatches::sortPart(WaitingRecords& records, std::size_t part, RecordSorter& sorter) const {
  std::uint64_t position = 0;
  for (WaitingRecords::Frame frame; records.read(part, frame);) {
    forRecords(frame.bytes, frame.records, position, [&](std::uint64_t at, ByteView record) {
      WireWriter writer = sorter.begin();
      writer << at;
      writer.writeBytes(record);
      sorter.end(keys_.hashAt(record));
    });
  }
  sorter.finish();
}

void WaitingMatches::mergeParts(RecordSorter& keptOfPart, RecordSorter& wantedOfPart, bool withUnwanted) {
  Cursor kept(keptOfPart);
  Cursor wanted(wantedOfPart);
  std::vector<Group> groups;  // of one hash: practically always one
  while (!kept.atEnd() && (withUnwanted || !wanted.atEnd())) {
    const std::uint64_t hash = kept.number();
    while (!wanted.atEnd() && wanted.number() < hash) wanted.advance();
    if (!withUnwanted && !wanted.isAt(hash)) {
      kept.advance();
      continue;
    }
    groups.clear();
    groupKeys_.clear();
    for (; kept.isAt(hash); kept.advance()) addTo(groups, kept.record());
    for (; wanted.isAt(hash); wanted.advance()) answer(groups, wanted.record());
    if (withUnwanted) addUnwanted(groups);
  }
}

/// The group of the key that comes next in a record, which is then read; null if there is none.
WaitingMatches::Group* WaitingMatches::find(std::vector<Group>& groups, WireReader& record) {
  std::size_t size = 0;
  const auto found = std::ranges::find_if(
      groups, [&](const Group& group) { return keys_.beginWith(record.rest(), groupKeys_.at(group.key), size); });
  if (found == groups.end()) return nullptr;
  record.readBytes(size);
  return &*found;
}

void WaitingMatches::addTo(std::vector<Group>& groups, ByteView record) {
  WireReader reader(record);
  const auto ordinal = reader.read<std::uint64_t>();
  Group* group = find(groups, reader);
  if (group == nullptr) {
    const ByteView key = reader.readBytes(keys_.sizeAt(reader.rest()));
    group = &groups.emplace_back();
    group->first = ordinal;
    group->key = groupKeys_.add(key);
  }
  group->values.add(reader.rest());
}

void WaitingMatches::answer(std::vector<Group>& groups, ByteView record) {
  WireReader reader(record);
  const auto number = reader.read<std::uint64_t>();
  Group* group = find(groups, reader);
  if (group == nullptr) return;
  group->isWanted = true;
  found_->add(number, {}, group->values);
}

void WaitingMatches::addUnwanted(std::vector<Group>& groups) {
  for (Group& group : groups) {
    if (!group.isWanted) found_->add(unwanted + group.first, groupKeys_.at(group.key), group.values);
  }
}

}  // namespace seltzer::detail
