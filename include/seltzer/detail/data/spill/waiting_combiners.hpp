#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/spill/wire_keys.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// The combiner of a key whose records waited.
class WaitingCombiner {
 public:
  WaitingCombiner() = default;
  WaitingCombiner(const WaitingCombiner&) = delete;
  WaitingCombiner& operator=(const WaitingCombiner&) = delete;
  virtual ~WaitingCombiner();

  /// Merges the next value. Returns the bytes that it may have added; 0 if combiners do not grow.
  virtual std::size_t merge(WireReader& value) = 0;

  /// What the combiner holds outside itself.
  virtual std::size_t bytes() const = 0;

  virtual void write(WireWriter& writer) const = 0;
};

/// What makes the combiners of records that waited.
class CombinerSource {
 public:
  /// From a combiner that was written, or else from the first value of a key.
  virtual UniquePointer<WaitingCombiner> make(WireReader& reader, bool isCombiner) const = 0;

 protected:
  ~CombinerSource() = default;
};

/// What memory has no room for in an aggregation: combiners, and records of keys without one. They are sorted by the
/// hashes of their keys, and those of a key are combined in the order in which they came.
class WaitingCombiners {
 public:
  WaitingCombiners();
  WaitingCombiners(WaitingCombiners&&) noexcept;
  WaitingCombiners& operator=(WaitingCombiners&&) noexcept;
  ~WaitingCombiners();

  /// From now on records wait.
  void start(MemoryUse use);
  bool areWaiting() const;

  /// Begins a record, with a combiner or a value, to which its key and this are then written. All combiners come first.
  WireWriter begin(bool isCombiner);

  /// Ends it; `hash` is that of its key.
  void end(std::uint64_t hash);

  /// Combines the records of each key; once. Throws MemoryError if a combiner is larger than the memory.
  void combine(const WireKeys& keys, const CombinerSource& source);

  /// The next key and its combiner, in the order of the keys' first records; false after the last.
  bool next(ByteView& keyAndCombiner);

 private:
  struct Group;

  void add(std::vector<Group>& groups, WireReader& record, const WireKeys& keys, const CombinerSource& source);
  void measure(Group& group, const WireKeys& keys) const;

  MemoryUse use_ = MemoryUse::aggregation;
  UniquePointer<RecordSorter> records_;  // by hash; then, combined, by the position of their first
  std::uint64_t count_ = 0;
  KeptKeys groupKeys_;  // while records are combined
};

}  // namespace seltzer::detail
