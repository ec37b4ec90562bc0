#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/detail/data/spill/found_values.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// What does not depend on the key in WaitingMatches.
class WaitingRecords {
 public:
  WaitingRecords();
  ~WaitingRecords();

  /// Whether the records of the kept side wait from now on: memory has no room for them. `bytes` of them are in memory,
  /// and the next would need `growth` bytes before others can be freed.
  bool mustWait(std::size_t bytes, std::size_t growth) {
    if (areWaiting()) return true;
    const std::size_t room = memoryAccount().request(growth + memoryAccount().limit() / 4);  // the rest for sorting
    return memoryAccount().isOverLimit(room) && startWaiting(bytes, room);
  }
  bool areWaiting() const { return kept_ != nullptr; }

 protected:
  /// Reads sorted records.
  class Cursor {
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

  bool startWaiting(std::size_t bytes, std::size_t room);

  /// A filter of the hashes of what was kept: most keys that are nowhere need not be looked for.
  void note(std::uint64_t hash) {
    const std::uint64_t bit = bitOf(hash);
    filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
  }
  bool wasNoted(std::uint64_t hash) const {
    const std::uint64_t bit = bitOf(hash);
    return (filter_[bit / 64] >> bit % 64 & 1) != 0;
  }

  std::unique_ptr<RecordSorter> kept_;    // by hash: the ordinal, the key, the value
  std::unique_ptr<RecordSorter> wanted_;  // by hash: the number, the key
  std::unique_ptr<FoundValues> found_;
  std::uint64_t records_ = 0;

 private:
  /// The high bits of a mixed hash, since those of a partition's keys have something in common.
  std::uint64_t bitOf(std::uint64_t hash) const { return hash * 0x9e3779b97f4a7c15u >> filterShift_; }

  std::vector<std::uint64_t> filter_;
  int filterShift_ = 0;
};

/// The records of the kept side of a join that memory has no room for, and the keys of the other side that look for
/// them, each with a number. Both are sorted by the hashes of their keys, in the scratch file, and merged; what is
/// found is sorted by the numbers. Source: the sort-merge join, with keys compared where hashes are equal.
template <class K>
class WaitingMatches : public WaitingRecords {
 public:
  /// The number of the first key that nobody wanted; the others follow in first-seen order.
  static constexpr std::uint64_t unwanted = std::uint64_t{1} << 63;

  /// A record of the kept side.
  template <class Value>
  void keep(const K& key, const Value& value) {
    const std::uint64_t hash = Hash<K>()(key);
    note(hash);
    kept_->add(hash, [&](WireWriter& writer) { writer << records_++ << key << value; });
  }

  /// False if no record of `key` was kept; true practically only if there is one, unless there are very many.
  bool mayHave(const K& key) const { return wasNoted(Hash<K>()(key)); }

  /// After the last `keep`: looks for the values of `key`, in the order in which they were kept.
  void want(const K& key, std::uint64_t number) {
    wanted_->add(Hash<K>()(key), [&](WireWriter& writer) { writer << number << key; });
  }

  /// Between `keep` and `want`.
  void finishKept() { kept_->finish(); }

  /// What was found for each number; `withUnwanted` also for the keys that nobody wanted, with these. Once.
  FoundValues& match(bool withUnwanted) {
    wanted_->finish();
    Cursor kept(*kept_);
    Cursor wanted(*wanted_);
    std::vector<Group> groups;  // of one hash: practically always one
    while (!kept.atEnd() && (withUnwanted || !wanted.atEnd())) {
      const std::uint64_t hash = kept.number();
      while (!wanted.atEnd() && wanted.number() < hash) wanted.advance();
      if (!withUnwanted && !wanted.isAt(hash)) {
        kept.advance();
        continue;
      }
      groups.clear();
      for (; kept.isAt(hash); kept.advance()) addTo(groups, kept.record());
      for (; wanted.isAt(hash); wanted.advance()) answer(groups, wanted.record());
      if (withUnwanted) addUnwanted(groups);
    }
    kept_.reset();
    wanted_.reset();
    found_->finish();
    return *found_;
  }

 private:
  struct Group {
    std::uint64_t first;  // the ordinal of its first record
    K key;
    bool isWanted = false;
    SpilledValues values{};
  };

  static Group* find(std::vector<Group>& groups, const K& key) {
    const auto found = std::ranges::find_if(groups, [&key](const Group& group) { return keyEqual(group.key, key); });
    return found == groups.end() ? nullptr : &*found;
  }

  static void addTo(std::vector<Group>& groups, ByteView record) {
    WireReader reader(record);
    const auto ordinal = reader.read<std::uint64_t>();
    K key = reader.read<K>();
    Group* group = find(groups, key);
    if (group == nullptr) group = &groups.emplace_back(Group{ordinal, std::move(key)});
    group->values.add(reader.readBytes(reader.remaining()));
  }

  void answer(std::vector<Group>& groups, ByteView record) {
    WireReader reader(record);
    const auto number = reader.read<std::uint64_t>();
    Group* group = find(groups, reader.read<K>());
    if (group == nullptr) return;
    group->isWanted = true;
    found_->add(number, {}, group->values);
  }

  void addUnwanted(std::vector<Group>& groups) {
    for (Group& group : groups) {
      if (!group.isWanted) found_->add(unwanted + group.first, toWire(group.key), group.values);
    }
  }
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
