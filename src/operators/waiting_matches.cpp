#include <algorithm>
#include <bit>
#include <utility>

#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/shuffle/waiting_matches.hpp>

namespace seltzer::detail {

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
  endRecord(*kept_, hash, records_++);
}

void WaitingMatches::endWanted(std::uint64_t hash, std::uint64_t number) {
  endRecord(*wanted_, hash, number);
}

void WaitingMatches::endRecord(WaitingRecords& records, std::uint64_t hash, std::uint64_t position) {
  WireWriter writer = records.begin(hash, position);
  writeCompact(writer, record_.size());
  writer.writeBytes(record_);
  records.end();
}

FoundValues& WaitingMatches::match(bool withUnwanted) {
  record_ = Bytes();
  for (std::size_t part = 0; part < WaitingRecords::parts; ++part) {
    RecordSorter kept(MemoryUse::group);
    RecordSorter wanted(MemoryUse::group);
    if (!withUnwanted && wanted_->isEmpty(part)) continue;
    sortPart(*kept_, part, kept);
    sortPart(*wanted_, part, wanted);
    matchPart(kept, wanted, withUnwanted);
  }
  kept_.reset();
  wanted_.reset();
  found_->finish();
  return *found_;
}

/// Sorts the records of a part, each after its position, by the hashes of their keys.
void WaitingMatches::sortPart(WaitingRecords& records, std::size_t part, RecordSorter& sorter) const {
  std::uint64_t position = 0;
  for (WaitingRecords::Frame frame; records.read(part, frame);) {
    WireReader reader(frame.bytes);
    for (std::size_t left = frame.records; left > 0; --left) {
      position += readCompact(reader);
      const ByteView record = reader.readBytes(readCompact(reader));
      WireWriter writer = sorter.begin();
      writer << position;
      writer.writeBytes(record);
      sorter.end(keys_.hashAt(record));
    }
  }
  sorter.finish();
}

void WaitingMatches::matchPart(RecordSorter& keptOfPart, RecordSorter& wantedOfPart, bool withUnwanted) {
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
