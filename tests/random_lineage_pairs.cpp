#include "random_lineage_operations.hpp"

namespace seltzer::test {

bool transform(Case& c, const Dataset<IntegerNumber>& d) {
  using T = IntegerNumber;
  return drawFrom<T>(c, d,
                     {mapTo<TextInteger, T>, filter<T>, mapPartitions<T>, unite<T>, repartition<T>,
                      mapPartitionsWithIndex<T>, sample<T>, distinct<T>, intersection<T>, subtract<T>});
}

bool transformByKey(Case& c, const Dataset<IntegerNumber>& d) {
  using T = IntegerNumber;
  return drawFrom<T>(
      c, d,
      {keys<T>, values<T>, mapValues<T>, partitionBy<T>, partitionLike<T>, reduceByKey<T>, sortByKey<T>, foldByKey<T>,
       groupByKey<T>, filterByRange<T>, mapPartitionsPreserving<T>, join<Join::leftOuter, T>, semiJoin<T>});
}

bool act(Case& c, const Dataset<IntegerNumber>& d) {
  using T = IntegerNumber;
  return drawFrom<T>(c, d, {collect<T>, count<T>, countByValue<T>, fail<T>, lookup<T>});
}

bool transform(Case& c, const Dataset<NumberText>& d) {
  using T = NumberText;
  return drawFrom<T>(c, d, {mapTo<Integer, T>, filter<T>, mapPartitions<T>, unite<T>, repartition<T>, zipWithIndex<T>});
}

bool transformByKey(Case& c, const Dataset<NumberText>& d) {
  using T = NumberText;
  return drawFrom<T>(
      c, d,
      {keys<T>, values<T>, mapValues<T>, partitionBy<T>, partitionLike<T>, reduceByKey<T>, sortByKey<T>, groupByKey<T>,
       sortWithinPartitions<T>, join<Join::inner, T>, join<Join::fullOuter, T>, subtractByKey<T>, cogroup<T>});
}

bool act(Case& c, const Dataset<NumberText>& d) {
  using T = NumberText;
  return drawFrom<T>(c, d, {collect<T>, count<T>, iterate<T>, aggregate<T>, lookup<T>, countByKey<T>});
}

}  // namespace seltzer::test
