#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/batch.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/loser_tree.hpp>
#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/operators/shuffle/block_merge.hpp>
#include <seltzer/detail/operators/shuffle/run_reader.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>

namespace seltzer::detail {

/// One of the sorted runs to merge: the segments of one map task, read element by element.
template <class Element>
class SegmentCursor {
 public:
  /// Requires a first element.
  explicit SegmentCursor(std::span<const ShuffleSegment> segments) : run_(segments) { advance(); }
  // Only moved: a copy of the element may cost much.
  SegmentCursor(SegmentCursor&&) noexcept(std::is_nothrow_move_constructible_v<Element>) = default;
  SegmentCursor& operator=(SegmentCursor&&) noexcept(std::is_nothrow_move_assignable_v<Element>) = default;

  bool atEnd() const { return atEnd_; }
  void advance() {
    atEnd_ = run_.left() == 0 && !run_.open();
    if (!atEnd_) read(run_.take(1));
  }

  const Element& element() const {
    if constexpr (inPlace || !isDefault) {
      return *element_;
    } else {
      return element_;
    }
  }

  /// Moves the element out, unless it is read in place.
  decltype(auto) take() {
    if constexpr (inPlace) {
      return *element_;
    } else if constexpr (!isDefault) {
      return std::move(*element_);
    } else {
      return std::move(element_);
    }
  }

 private:
  /// Records without alignment are read in place.
  static constexpr bool inPlace = isBitwise<Element> && alignof(Element) == 1;
  static constexpr bool isDefault = std::is_default_constructible_v<Element>;
  using Copy = std::conditional_t<isDefault, Element, std::optional<Element>>;

  void read(WireReader& reader) {
    if constexpr (inPlace) {
      element_ = reinterpret_cast<const Element*>(reader.readBytes(sizeof(Element)).data());
    } else if constexpr (isDefault) {
      element_ = reader.read<Element>();
    } else {
      element_.emplace(reader.read<Element>());
    }
  }

  RunReader run_;
  bool atEnd_ = false;
  std::conditional_t<inPlace, const Element*, Copy> element_{};
};

/// Pushes the elements of sorted runs, merged by a tournament tree.
template <class Element, class KeyOf>
void pushMerged(TaskContext& task, RDDId operation, std::span<const std::span<const ShuffleSegment>> runs,
                const KeyOf& keyOf, bool ascending, Sink<Element>& out) {
  using Cursor = SegmentCursor<Element>;
  const KeyOrder order{ascending};
  const auto less = [&](const Cursor& a, const Cursor& b) { return order(keyOf(a.element()), keyOf(b.element())); };
  LoserTree<Cursor, decltype(less)> tree(std::vector<Cursor>(runs.begin(), runs.end()), less);
  Batch<Element> batch;
  Emitter<Element> emit(task, operation, out);
  while (!tree.atEnd()) {
    batch.clear();
    {
      PhaseScope phase(Phase::shuffleRead);
      task.operation = operation;
      for (; batch.size() < emit.limit() && !tree.atEnd(); tree.advance()) batch.emplace(tree.top().take());
    }
    task.tick();
    if (!emit.pass(batch.elements())) return;
  }
}

template <class Element, class KeyOf>
void pushMerged(TaskContext& task, RDDId operation, BlockMerge<Element, KeyOf>& merge, Sink<Element>& out) {
  Emitter<Element> emit(task, operation, out);
  for (;;) {
    std::span<Element> elements;
    {
      PhaseScope phase(Phase::shuffleRead);
      task.operation = operation;
      elements = merge.next(emit.limit());
    }
    task.tick();
    if (elements.empty() || !emit.pass(elements)) return;
  }
}

/// Merges a block whose map tasks wrote sorted elements, in the order of `keyOf`; equal ones in the order of the map
/// tasks. O(log(map tasks)) for each element.
template <class Element, class KeyOf>
void mergeSegments(TaskContext& task, RDDId operation, const ShuffleBlock& block, const KeyOf& keyOf, bool ascending,
                   Sink<Element>& out) {
  std::vector<std::span<const ShuffleSegment>> runs;  // by map task
  for (auto rest = block.segments(); !rest.empty();) {
    const auto end = std::find_if(rest.begin(), rest.end(), [&rest](const ShuffleSegment& segment) {
      return segment.mapPartition() != rest.front().mapPartition();
    });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    runs.push_back(rest.first(count));
    rest = rest.subspan(count);
  }
  if constexpr (BlockMerge<Element, KeyOf>::isSuitable) {
    BlockMerge<Element, KeyOf> merge(runs, keyOf, ascending);
    pushMerged(task, operation, merge, out);
  } else {
    pushMerged(task, operation, runs, keyOf, ascending, out);
  }
}

}  // namespace seltzer::detail
