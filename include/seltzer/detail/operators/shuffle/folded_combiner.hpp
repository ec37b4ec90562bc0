#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/spill/waiting_combiners.hpp>
#include <seltzer/detail/data/wire/format.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// The combiner of a key whose records waited, made by `Fold`, which has `C create(Value&&) const` and
/// `void merge(C&, Value&&) const`.
template <class C, class Value, class Fold>
class FoldedCombiner final : public WaitingCombiner {
 public:
  /// Reads the combiner, or the first value of its key.
  FoldedCombiner(const Fold& fold, WireReader& reader, bool isCombiner)
      : fold_(fold), combiner_(isCombiner ? reader.read<C>() : fold.create(reader.read<Value>())) {}

  std::size_t merge(WireReader& reader) override {
    Value value = reader.read<Value>();
    const std::size_t added = std::is_trivially_copyable_v<C> ? 0 : sizeof(Value) + heapBytes(value);
    fold_.merge(combiner_, std::move(value));
    return added;
  }
  std::size_t bytes() const override { return heapBytes(combiner_); }
  void write(WireWriter& writer) const override { writer << combiner_; }

 private:
  const Fold& fold_;
  C combiner_;
};

/// Combines the records that waited and calls `visit(std::uint64_t hash, K& key, C& combiner)` in the order of the
/// keys' first records.
template <class K, class C, class Visit>
void forEachCombined(WaitingCombiners& waiting, const CombinerSource& source, Visit&& visit) {
  waiting.combine(wireKeys<K>, source);
  for (ByteView record; waiting.next(record);) {
    WireReader reader(record);
    K key = reader.read<K>();
    C combiner = reader.read<C>();
    visit(Hash<K>()(key), key, combiner);
  }
}

}  // namespace seltzer::detail
