#pragma once

#include <cstdint>
#include <cstdlib>
#include <type_traits>

#include <seltzer/detail/operators/action/save_action.hpp>

namespace seltzer::detail {

struct RefusedElement;

/// Returned by an operation that a static_assert has refused, so that its message is the only error: converts to
/// anything, can be printed, indexed, iterated, compared and calculated with, and has the transformations and
/// value-returning actions, which return it again.
struct Refused {
  template <class T>
  operator T() const {
    std::abort();
  }

#define SELTZER_REFUSED(transformation)     \
  template <class... Args>                  \
  Refused transformation(Args&&...) const { \
    return {};                              \
  }
  SELTZER_REFUSED(aggregate)
  SELTZER_REFUSED(aggregateByKey)
  SELTZER_REFUSED(aggregateByKeyLocally)
  SELTZER_REFUSED(approxQuantile)
  SELTZER_REFUSED(barrier)
  SELTZER_REFUSED(broadcastJoin)
  SELTZER_REFUSED(broadcastLeftAntiJoin)
  SELTZER_REFUSED(broadcastLeftOuterJoin)
  SELTZER_REFUSED(broadcastLeftSemiJoin)
  SELTZER_REFUSED(cache)
  SELTZER_REFUSED(cartesian)
  SELTZER_REFUSED(coalesce)
  SELTZER_REFUSED(cogroup)
  SELTZER_REFUSED(collect)
  SELTZER_REFUSED(collectAsMap)
  SELTZER_REFUSED(combineByKey)
  SELTZER_REFUSED(countApproxDistinctByKey)
  SELTZER_REFUSED(countByKey)
  SELTZER_REFUSED(countByValue)
  SELTZER_REFUSED(distinct)
  SELTZER_REFUSED(exclusivePrefixSum)
  SELTZER_REFUSED(filter)
  SELTZER_REFUSED(filterByRange)
  SELTZER_REFUSED(first)
  SELTZER_REFUSED(flatMap)
  SELTZER_REFUSED(flatMapValues)
  SELTZER_REFUSED(flatWindow)
  SELTZER_REFUSED(fold)
  SELTZER_REFUSED(foldByKey)
  SELTZER_REFUSED(fullOuterJoin)
  SELTZER_REFUSED(glom)
  SELTZER_REFUSED(groupBy)
  SELTZER_REFUSED(groupByKey)
  SELTZER_REFUSED(groupWith)
  SELTZER_REFUSED(histogram)
  SELTZER_REFUSED(intersection)
  SELTZER_REFUSED(join)
  SELTZER_REFUSED(keyBy)
  SELTZER_REFUSED(keys)
  SELTZER_REFUSED(leftAntiJoin)
  SELTZER_REFUSED(leftOuterJoin)
  SELTZER_REFUSED(leftSemiJoin)
  SELTZER_REFUSED(lookup)
  SELTZER_REFUSED(map)
  SELTZER_REFUSED(mapPartitions)
  SELTZER_REFUSED(mapPartitionsWithIndex)
  SELTZER_REFUSED(mapValues)
  SELTZER_REFUSED(max)
  SELTZER_REFUSED(mean)
  SELTZER_REFUSED(merge)
  SELTZER_REFUSED(min)
  SELTZER_REFUSED(partitionBy)
  SELTZER_REFUSED(persist)
  SELTZER_REFUSED(pipe)
  SELTZER_REFUSED(popStdev)
  SELTZER_REFUSED(popVariance)
  SELTZER_REFUSED(prefixSum)
  SELTZER_REFUSED(randomSplit)
  SELTZER_REFUSED(reduce)
  SELTZER_REFUSED(reduceByKey)
  SELTZER_REFUSED(reduceByKeyLocally)
  SELTZER_REFUSED(repartition)
  SELTZER_REFUSED(repartitionAndSortWithinPartitions)
  SELTZER_REFUSED(rightOuterJoin)
  SELTZER_REFUSED(runJob)
  SELTZER_REFUSED(sample)
  SELTZER_REFUSED(sampleByKey)
  SELTZER_REFUSED(sampleByKeyExact)
  SELTZER_REFUSED(sampleStdev)
  SELTZER_REFUSED(sampleVariance)
  SELTZER_REFUSED(setName)
  SELTZER_REFUSED(sortBy)
  SELTZER_REFUSED(sortByKey)
  SELTZER_REFUSED(stats)
  SELTZER_REFUSED(stdev)
  SELTZER_REFUSED(subtract)
  SELTZER_REFUSED(subtractByKey)
  SELTZER_REFUSED(sum)
  SELTZER_REFUSED(take)
  SELTZER_REFUSED(takeOrdered)
  SELTZER_REFUSED(takeSample)
  SELTZER_REFUSED(toLocalIterator)
  SELTZER_REFUSED(top)
  SELTZER_REFUSED(treeAggregate)
  SELTZER_REFUSED(treeReduce)
  SELTZER_REFUSED(union_)
  SELTZER_REFUSED(unpersist)
  SELTZER_REFUSED(values)
  SELTZER_REFUSED(variance)
  SELTZER_REFUSED(window)
  SELTZER_REFUSED(zip)
  SELTZER_REFUSED(zipPadded)
  SELTZER_REFUSED(zipPartitions)
  SELTZER_REFUSED(zipWithIndex)
  SELTZER_REFUSED(zipWithUniqueId)

