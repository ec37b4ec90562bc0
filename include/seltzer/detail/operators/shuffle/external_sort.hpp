#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/loser_tree.hpp>
#include <seltzer/detail/data/sort/stable_sort.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>

namespace seltzer::detail {

/// Sorts the elements of a partition stably: in memory, if they fit; otherwise in runs, each sorted in memory, which
/// are merged from the scratch file. The result does not depend on how much memory there is. Source: Knuth, The Art of
/// Computer Programming 3, 5.4.
template <class T, class KeyOf>
class ExternalSort {
 public:
  ExternalSort(const KeyOf& keyOf, bool ascending) : keyOf_(keyOf), ascending_(ascending) {}

  /// Sorts `elements` and moves them to the scratch file.
  void addRun(ChunkedVector<T>& elements) {
    stableSort(elements, keyOf_, ascending_);
    SpilledRow<T>& run = runs_.emplace_back();
    run.append(elements, 0, elements.size(), 0);
  }

  /// Completes `output`, whose elements are those after the last run.
  void finish(ElementRowOutput<T>& output) {
    ChunkedVector<T>& elements = output.elements();
    if (runs_.empty()) {
      stableSort(elements, keyOf_, ascending_);
      output.complete();
      return;
    }
    if (!elements.empty()) addRun(elements);
    elements = ChunkedVector<T>(elements.use());
    const std::size_t most = mostRunsAtOnce();
    while (runs_.size() > most) mergeSome(most);
    output.complete(merge(std::span(runs_)));
  }

 private:
  using Run = SpilledRow<T>;
  using Cursor = typename Run::Cursor;

  /// Consecutive runs, so that equal elements keep their order.
  void mergeSome(std::size_t most) {
    std::vector<Run> merged;
    for (std::span<Run> left(runs_); !left.empty();) {
      const std::size_t count = std::min(most, left.size());
      merged.push_back(merge(left.first(count)));
      left = left.subspan(count);
    }
    runs_ = std::move(merged);
  }

  Run merge(std::span<Run> runs) const {
    std::vector<Cursor> cursors;
    for (Run& run : runs) cursors.emplace_back(run);
    const KeyOrder order{ascending_};
    const auto less = [&](const Cursor& a, const Cursor& b) { return order(keyOf_(a.element()), keyOf_(b.element())); };
    LoserTree<Cursor, decltype(less)> tree(std::move(cursors), less);
    Run merged;
    Bytes frame;
    std::size_t count = 0;
    for (; !tree.atEnd(); tree.advance()) {
      WireWriter(frame) << tree.top().element();
      ++count;
      if (frame.size() < shuffleFrameBytes) continue;
      merged.append(frame, std::exchange(count, 0));
      frame.clear();
    }
    if (count > 0) merged.append(frame, count);
    return merged;
  }

  /// Each has a frame in memory.
  static std::size_t mostRunsAtOnce() {
    return std::clamp<std::size_t>(memoryAccount().limit() / 8 / shuffleFrameBytes, 2, 1024);
  }

  KeyOf keyOf_;
  bool ascending_;
  std::vector<Run> runs_;
};

}  // namespace seltzer::detail
