#include "random_lineage_operations.hpp"

namespace seltzer::test {

bool transform(Case& c, const Dataset<Integer>& d) {
  using T = Integer;
  return drawFrom<T>(c, d,
                     {mapTo<Number, T>, filter<T>, mapPartitions<T>, unite<T>, repartition<T>, mapTo<T, T>, flatMap<T>,
                      zip<T>, zipPadded<T>, window<T>, prefixSum<T>, coalesce<T>, groupBy<T>, keyBy<Text, T>});
}

bool act(Case& c, const Dataset<Integer>& d) {
  using T = Integer;
  return drawFrom<T>(c, d, {collect<T>, count<T>, take<T>, takeExactly<T>, accumulate<T>, sum});
}

bool transform(Case& c, const Dataset<Number>& d) {
  using T = Number;
  return drawFrom<T>(
      c, d,
      {mapTo<Text, T>, filter<T>, mapPartitions<T>, unite<T>, repartition<T>, mapPartitionsWithIndex<T>, cartesian<T>,
       glom<T>, sample<T>, distinct<T>, intersection<T>, subtract<T>, sortBy<T>, keyBy<Integer, T>});
}

bool act(Case& c, const Dataset<Number>& d) {
  using T = Number;
  return drawFrom<T>(c, d, {collect<T>, count<T>, reduce<T>, top<T>, countByValue<T>, sum, histogram});
}

Parts<Integer> sampledPositions(Context& sc, const std::vector<std::size_t>& sizes, bool withReplacement,
                                double fraction, std::uint64_t seed) {
  if (sizes.empty()) return {};
  const std::vector<Integer> counts(sizes.begin(), sizes.end());
  return sc.parallelize(counts, static_cast<Integer>(counts.size()))
      .flatMap<Integer>([](Integer count, Emit<Integer>& emit) {
        for (Integer i = 0; i < count; ++i) emit(i);
      })
      .sample(withReplacement, fraction, seed)
      .glom()
      .collect();
}

}  // namespace seltzer::test
