#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/loser_tree.hpp>
#include <seltzer/detail/data/sort/stable_sort.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>

namespace seltzer::detail {

/// Sorts elements stably: in memory, if they fit; otherwise in runs, each sorted in memory, which are merged from the
/// scratch file. The elements of a run may belong to several parts: they are then ordered by part, and by key within a
/// part. The result does not depend on how much memory there is. Source: Knuth, The Art of Computer Programming 3, 5.4.
template <class T, class KeyOf>
class ExternalSort {
 public:
  ExternalSort(const KeyOf& keyOf, bool ascending) : keyOf_(keyOf), ascending_(ascending) {}

  bool hasRuns() const { return !runs_.empty(); }

  /// Sorts `elements`, of part 0, and moves them to the scratch file.
  void addRun(ChunkedVector<T>& elements) {
    stableSort(elements, keyOf_, ascending_);
    Run& run = runs_.emplace_back();
    run.row.append(elements, 0, elements.size(), 0);
    RunWriter(run, {0, elements.size()}).finish();
  }

  /// Likewise records that are sorted already, in wire form.
  void addRun(WireRow&& records) {
    Run& run = runs_.emplace_back();
    for (std::size_t begin = 0; begin < records.size();) {
      Bytes frame;
      const std::size_t end = records.writeFrame(begin, records.size(), frame);
      run.row.append(frame, end - begin, begin);
      records.releaseFront(begin = end);
    }
    RunWriter(run, {0, run.row.size()}).finish();
  }

  /// Likewise the elements of all `parts`, as one run; leaves `parts` empty. Many small parts cost no more than a few
  /// large ones.
  void addRun(ElementRowOutputs<T>& parts) {
    RunWriter writer(runs_.emplace_back());
    for (const std::size_t part : parts.partitions()) {
      ChunkedVector<T>& elements = parts.run(part);
      stableSort(elements, keyOf_, ascending_);
      for (std::size_t i = 0; i < elements.size(); ++i) writer.add(part, elements[i]);
      elements = ChunkedVector<T>(elements.use());
    }
    writer.finish();
  }

  /// Completes `output`, whose elements are those of part 0 after the last run, and cuts it into the parts.
  void finish(ElementRowOutput<T>& output) {
    ChunkedVector<T>& elements = output.elements();
    if (runs_.empty()) {
      stableSort(elements, keyOf_, ascending_);
      output.complete();
      return;
    }
    if (!elements.empty()) addRun(elements);
    output.clear();
    mergeInto(output);
  }

  /// Likewise, with records that are sorted already as the last elements of part 0.
  void finish(ElementRowOutput<T>& output, WireRow&& records) {
    if (runs_.empty()) {
      output.complete(std::move(records));
      return;
    }
    if (records.size() > 0) addRun(std::move(records));
    mergeInto(output);
  }

 private:
  void mergeInto(ElementRowOutput<T>& output) {
    const std::size_t most = mostRunsAtOnce();
    while (runs_.size() > most) mergeSome(most);
    Run all = merge(std::span(runs_));
    runs_.clear();
    output.complete(std::move(all.row));
    std::vector<RunPiece> pieces;
    for (SpilledRow<RunPiece>::Cursor piece(all.pieces); !piece.atEnd(); piece.advance()) {
      pieces.push_back(piece.element());
    }
    output.cut(pieces);
  }

  /// In the scratch file with all that is needed to read it: there may be as many pieces as elements.
  struct Run {
    SpilledRow<T> row;
    SpilledRow<RunPiece> pieces;  // of the parts that have elements
  };

  class RunWriter {
   public:
    /// `last` is the piece of the elements that the run has already.
    explicit RunWriter(Run& run, RunPiece last = {}) : elements_(run.row), pieces_(run.pieces), last_(last) {}

    void add(std::size_t part, const T& element) {
      if (last_.part != part) closePiece();
      elements_.add(element);
      last_ = {part, last_.end + 1};
    }
    void finish() {
      closePiece();
      elements_.finish();
      pieces_.finish();
    }

   private:
    void closePiece() {
      if (last_.end > 0) pieces_.add(last_);
    }

    SpilledRowWriter<T> elements_;
    SpilledRowWriter<RunPiece> pieces_;
    RunPiece last_;
  };

  /// Reads a run, which must not move.
  class Cursor {
   public:
    explicit Cursor(Run& run) : element_(run.row), piece_(run.pieces) {}

    bool atEnd() const { return element_.atEnd(); }
    std::size_t part() const { return piece_.element().part; }
    const T& element() const { return element_.element(); }
    void advance() {
      element_.advance();
      if (++position_ == piece_.element().end) piece_.advance();
    }

   private:
    typename SpilledRow<T>::Cursor element_;
    SpilledRow<RunPiece>::Cursor piece_;
    std::size_t position_ = 0;
  };

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
    if (runs.size() == 1) return std::move(runs.front());
    std::vector<Cursor> cursors;
    cursors.reserve(runs.size());
    for (Run& run : runs) cursors.emplace_back(run);
    const KeyOrder order{ascending_};
    const auto less = [&](const Cursor& a, const Cursor& b) {
      return a.part() == b.part() ? order(keyOf_(a.element()), keyOf_(b.element())) : a.part() < b.part();
    };
    LoserTree<Cursor, decltype(less)> tree(std::move(cursors), less);
    Run merged;
    RunWriter writer(merged);
    for (; !tree.atEnd(); tree.advance()) writer.add(tree.top().part(), tree.top().element());
    writer.finish();
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
