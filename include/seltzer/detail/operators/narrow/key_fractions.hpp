#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/data/element/key_text.hpp>

namespace seltzer::detail {

/// The sampling fraction of each key.
template <class K>
class KeyFractions {
 public:
  using Pairs = std::vector<std::pair<K, double>>;

  /// Throws std::invalid_argument for a key that occurs twice.
  explicit KeyFractions(const Pairs& pairs) {
    fractions_.upsert(
        pairs.size(), [&](std::size_t i) -> const K& { return pairs[i].first; },
        [&](std::size_t i) { return pairs[i].second; },
        [&](double, std::size_t i) {
          throw std::invalid_argument("there are two fractions for the key " + text(pairs[i].first));
        });
  }

  /// The fraction of a key, which may be borrowed. Throws std::out_of_range if it has none.
  template <class Key>
  double operator()(const Key& key) {
    if (const double* fraction = fractions_.find(key)) return *fraction;
    throw std::out_of_range("there is no fraction for the key " + text(key));
  }

 private:
  template <class Key>
  static std::string text(const Key& key) {
    return std::string(keyText(key, Hash<Key>()(key)));
  }

  AggregationTable<K, double> fractions_;
};

}  // namespace seltzer::detail
