#pragma once

#include <type_traits>

#include <seltzer/detail/api/pair_types.hpp>
#include <seltzer/detail/api/refused.hpp>
#include <seltzer/detail/operators/borrow.hpp>
#include <seltzer/detail/operators/keeps_value.hpp>
#include <seltzer/owned.hpp>

// As in function_checks.hpp: g++ does not show the expansion of macros of a system header.
#pragma GCC system_header

namespace seltzer::detail {

template <class Number>
inline constexpr bool isCountNotBool = std::is_integral_v<Number> && !std::is_same_v<Number, bool>;

/// Stand-ins for the operations on pairs or numbers, in RDDs of other elements: they say what is needed, where the
/// compiler would list the constraints of every overload.
template <class T>
class UnavailableOperations {
 public:
  /// Mistaken calls that would compile: a number of partitions in place of `ascending`, a zero that narrows.
  template <class F, class Number, class... Args>
  auto sortBy(F&&, Number, Args&&...) const requires isCountNotBool<Number> {
    static_assert(!isCountNotBool<Number>,
                  "sortBy: the second argument says whether the order is ascending; give the number of partitions as "
                  "the third");
    return ::seltzer::detail::Refused();
  }
  template <class Number, class... Args>
  auto sortByKey(Number, Args&&...) const requires(isPair<T>&& isCountNotBool<Number>) {
    static_assert(!isCountNotBool<Number>,
                  "sortByKey: the first argument says whether the order is ascending; give the number of partitions as "
                  "the second");
    return ::seltzer::detail::Refused();
  }
  template <class Zero, class... Args>
  auto fold(Zero, Args&&...) const requires narrows<Zero, Owned<T>> {
    static_assert(!narrows<Zero, Owned<T>>,
                  "fold: this zero does not fit the elements without loss; map them to the wider type first");
    return ::seltzer::detail::Refused();
  }
  template <class Zero, class... Args>
  auto foldByKey(Zero, Args&&...) const requires narrows<Zero, ValueOf<T>> {
    static_assert(!narrows<Zero, ValueOf<T>>,
                  "foldByKey: this zero does not fit the values without loss; map them to the wider type first");
    return ::seltzer::detail::Refused();
  }

#define SELTZER_FOR_PAIRS(operation)                                                     \
  template <class... Args>                                                               \
  auto operation(Args&&...) const requires(!isPair<T>) {                                 \
    static_assert(isPair<T>, #operation                                                  \
                  ": the elements must be pairs; map them to std::pair(key, value), or " \
                  "keyBy(f)");                                                           \
    return ::seltzer::detail::Refused();                                                 \
  }
  SELTZER_FOR_PAIRS(aggregateByKey)
  SELTZER_FOR_PAIRS(aggregateByKeyLocally)
  SELTZER_FOR_PAIRS(broadcastJoin)
  SELTZER_FOR_PAIRS(broadcastLeftAntiJoin)
  SELTZER_FOR_PAIRS(broadcastLeftOuterJoin)
  SELTZER_FOR_PAIRS(broadcastLeftSemiJoin)
  SELTZER_FOR_PAIRS(cogroup)
  SELTZER_FOR_PAIRS(collectAsMap)
  SELTZER_FOR_PAIRS(combineByKey)
  SELTZER_FOR_PAIRS(countApproxDistinctByKey)
  SELTZER_FOR_PAIRS(countByKey)
  SELTZER_FOR_PAIRS(filterByRange)
  SELTZER_FOR_PAIRS(flatMapValues)
  SELTZER_FOR_PAIRS(foldByKey)
  SELTZER_FOR_PAIRS(fullOuterJoin)
  SELTZER_FOR_PAIRS(groupByKey)
  SELTZER_FOR_PAIRS(groupWith)
  SELTZER_FOR_PAIRS(join)
  SELTZER_FOR_PAIRS(keys)
  SELTZER_FOR_PAIRS(leftAntiJoin)
  SELTZER_FOR_PAIRS(leftOuterJoin)
  SELTZER_FOR_PAIRS(leftSemiJoin)
  SELTZER_FOR_PAIRS(lookup)
  SELTZER_FOR_PAIRS(mapValues)
  SELTZER_FOR_PAIRS(partitionBy)
  SELTZER_FOR_PAIRS(reduceByKey)
  SELTZER_FOR_PAIRS(reduceByKeyLocally)
  SELTZER_FOR_PAIRS(repartitionAndSortWithinPartitions)
  SELTZER_FOR_PAIRS(rightOuterJoin)
  SELTZER_FOR_PAIRS(sampleByKey)
  SELTZER_FOR_PAIRS(sampleByKeyExact)
  SELTZER_FOR_PAIRS(sortByKey)
  SELTZER_FOR_PAIRS(subtractByKey)
  SELTZER_FOR_PAIRS(values)
#undef SELTZER_FOR_PAIRS

#define SELTZER_FOR_NUMBERS(operation)                                                                        \
  template <class... Args>                                                                                    \
  auto operation(Args&&...) const requires(!std::is_arithmetic_v<T>) {                                        \
    static_assert(std::is_arithmetic_v<T>, #operation ": the elements must be numbers; map them to numbers"); \
    return ::seltzer::detail::Refused();                                                                      \
  }
  SELTZER_FOR_NUMBERS(approxQuantile)
  SELTZER_FOR_NUMBERS(histogram)
  SELTZER_FOR_NUMBERS(mean)
  SELTZER_FOR_NUMBERS(popStdev)
  SELTZER_FOR_NUMBERS(popVariance)
  SELTZER_FOR_NUMBERS(sampleStdev)
  SELTZER_FOR_NUMBERS(sampleVariance)
  SELTZER_FOR_NUMBERS(stats)
  SELTZER_FOR_NUMBERS(stdev)
  SELTZER_FOR_NUMBERS(sum)
  SELTZER_FOR_NUMBERS(variance)
#undef SELTZER_FOR_NUMBERS

#define SELTZER_WITHOUT_FUNCTION_FOR_NUMBERS(operation)                                                           \
  template <class Element = T>                                                                                    \
  auto operation() const requires(!std::is_arithmetic_v<Element>) {                                               \
    static_assert(std::is_arithmetic_v<Element>, #operation                                                       \
                  ": the elements must be numbers; map them to numbers, or give a neutral value and a function"); \
    return ::seltzer::detail::Refused();                                                                          \
  }
  SELTZER_WITHOUT_FUNCTION_FOR_NUMBERS(exclusivePrefixSum)
  SELTZER_WITHOUT_FUNCTION_FOR_NUMBERS(prefixSum)
#undef SELTZER_WITHOUT_FUNCTION_FOR_NUMBERS
};

}  // namespace seltzer::detail
