#include "operators/kept_part.hpp"

#include <utility>

#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

KeptPart::KeptPart(const WireKeys& keys, WaitingRecords& records, std::size_t part)
    : keys_(keys), memory_(MemoryUse::group) {
  memory_.record(bytesFor(records, part));
  const std::size_t count = records.records(part);
  entries_.reserve(count);
  positions_.reserve(count);
  slots_.resize(slotsFor(count));
  std::uint64_t position = 0;
  for (WaitingRecords::Frame frame; records.read(part, frame);) {
    frames_.push_back(std::move(frame.bytes));
    forRecords(frames_.back(), frame.records, position, [this](std::uint64_t at, ByteView record) { add(at, record); });
  }
}

std::size_t KeptPart::bytesFor(const WaitingRecords& records, std::size_t part) {
  const std::size_t count = records.records(part);
  return records.bytes(part) + count * (sizeof(Entry) + sizeof(std::uint64_t)) + slotsFor(count) * sizeof(Slot);
}

/// The slot of the key, or the free one for it.
std::size_t KeptPart::slotWith(std::uint64_t hash, ByteView key) const {
  for (std::size_t place = slotOf(hash);; place = (place + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[place];
    if (slot.last == none) return place;
    std::size_t size = 0;
    if (slot.hash == hash >> 32 && keys_.beginWith(key, entries_[slot.last].key(), size)) return place;
  }
}

std::uint32_t KeptPart::find(std::uint64_t hash, ByteView key) const {
  const std::uint32_t last = slots_[slotWith(hash, key)].last;
  return last == none ? none : entries_[last].next;
}

void KeptPart::add(std::uint64_t position, ByteView record) {
  const std::uint64_t hash = keys_.hashAt(record);
  const std::size_t keySize = keys_.sizeAt(record);
  const auto added = static_cast<std::uint32_t>(entries_.size());
  Slot& slot = slots_[slotWith(hash, record.first(keySize))];
  const bool isFirst = slot.last == none;
  const std::uint32_t first = isFirst ? added : std::exchange(entries_[slot.last].next, added);
  entries_.push_back({record.data(), static_cast<std::uint32_t>(keySize),
                      static_cast<std::uint32_t>(record.size() - keySize), first, isFirst});
  positions_.push_back(position);
  slot = {added, static_cast<std::uint32_t>(hash >> 32)};
}

/// Calls `visit(entry)` for the records of a key until it returns false.
template <class Visit>
void KeptPart::forRing(std::uint32_t first, Visit visit) const {
  std::uint32_t i = first;
  while (visit(entries_[i]) && (i = entries_[i].next) != first) {
  }
}

void KeptPart::answer(std::uint32_t first, std::uint64_t number, ByteView key, FoundValues& found) {
  entries_[first].isWanted = true;
  std::size_t bytes = 0;
  std::uint64_t count = 0;
  if (!entries_[first].isLong) {
    forRing(first, [&](const Entry& entry) {
      bytes += entry.valueSize;
      ++count;
      return bytes <= FoundValues::mostShortBytes;
    });
  }
  if (entries_[first].isLong || bytes > FoundValues::mostShortBytes) {
    found.add(number, key, longList(first));
    return;
  }
  found.addShort(number, key, count, [this, first](WireWriter& writer) {
    forRing(first, [&writer](const Entry& entry) {
      writer.writeBytes(entry.value());
      return true;
    });
  });
}

void KeptPart::addUnwanted(std::uint64_t unwanted, FoundValues& found) {
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.isFirst && !entry.isWanted) answer(i, unwanted + positions_[i], entry.key(), found);
  }
}

SpilledValues& KeptPart::longList(std::uint32_t first) {
  const auto [list, isNew] = long_.try_emplace(first);
  if (isNew) {
    entries_[first].isLong = true;
    forRing(first, [&values = list->second](const Entry& entry) {
      values.add(entry.value());
      return true;
    });
  }
  return list->second;
}

}  // namespace seltzer::detail
