#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// Merges k sorted sequences: `top()` is the cursor at the least of their next elements; of equal ones, that of the
/// first sequence. A tournament tree of losers (Knuth, The Art of Computer Programming 3, 5.4.1): log2(k) calls of
/// `less` for each element, none for one sequence, one for two. A Cursor is movable and has `bool atEnd() const` and
/// `void advance()`; `less(a, b)` compares the elements at two cursors.
template <class Cursor, class Less>
class LoserTree {
 public:
  explicit LoserTree(std::vector<Cursor> cursors, Less less = Less())
      : cursors_(std::move(cursors)), less_(std::move(less)), losers_(cursors_.size()) {
    if (!cursors_.empty()) winner_ = play(1);
  }

  /// Whether all sequences are at their end.
  bool atEnd() const { return cursors_.empty() || cursors_[winner_].atEnd(); }

  /// Requires !atEnd().
  Cursor& top() { return cursors_[winner_]; }
  const Cursor& top() const { return cursors_[winner_]; }
  std::size_t topIndex() const { return winner_; }

  /// Advances the top cursor and finds the new top. Requires !atEnd().
  void advance() {
    cursors_[winner_].advance();
    for (std::size_t node = (cursors_.size() + winner_) / 2; node > 0; node /= 2) {
      if (beats(losers_[node], winner_)) std::swap(losers_[node], winner_);
    }
  }

 private:
  /// Plays the games below `node` and returns the winner: inner nodes are 1 to k - 1, cursor i is node k + i.
  std::size_t play(std::size_t node) {
    if (node >= cursors_.size()) return node - cursors_.size();
    const std::size_t left = play(2 * node);
    const std::size_t right = play(2 * node + 1);
    const bool rightWins = beats(right, left);
    losers_[node] = rightWins ? left : right;
    return rightWins ? right : left;
  }

  /// Whether the element of cursor `a` comes before that of `b`.
  bool beats(std::size_t a, std::size_t b) const {
    if (cursors_[a].atEnd()) return false;
    if (cursors_[b].atEnd()) return true;
    return a < b ? !less_(cursors_[b], cursors_[a]) : less_(cursors_[a], cursors_[b]);
  }

  std::vector<Cursor> cursors_;
  Less less_;
  std::vector<std::size_t> losers_;  // losers_[node]: who lost the game at the node; [0] is unused
  std::size_t winner_ = 0;
};

}  // namespace seltzer::detail
