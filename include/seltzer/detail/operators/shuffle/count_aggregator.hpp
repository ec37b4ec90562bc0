#pragma once

#include <cstdint>

namespace seltzer::detail {

/// `countByKey`: the number of values.
template <class V>
struct CountAggregator {
  using Combiner = std::int64_t;

  Combiner create(V&&) const { return 1; }
  void mergeValue(Combiner& count, V&&) const { ++count; }
  void mergeCombiners(Combiner& count, Combiner&& next) const { count += next; }
};

}  // namespace seltzer::detail
