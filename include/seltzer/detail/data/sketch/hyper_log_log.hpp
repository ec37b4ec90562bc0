#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace seltzer::detail {

/// A sketch of a set of hashes from which the number of different ones is estimated, with a relative standard error of
/// 1.04 / sqrt(2^precision). It is a function of the set: neither order, nor repetition, nor the grouping of merges
/// changes the estimate.
///
/// The first `precision` bits of a hash choose one of 2^precision registers; a register keeps the greatest rank of its
/// hashes, which is the position of the first 1 in their other bits. While few registers are set, only those are
/// stored. An aggregate, so that tables know its size and it travels; change it by its functions.
///
/// Source: Flajolet, Fusy, Gandouet, Meunier, HyperLogLog (2007); the sparse form: Heule, Nunkesser, Hall, HyperLogLog
/// in Practice (2013); the estimator, which needs no table of corrections: Ertl, New cardinality estimation algorithms
/// for HyperLogLog sketches (2017), arXiv:1702.01284, the improved raw estimator.
struct HyperLogLog {
  static constexpr int leastPrecision = 4;
  static constexpr int mostPrecision = 24;

  /// The least precision, of those above, whose error is at most `relativeSD`; `mostPrecision` if there is none.
  static int precisionFor(double relativeSD);

  /// Adds a hash that a Hash has made. It is mixed once more, since the Hash of a user's type is used as it is.
  void add(std::uint64_t hash);

  /// Adds all hashes of a sketch of the same precision.
  void merge(const HyperLogLog& next);

  /// The estimated number of different hashes: 0 of none.
  std::int64_t estimate() const;

  std::uint8_t precision = leastPrecision;
  std::uint32_t ordered = 0;            ///< how many entries at the front are in order, one for each register
  std::vector<std::uint32_t> entries;   ///< register * 64 + rank, unless there are `registers`
  std::vector<std::uint8_t> registers;  ///< ranks; 0: no hash has come

 private:
  void raise(std::uint32_t index, std::uint8_t rank);
  void compact();
  void makeDense();
};

}  // namespace seltzer::detail
