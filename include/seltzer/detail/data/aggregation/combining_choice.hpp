#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// Whether a map task combines its records before it sends them, which pays only if that leaves much fewer. Depends on
/// nothing but the hashes of the records' keys, and so neither on ranks nor on memory.
///
/// The first records are combined. If hardly any key came twice, the next ones are sent as they are, until the keys so
/// far have two records each, on average; from then on all are combined. So the records that are sent are at most a few
/// times the distinct keys. Counts keys by a sample of bounded size. Source: Distinct sampling for highly-accurate
/// answers to distinct values queries and event reports, P. Gibbons, 2001.
class CombiningChoice {
 public:
  CombiningChoice();
  ~CombiningChoice();

  /// Whether to combine the next `untilDecision()` records.
  bool combines() const { return combines_; }

  /// Whether that is so for all that follow; then there is nothing to add.
  bool isFinal() const { return isFinal_; }

  /// How many records to add before the next decision; at least one.
  std::size_t untilDecision() const { return nextDecision_ - records_; }

  /// Adds the key of a record, by its Hash. Requires that the choice is not final.
  void add(std::uint64_t hash) {
    ++records_;
    // Mixed again, since the hashes of one partition may have something in common.
    if (const std::uint64_t mixed = mixBits(hash); mixed <= largest_) keep(mixed);
    if (records_ == nextDecision_) decide();
  }

 private:
  static constexpr std::size_t recordsPerDecision = std::size_t{1} << 17;

  void keep(std::uint64_t mixed);
  void insert(std::uint64_t mixed);
  void rebuild(std::size_t slots);
  void decide();

  bool combines_ = true;
  bool isFinal_ = false;
  std::size_t records_ = 0;
  std::size_t nextDecision_ = recordsPerDecision;

  // The sample: all keys whose mixed hashes are at most `largest_`.
  std::uint64_t largest_ = ~std::uint64_t{0};
  int halvings_ = 0;                  // of the sample's share of all hashes
  std::vector<std::uint64_t> slots_;  // linear probing; 0 is a free one
  std::size_t kept_ = 0;
};

}  // namespace seltzer::detail
