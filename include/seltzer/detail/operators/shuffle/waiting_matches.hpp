#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/data/spill/found_values.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/spill/waiting_records.hpp>
#include <seltzer/detail/data/spill/wire_keys.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// The records of the kept side of a join that memory has no room for, and the keys of the other side that look for
/// them, each with a number. Both are divided among parts by the hashes of their keys, in the scratch file. The kept
/// records of a part go to a hash table, and its wanted keys look there in the order of their numbers; what is found is
/// merged by the numbers. A part whose table would be too large is divided again; if one key is most of it, both sides
/// are sorted by hash and merged instead, which needs no more memory however many values a key has. Source: the Grace
/// hash join (Kitsuregawa et al., Application of hash to data base machine and its architecture, 1983).
class WaitingMatches {
 public:
  /// The number of the first key that was not wanted; the others follow in first-seen order.
  static constexpr std::uint64_t unwanted = std::uint64_t{1} << 63;

  explicit WaitingMatches(const WireKeys& keys);
  ~WaitingMatches();

  /// Whether the records of the kept side wait from now on: memory has no room for them. `bytes` of them are in memory,
  /// and the next would need `growth` bytes before others can be freed.
  bool mustWait(std::size_t bytes, std::size_t growth);
  bool areWaiting() const;

  /// A record of the kept side.
  template <class K, class Value>
  void keep(const K& key, const Value& value) {
    beginRecord() << key << value;
    endKept(Hash<K>()(key));
  }

  /// False only if no record of `key` was kept. True although none was is rare, unless very many records were kept.
  template <class K>
  bool mayHave(const K& key) const {
    const std::uint64_t bit = bitOf(Hash<K>()(key));
    return (filter_[bit / 64] >> bit % 64 & 1) != 0;
  }

  /// After the last `keep`: looks for the values of `key`, in the order in which they were kept. Numbers ascend.
  template <class K>
  void want(const K& key, std::uint64_t number) {
    beginRecord() << key;
    endWanted(Hash<K>()(key), number);
  }

  /// What was found for each number; `withUnwanted` also for the keys that were not wanted, with these. Once.
  FoundValues& match(bool withUnwanted);

 private:
  class Cursor;
  struct Group;

  bool startWaiting(std::size_t bytes, std::size_t room);
  WireWriter beginRecord();
  void endKept(std::uint64_t hash);
  void endWanted(std::uint64_t hash, std::uint64_t number);

  void sortPart(WaitingRecords& records, std::size_t part, RecordSorter& sorter) const;
  void matchParts(WaitingRecords& kept, WaitingRecords& wanted, std::size_t depth, bool withUnwanted);
  void divide(WaitingRecords& from, std::size_t part, WaitingRecords& to) const;
  void matchInTable(WaitingRecords& kept, WaitingRecords& wanted, std::size_t part, bool withUnwanted);
  void matchSorted(WaitingRecords& kept, WaitingRecords& wanted, std::size_t part, bool withUnwanted);
  void mergeParts(RecordSorter& keptOfPart, RecordSorter& wantedOfPart, bool withUnwanted);
  Group* find(std::vector<Group>& groups, WireReader& record);
  void addTo(std::vector<Group>& groups, ByteView record);
  void answer(std::vector<Group>& groups, ByteView record);
  void addUnwanted(std::vector<Group>& groups);

  /// The high bits of a mixed hash, since those of a partition's keys have something in common.
  std::uint64_t bitOf(std::uint64_t hash) const { return hash * 0x9e3779b97f4a7c15u >> filterShift_; }

  const WireKeys& keys_;
  UniquePointer<WaitingRecords> kept_;    // the size of the record, the key, the value
  UniquePointer<WaitingRecords> wanted_;  // the size of the record, the key
  Bytes record_;                          // that was begun
  UniquePointer<FoundValues> found_;
  std::uint64_t records_ = 0;
  std::vector<std::uint64_t> filter_;  // of the hashes of what was kept: most keys that are nowhere are not looked for
  int filterShift_ = 0;
  KeptKeys groupKeys_;  // while records are matched
};

/// Calls `visit(value, isLast)` for the values of type V that were found for a number until it returns false.
template <class V, class Visit>
void forFound(FoundValues& found, Visit visit) {
  found.forPieces([&visit](ByteView bytes, std::uint64_t count, bool isLast) {
    WireReader reader(bytes);
    for (std::uint64_t i = 1; i <= count; ++i) {
      if (!visit(reader.read<V>(), isLast && i == count)) return false;
    }
    return true;
  });
}

}  // namespace seltzer::detail