  const RefusedElement* begin() const {
    return nullptr;
  }
  const RefusedElement* end() const {
    return nullptr;
  }
  template <class Index>
  const RefusedElement& operator[](Index&&) const {
    return *begin();
  }
  SELTZER_REFUSED(at)
  SELTZER_REFUSED(size)
  SELTZER_REFUSED(value)

  template <class Stream>
  friend Stream& operator<<(Stream& stream, const Refused&) {
    return stream;
  }

#define SELTZER_REFUSED_OPERATOR(op)                                                                      \
  template <class Other>                                                                                  \
  Refused operator op(const Other&) const {                                                               \
    return {};                                                                                            \
  }                                                                                                       \
  template <class Other>                                                                                  \
  requires(!std::is_base_of_v<Refused, Other>) friend Refused operator op(const Other&, const Refused&) { \
    return {};                                                                                            \
  }
  SELTZER_REFUSED_OPERATOR(+)
  SELTZER_REFUSED_OPERATOR(-)
  SELTZER_REFUSED_OPERATOR(*)
  SELTZER_REFUSED_OPERATOR(/)
#undef SELTZER_REFUSED_OPERATOR

#define SELTZER_REFUSED_COMPARISON(op)                                                                 \
  template <class Other>                                                                               \
  bool operator op(const Other&) const {                                                               \
    return false;                                                                                      \
  }                                                                                                    \
  template <class Other>                                                                               \
  requires(!std::is_base_of_v<Refused, Other>) friend bool operator op(const Other&, const Refused&) { \
    return false;                                                                                      \
  }
  SELTZER_REFUSED_COMPARISON(==)
  SELTZER_REFUSED_COMPARISON(!=)
  SELTZER_REFUSED_COMPARISON(<)
  SELTZER_REFUSED_COMPARISON(<=)
  SELTZER_REFUSED_COMPARISON(>)
  SELTZER_REFUSED_COMPARISON(>=)
#undef SELTZER_REFUSED_COMPARISON
#undef SELTZER_REFUSED

#define SELTZER_REFUSED_ACTION(Result, action) \
  template <class... Args>                     \
  Result action(Args&&...) const {             \
    return Result();                           \
  }
  SELTZER_REFUSED_ACTION(std::int64_t, count)
  SELTZER_REFUSED_ACTION(std::int64_t, countApproxDistinct)
  SELTZER_REFUSED_ACTION(void, checkpoint)
  SELTZER_REFUSED_ACTION(void, foreach)
  SELTZER_REFUSED_ACTION(void, foreachPartition)
  SELTZER_REFUSED_ACTION(bool, isEmpty)
  SELTZER_REFUSED_ACTION(void, localCheckpoint)
  SELTZER_REFUSED_ACTION(SavedFiles, saveAsBinaryRecords)
  SELTZER_REFUSED_ACTION(SavedFiles, saveAsCsvFile)
  SELTZER_REFUSED_ACTION(SavedFiles, saveAsJsonFile)
  SELTZER_REFUSED_ACTION(SavedFiles, saveAsNpyFile)
  SELTZER_REFUSED_ACTION(SavedFiles, saveAsObjectFile)
  SELTZER_REFUSED_ACTION(SavedFiles, saveAsTextFile)
  SELTZER_REFUSED_ACTION(void, show)
#undef SELTZER_REFUSED_ACTION
};

/// An element of one: a value, or a pair that can be taken apart.
struct RefusedElement : Refused {
  Refused first;
  Refused second;
};

}  // namespace seltzer::detail
