#include "random_lineage_operations.hpp"

namespace seltzer::test {

bool transform(Case& c, const Dataset<Text>& d) {
  using T = Text;
  return drawFrom<T>(c, d,
                     {mapTo<IntegerNumber, T>, filter<T>, mapPartitions<T>, unite<T>, repartition<T>,
                      flatMapEmitting<T>, zipWithIndex<T>, coalesce<T>, distinct<T>, sortBy<T>, keyBy<Number, T>});
}

bool act(Case& c, const Dataset<Text>& d) {
  using T = Text;
  return drawFrom<T>(c, d, {collect<T>, count<T>, take<T>, takeSample<T>, fail<T>});
}

bool transform(Case& c, const Dataset<TextInteger>& d) {
  using T = TextInteger;
  return drawFrom<T>(c, d, {mapTo<NumberText, T>, filter<T>, mapPartitions<T>, unite<T>, repartition<T>, coalesce<T>});
}

bool transformByKey(Case& c, const Dataset<TextInteger>& d) {
  using T = TextInteger;
  return drawFrom<T>(c, d,
                     {keys<T>, values<T>, mapValues<T>, partitionBy<T>, partitionLike<T>, reduceByKey<T>, sortByKey<T>,
                      aggregateByKey<T>, filterByRange<T>, flatMapValues<T>, join<Join::rightOuter, T>, cogroup<T>});
}

bool act(Case& c, const Dataset<TextInteger>& d) {
  using T = TextInteger;
  return drawFrom<T>(c, d, {collect<T>, count<T>, takeExactly<T>, reduce<T>, top<T>, reduceByKeyLocally<T>});
}

}  // namespace seltzer::test
