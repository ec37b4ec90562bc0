#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/context.hpp>
#include <seltzer/csv.hpp>
#include <seltzer/detail/api/pair_types.hpp>
#include <seltzer/detail/api/unavailable_operations.hpp>
#include <seltzer/detail/operators/action/count_by_value_fold.hpp>
#include <seltzer/detail/operators/action/save_action.hpp>
#include <seltzer/detail/operators/narrow/flat_mapped_rdd.hpp>
#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>
#include <seltzer/partitioners.hpp>
#include <seltzer/saved_files.hpp>
#include <seltzer/stat_counter.hpp>

namespace seltzer {

template <class T>
class LocalIterator;

template <class T>
class RDDBarrier;

/// A resilient distributed dataset: elements of type T in numbered partitions, described by how to compute them. A
/// cheap handle to copy. A transformation returns a new RDD and runs nothing; an action runs a job.
///
/// For a fixed number of partitions every result is bit-identical from run to run and on any number of ranks: results
/// are combined in partition order, and random draws depend only on seed, partition and position.
///
/// Functions run on the ranks that hold the data. They may be lambdas that capture nothing or only trivially copyable
/// values (Broadcast and Accumulator included), function objects with a Boost `serialize`, or `with(state, f)`. A
/// lambda that captured an address throws CaptureError at the call. Functions are called as const, with an rvalue or an
/// lvalue of the element, whichever they accept. An exception that they throw reaches the driver as TaskError; the
/// context stays usable.
///
/// Elements of a type that contains views (`std::string_view`, also inside pairs, tuples, vectors, optionals) are
/// borrowed: valid only during the call. Operations that store elements store their owned form, `Owned<T>`. A view that
/// a function returns or emits must be of its argument or of data that outlives the job, not of its own variables.
///
/// A number of partitions below 1 or above 10,000,000 throws std::invalid_argument. Costs are given for n elements on p
/// ranks.
///
/// Key and Value are the owned forms of a pair's types. Operations by key need pairs, `sum` and the other statistics
/// need numbers; on other elements they do not compile, and the error says why. The last parameter of every operation
/// is its call site, for messages and statistics: leave it out.
///
/// A combining function must not narrow its result: converting, say, the `double` of `sum + x` to the `int` of a zero
/// does not compile. Narrowing means an integer of fewer bytes, a floating-point number of fewer digits, or an integer
/// for a floating-point number, also within pairs, tuples and optionals. Signedness does not count, nor does the `int`
/// to which C++ promotes two smaller integers. Nor may a function that is no template take a number as a narrower
/// integer: `[](int a, int b)` does not compile for elements of 64 bits.
template <class T>
class alignas(detail::driverHandleAlignment) RDD : public detail::UnavailableOperations<T> {
  static_assert(std::is_same_v<T, std::remove_cvref_t<T>>, "RDD: the element type must not be const or a reference");
  static_assert(std::is_copy_constructible_v<T>, "RDD: elements must be copyable");
  static_assert(std::is_nothrow_destructible_v<T>, "RDD: the destructor of an element must not throw");
  static_assert(detail::HasWith<T>::value,
                "RDD: ElementTraits of an element's type need With<Us...>, the same template with parts of types Us");
  static_assert(detail::HasGet<T>::value,
                "RDD: ElementTraits of a product or a choice need get<i>(value), which returns a reference to part i");

 public:
  /// The type of an element.
  using value_type = T;

  /// Which partition a by-key operation on pairs puts each key into.
  using Partitioning = PartitioningSpec<detail::KeyOf<T>>;

  /// Which partition an operation that moves whole elements puts each of them into.
  using ElementPartitioning = PartitioningSpec<Owned<T>>;

  /// @name Transformations of elements
  /// Narrow: no data moves. O(n/p). The result has as many partitions as this RDD, in the same order. It keeps the
  /// partitioner where every pair keeps its key: `filter`, `mapValues`, `flatMapValues`, `randomSplit` and the samples.
  /// @{

  /// `f(x)` for each element: an RDD of the type that `f` returns, without reference or const.
  template <class F>
  auto map(F f, CallSite where = CallSite::current()) const;

  /// The elements for which `f(x)` is true.
  template <class F>
  RDD filter(F f, CallSite where = CallSite::current()) const;

  /// The elements of the ranges that `f(x)` returns. Alternatively `flatMap<U>(f)`: whatever `f(x, emit)` passes to
  /// `emit(y)`, without building a range; `emit` is a `seltzer::Emit<U>&`.
  template <class F>
  auto flatMap(F f, CallSite where = CallSite::current()) const;

  /// The element type is given: `f(x, emit)`, or `f(x)` that returns a range or an optional of what converts to U.
  template <class U, class F>
  RDD<U> flatMap(F f, CallSite where = CallSite::current()) const;

  /// Calls `f(elements)` once for each partition, empty ones included; the range that it returns is the new partition.
  /// `elements` is a single-pass range, `seltzer::PartitionElements<T>&`, whose borrowed elements are valid until it
  /// advances. Elements are computed as the range advances: the first 256 singly, after that up to a quarter of the
  /// number read so far ahead of the reader. Alternatively `mapPartitions<U>(f)` calls `f(elements, emit)`, and
  /// `elements` ends as soon as no more output is needed. With `preservesPartitioning` the result keeps the partitioner
  /// of this RDD: the caller guarantees that every pair it returns has a key that belongs to that partition.
  template <class F>
  auto mapPartitions(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// The form that emits: `f(elements, emit)`, where `emit` is a `seltzer::Emit<U>&`.
  template <class U, class F>
  RDD<U> mapPartitions(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// As `mapPartitions`, with the partition's index as the first argument: `f(index, elements)` or `f(index, elements,
  /// emit)`.
  template <class F>
  auto mapPartitionsWithIndex(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// The form that emits: `f(index, elements, emit)`, where `emit` is a `seltzer::Emit<U>&`.
  template <class U, class F>
  RDD<U> mapPartitionsWithIndex(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// The operations whose tasks all run at once, each on a rank of its own, and may wait for each other.
  RDDBarrier<T> barrier() const;

  /// Each partition as one vector, empty ones included. A task holds its partition in memory.
  RDD<std::vector<Owned<T>>> glom(CallSite where = CallSite::current()) const;

  /// The pair (f(x), x) for each element.
  template <class F>
  auto keyBy(F f, CallSite where = CallSite::current()) const;

  /// The key of each pair, duplicates kept.
  auto keys(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The value of each pair.
  auto values(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pair (k, f(v)) for each (k, v).
  template <class F>
  auto mapValues(F f, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// For each (k, v), a pair (k, w) for each w of the range `f(v)`.
  template <class F>
  auto flatMapValues(F f, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Filter and map in one: the values of those optionals returned by `f(x)` that are not empty.
  template <class F>
  auto collect(F f, CallSite where = CallSite::current()) const requires(!std::is_convertible_v<F, CallSite>);

  /// A random sample: each element with probability `fraction` or, with replacement, a Poisson(`fraction`) number of
  /// times. An element's draw depends only on seed, partition and position. Throws std::invalid_argument for a fraction
  /// that is negative, infinite, NaN, or above 1 without replacement.
  RDD sample(bool withReplacement, double fraction, std::uint64_t seed = 0, CallSite where = CallSite::current()) const;

  /// As `sample`, with a fraction for each key: `fractions` is a map, a vector of pairs, or a braced list. A pair whose
  /// key has no fraction is a TaskError. Also throws std::invalid_argument for a key that is listed twice.
  template <class Fractions = std::vector<std::pair<detail::KeyOf<T>, double>>>
  RDD sampleByKey(bool withReplacement, const Fractions& fractions, std::uint64_t seed = 0,
                  CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `sampleByKey`, with exactly ceil(n * fraction), computed in `double`, of the n pairs of a key, all choices
  /// equally likely. The first job on it runs another one before, which brings to the driver the number of pairs of
  /// each key in each partition. This RDD must have the same elements each time it is computed.
  template <class Fractions = std::vector<std::pair<detail::KeyOf<T>, double>>>
  RDD sampleByKeyExact(bool withReplacement, const Fractions& fractions, std::uint64_t seed = 0,
                       CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// One RDD for each weight; each element is in exactly one of them, in the i-th with probability weights[i] / sum.
  /// Which one depends only on seed, partition and position. Each of the RDDs computes this one: cache it. Throws
  /// std::invalid_argument for a weight that is negative or NaN, and for a sum that is 0 or infinite.
  std::vector<RDD> randomSplit(const std::vector<double>& weights, std::uint64_t seed = 0,
                               CallSite where = CallSite::current()) const;

  /// The lines that `/bin/sh -c command` writes to stdout, one process for each partition, empty ones included. Each
  /// element is a line of its stdin, in the format of `saveAsTextFile`; the process need not read them all.
  /// `environment` is added to this program's environment and overrides it. LF ends a line, a last line without one
  /// counts; lines are borrowed. The process is killed once no more lines are needed. An exit code other than 0, or
  /// death by a signal, is a TaskError with the command and the last 64 KiB of its stderr. Throws std::invalid_argument
  /// for an empty command.
  RDD<std::string_view> pipe(const std::string& command, const std::map<std::string, std::string>& environment = {},
                             CallSite where = CallSite::current()) const;
  /// @}

  /// @name Transformations of several RDDs, of positions and of partitions
  /// Narrow. P is the number of partitions of this RDD, Q that of the other. Partitions that are combined in one task
  /// but live on different ranks are fetched if they are cached, and otherwise computed by that task.
  /// @{

  /// Pairs of the elements at the same position, in P partitions. Throws std::invalid_argument if P differs from Q; two
  /// partitions of different sizes are a TaskError.
  template <class U>
  RDD<std::pair<T, U>> zip(const RDD<U>& other, CallSite where = CallSite::current()) const;

  /// As `mapPartitions`, over the partitions of the same index of two to four RDDs: `f(elements, otherElements...)`
  /// returns a range; or, as `zipPartitions<Out>(others..., f)`, it takes `emit` last. P partitions. Throws
  /// std::invalid_argument if the RDDs differ in their number of partitions.
  template <detail::Deduced = detail::Deduced::yes, class U, class F>
  auto zipPartitions(const RDD<U>& other, F f, CallSite where = CallSite::current()) const;

  /// Of three RDDs: `f(elements, secondElements, thirdElements)`.
  template <detail::Deduced = detail::Deduced::yes, class U, class V, class F>
  auto zipPartitions(const RDD<U>& second, const RDD<V>& third, F f, CallSite where = CallSite::current()) const;

  /// Of four RDDs: `f` gets the elements of each, in the order of the RDDs.
  template <detail::Deduced = detail::Deduced::yes, class U, class V, class W, class F>
  auto zipPartitions(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, F f,
                     CallSite where = CallSite::current()) const;

  /// The form that emits, of two RDDs: `f(elements, otherElements, emit)`.
  template <class Out, class U, class F>
  RDD<Out> zipPartitions(const RDD<U>& other, F f, CallSite where = CallSite::current()) const;

  /// The form that emits, of three RDDs.
  template <class Out, class U, class V, class F>
  RDD<Out> zipPartitions(const RDD<U>& second, const RDD<V>& third, F f, CallSite where = CallSite::current()) const;

  /// The form that emits, of four RDDs.
  template <class Out, class U, class V, class W, class F>
  RDD<Out> zipPartitions(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, F f,
                         CallSite where = CallSite::current()) const;

  /// Each element with its position in the whole RDD, from 0. With more than one partition, the first job on it runs
  /// another one before, which counts the elements of all partitions but the last.
  RDD<std::pair<T, std::int64_t>> zipWithIndex(CallSite where = CallSite::current()) const;

  /// Each element with a unique number: its index in the partition * P + the partition's index. Needs no counting.
  RDD<std::pair<T, std::int64_t>> zipWithUniqueId(CallSite where = CallSite::current()) const;

  /// For each element, the sum of all elements up to it, itself included. Of integers, exact, as a 64-bit integer of
  /// their signedness; a sum that does not fit is a TaskError. Of floating-point numbers, in double: the sum of the
  /// partitions before, added up in their order, plus that of the elements of the partition so far, so that the last
  /// one is what `sum` gives. With more than one partition, the first job on it runs another one before, which sums up
  /// all partitions but the last; this RDD must have the same elements each time it is computed.
  auto prefixSum(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// As above, for an associative `f` and a neutral value: `f(f(f(neutral, x0), x1), ...)`, where f returns the new
  /// value or modifies its first argument in place. It is called twice for each element: the result of the partitions
  /// before and that of this partition, each from the neutral value, are combined last.
  template <class F>
  auto prefixSum(Owned<T> neutral, F f, CallSite where = CallSite::current()) const;

  /// As `prefixSum`, without the element itself: the first is 0.
  auto exclusivePrefixSum(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// As `prefixSum` by a function, without the element itself: the first is the neutral value.
  template <class F>
  auto exclusivePrefixSum(Owned<T> neutral, F f, CallSite where = CallSite::current()) const;

  /// `f(window)` for each run of n consecutive elements, across the bounds of partitions: `window` is a
  /// `std::span<const Owned<T>>`. Of N elements there are N - n + 1 results, none if N < n, each in the partition of
  /// its first element, in its owned form. With more than one partition and n > 1, the first job on it runs another one
  /// before, which brings the first n - 1 elements of all partitions but the first to the driver; every rank gets them
  /// all. This RDD must have the same elements each time it is computed. Throws std::invalid_argument for n < 1. Moving
  /// averages: `window(3, [](auto x) { return (x[0] + x[1] + x[2]) / 3; })`.
  template <class F>
  auto window(std::int64_t n, F f, CallSite where = CallSite::current()) const;

  /// As `window`, with all elements of the ranges that `f(window)` returns.
  template <class F>
  auto flatWindow(std::int64_t n, F f, CallSite where = CallSite::current()) const;

  /// The elements of both, duplicates kept: P + Q partitions, those of this RDD first. If both are known to have equal
  /// partitioners, P partitions instead, each with the elements of both partitions of its index, and the result keeps
  /// the partitioner. (`union` is a keyword of C++.)
  RDD union_(const RDD& other, CallSite where = CallSite::current()) const;

  /// An operand with its call site, for which a `+`, and what takes any number of RDDs, has no parameter.
  struct Operand {
    /// Implicit conversion of an operand.
    Operand(const RDD& operand, CallSite site = CallSite::current()) : rdd(operand), where(site) {}
    const RDD& rdd;  ///< the operand
    CallSite where;  ///< the line of the call
  };

  /// `a + b` is `a.union_(b)`.
  RDD operator+(Operand other) const { return union_(other.rdd, other.where); }
  /// @cond
  template <class U>
  requires(!std::is_same_v<T, U>) detail::Refused operator+(const RDD<U>&) const {
    static_assert(std::is_same_v<T, U>, "operator+: the RDDs have elements of different types; map one of them first");
    return {};
  }
  /// @endcond

  /// All pairs (x, y), in P*Q partitions: partition i*Q+j combines i of this RDD with j of the other, and lists for
  /// each x every y. A task holds a partition of the other RDD in memory or, if it does not fit, reads it from the
  /// scratch file for each x. Throws std::invalid_argument if P*Q exceeds 10,000,000.
  template <class U>
  RDD<std::pair<T, U>> cartesian(const RDD<U>& other, CallSite where = CallSite::current()) const;

  /// Merges partitions into n = min(`partitions`, P), without a shuffle: partition i is the concatenation of
  /// floor(i*P/n) up to, not including, floor((i+1)*P/n).
  RDD coalesce(std::int64_t partitions, CallSite where = CallSite::current()) const;
  /// @}

  /// @name Transformations that shuffle elements
  /// A shuffle computes all partitions of this RDD in a stage of its own and sends each element directly to the rank
  /// that needs it. Received data is kept for later jobs, as long as there is an RDD that depends on it. Cost:
  /// O(n/p), and the bytes of the elements that move to another rank. A map task that fails is retried before anything
  /// is sent.
  /// @{

  /// Balances the elements over `partitions` partitions, whose sizes differ by at most one. The order of elements is
  /// kept.
  RDD<Owned<T>> repartition(std::int64_t partitions, CallSite where = CallSite::current()) const;

  /// With `shuffle`, `repartition(partitions)`, which can also increase their number; without, `coalesce(partitions)`.
  RDD<Owned<T>> coalesce(std::int64_t partitions, bool shuffle, CallSite where = CallSite::current()) const;

  /// Pairs of the elements at the same position of the whole RDDs, however these are partitioned; where one has ended,
  /// `left` or `right` takes the place of its elements. Balanced over `partitions` partitions, by default as many as
  /// the larger RDD has. Both RDDs are shuffled as by `repartition`, and the first job on the result counts each in a
  /// job of its own before: they must have the same elements each time they are computed; cache what is costly.
  template <class U>
  RDD<std::pair<Owned<T>, Owned<U>>> zipPadded(const RDD<U>& other, Owned<T> left, Owned<U> right,
                                               PartitionCount partitions = {},
                                               CallSite where = CallSite::current()) const;

  /// Each element once, in first-seen order within a partition. `partitions` is a number, by default that of this RDD,
  /// or a partitioner of elements (see PartitioningSpec); for pairs, one of their keys will do. Given no partitioner,
  /// pairs that are already partitioned into as many partitions stay where they are, nothing moves, and the result
  /// keeps the partitioner.
  RDD<Owned<T>> distinct(ElementPartitioning partitions = {}, CallSite where = CallSite::current()) const;

  /// The distinct elements that are in both, by default in as many partitions as the larger RDD has. Elements are
  /// partitioned as by `distinct`: a side of pairs that is already partitioned into as many partitions, this one first,
  /// stays where it is, and only the other one moves.
  RDD<Owned<T>> intersection(const RDD& other, ElementPartitioning partitions = {},
                             CallSite where = CallSite::current()) const;

  /// The elements of this RDD that are not in the other, duplicates kept; by default in as many partitions as this RDD.
  /// Partitioned as by `intersection`.
  RDD<Owned<T>> subtract(const RDD& other, ElementPartitioning partitions = {},
                         CallSite where = CallSite::current()) const;

  /// All elements in the order of `key(x)`, across partitions and within each; by default in as many partitions as this
  /// RDD. Stable, also when descending: elements with equal keys keep their order. Keys need `<`; NaN is greatest. No
  /// partition exceeds 1.1 times its even share, whatever the keys: a run of equal keys may span several partitions, so
  /// the result has no partitioner; `sortByKey` keeps them together. A sample sort that computes this RDD once: local
  /// sorts, splitters from samples with ties broken by position, one shuffle, a merge. Instead of a key, `key` may be a
  /// comparator without captures, `less(x, y)`, such as `std::greater<>()`; each element is then copied as a key, so
  /// prefer a key where there is one.
  template <class F>
  RDD<Owned<T>> sortBy(F key, bool ascending = true, PartitionCount partitions = {},
                       CallSite where = CallSite::current()) const;

  /// The elements of two RDDs that are both sorted as by `sortBy(key, ascending)`, in that order; by default in as many
  /// partitions as the larger RDD has, none above 1.1 times its even share. Of elements with equal keys, those come
  /// first that come first in `union_(other)`. The partitions are checked, not sorted: one comparison for each element,
  /// a shuffle, a merge. Where some are not in order they are sorted, so the result always is.
  template <class F = std::identity>
  RDD<Owned<T>> merge(const RDD& other, F key = {}, bool ascending = true, PartitionCount partitions = {},
                      CallSite where = CallSite::current()) const;

  /// Groups the elements by `f(x)`: an RDD of pairs of a key and a `std::vector` of its elements, both in first-seen
  /// order. `partitions` is a number, by default that of this RDD, or a partitioner. Every element moves, and those of
  /// a key must fit into the memory of one rank.
  template <class F>
  auto groupBy(F f, PartitioningSpec<detail::KeyMadeBy<F, T>> partitions = {},
               CallSite where = CallSite::current()) const;
  /// @}

  /// @name Transformations of pairs by their keys
  /// Keys need `==` and a hash, `seltzer::Hash`. Unless stated otherwise, a partition of the result lists its keys in
  /// first-seen order over the partitions of this RDD, and the values of a key in the same order. `partitions` is a
  /// number of partitions, by hash, or a partitioner (see PartitioningSpec). The default is the partitioner of the
  /// largest parent that has one, else the hash over as many partitions as the largest parent has. The result has this
  /// partitioner. A parent that already has it is not shuffled.
  /// @{

  /// Moves each pair to the partition of its key; within a partition the pairs keep their order.
  RDD<Owned<T>> partitionBy(Partitioning partitioner,
                            CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As above, to partition `f(k)` modulo `partitions`, never negative, as in PySpark. Short for
  /// `FunctionPartitioner(partitions, f)`, which the other operations take.
  template <class F>
  RDD<Owned<T>> partitionBy(std::int64_t partitions, F f, CallSite where = CallSite::current()) const
      requires(detail::isPair<T> && !std::is_convertible_v<F, CallSite>);

  /// Combines the values of each key, `f(f(v0, v1), v2)...`, for an associative f. Combines in the map tasks first, so
  /// that one value moves for each key of each partition of this RDD; where a partition has very many keys and about
  /// one value of each, the values move as they are.
  template <class F>
  auto reduceByKey(F f, Partitioning partitions = {},
                   CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `reduceByKey`, starting from a zero, which is applied once for each key of each partition of this RDD.
  template <class F>
  auto foldByKey(detail::ValueOf<T> zero, F f, Partitioning partitions = {},
                 CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Folds the values of each key into a `U` by `seq(u, v)` in the map tasks, and merges these by `comb(u, u)`; each
  /// returns the new `U` or modifies its first argument in place. The zero is applied once for each key of each
  /// partition of this RDD.
  template <class U, class Seq, class Comb>
  auto aggregateByKey(U zero, Seq seq, Comb comb, Partitioning partitions = {},
                      CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The general form: `create(v)` for the first value of a key in a partition of this RDD, `mergeValue(c, v)` for its
  /// other values there, `mergeCombiners(c, c)` across partitions.
  template <class Create, class MergeValue, class MergeCombiners>
  auto combineByKey(Create create, MergeValue mergeValue, MergeCombiners mergeCombiners, Partitioning partitions = {},
                    CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// All values of each key, as a `std::vector`. Every value moves, and the values of a key must fit into the memory of
  /// one rank: prefer `reduceByKey` or `aggregateByKey` where they will do.
  auto groupByKey(Partitioning partitions = {}, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// About how many different values each key has: (k, `std::int64_t`), of which two in three are within `relativeSD`
  /// of the truth, as a share of it, and 997 in 1,000 within three times that. Values need `==` and a hash. A
  /// HyperLogLog of at most (1.04 / relativeSD)^2 bytes, rounded up to a power of two, moves for each key of each
  /// partition, and no value does. The estimates depend on the values alone. Throws UsageError for a `relativeSD` below
  /// 0.00026 or not below 1.
  auto countApproxDistinctByKey(double relativeSD = 0.05, Partitioning partitions = {},
                                CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The values that each key has in both RDDs: (k, (vector of v, vector of w)); a vector is empty where that RDD lacks
  /// the key. Keys of this RDD come first. The values of a key must fit into the memory of one rank.
  template <class U>
  auto cogroup(const RDD<U>& other, Partitioning partitions = {},
               CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Of three RDDs: (k, `std::tuple` of three vectors).
  template <class U, class V>
  auto cogroup(const RDD<U>& second, const RDD<V>& third, Partitioning partitions = {},
               CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Of four RDDs: (k, `std::tuple` of four vectors).
  template <class U, class V, class W>
  auto cogroup(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, Partitioning partitions = {},
               CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// `cogroup(other)`.
  template <class U>
  auto groupWith(const RDD<U>& other, CallSite where = CallSite::current()) const requires detail::isPair<T> {
    return cogroup(other, {}, where);
  }

  /// `cogroup(second, third)`.
  template <class U, class V>
  auto groupWith(const RDD<U>& second, const RDD<V>& third,
                 CallSite where = CallSite::current()) const requires detail::isPair<T> {
    return cogroup(second, third, {}, where);
  }

  /// `cogroup(second, third, fourth)`.
  template <class U, class V, class W>
  auto groupWith(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth,
                 CallSite where = CallSite::current()) const requires detail::isPair<T> {
    return cogroup(second, third, fourth, {}, where);
  }

  /// Every combination of the values of equal keys: (k, (v, w)). One side streams past a table of the other, so the
  /// product of a frequent key is never held in memory. The table is of the other RDD, and the result has the order of
  /// this RDD's pairs after the shuffle, and for each of them that of the other RDD's; in `rightOuterJoin` the sides
  /// are swapped. So call it on the larger RDD, or `broadcastJoin` if the other one is small. Where memory has no room
  /// for the table, all of this side is read before the first pair whose matches are in the scratch file, also by
  /// `take`.
  template <class U>
  auto join(const RDD<U>& other, Partitioning partitions = {},
            CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `join`, plus the pairs whose key the other RDD lacks, with `std::nullopt` for w: (k, (v, optional w)).
  template <class U>
  auto leftOuterJoin(const RDD<U>& other, Partitioning partitions = {},
                     CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `join`, plus the pairs of the other RDD whose key this one lacks: (k, (optional v, w)).
  template <class U>
  auto rightOuterJoin(const RDD<U>& other, Partitioning partitions = {},
                      CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `join`, plus the pairs of either RDD whose key the other lacks, those of the other RDD last: (k, (optional v,
  /// optional w)).
  template <class U>
  auto fullOuterJoin(const RDD<U>& other, Partitioning partitions = {},
                     CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose key the other RDD has, each once, however often the key occurs there.
  template <class U>
  RDD<Owned<T>> leftSemiJoin(const RDD<U>& other, Partitioning partitions = {},
                             CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose key the other RDD lacks.
  template <class U>
  RDD<Owned<T>> leftAntiJoin(const RDD<U>& other, Partitioning partitions = {},
                             CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `join`, with an RDD that is small enough for each rank: it is collected and broadcast before the first job that
  /// needs it, and each rank looks its pairs up in a table. Nothing of this RDD moves, and the result has its
  /// partitions and its partitioner: in its order, each pair with its matches in theirs. `small` takes its size once on
  /// the driver and once per host, and a table on each rank, none of which can wait on disk: throws MemoryError or
  /// ResultSizeError where it does not fit, or TaskError where a rank's table does not.
  ///
  ///     const auto named = visits.broadcastJoin(sites);  // (site, visit) and (site, name): (site, (visit, name))
  template <class U>
  auto broadcastJoin(const RDD<U>& small, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `broadcastJoin`, plus the pairs whose key `small` lacks, with `std::nullopt` for w: (k, (v, optional w)).
  template <class U>
  auto broadcastLeftOuterJoin(const RDD<U>& small,
                              CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose key `small` has, found as by `broadcastJoin`; only its keys travel.
  template <class U>
  RDD<Owned<T>> broadcastLeftSemiJoin(const RDD<U>& small,
                                      CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose key `small` lacks, found likewise.
  template <class U>
  RDD<Owned<T>> broadcastLeftAntiJoin(const RDD<U>& small,
                                      CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `leftAntiJoin`, but by default partitioned as this RDD is, else by hash into as many partitions as it has.
  template <class U>
  RDD<Owned<T>> subtractByKey(const RDD<U>& other, Partitioning partitions = {},
                              CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `sortBy`, by the keys, but equal keys share a partition and the result has a range partitioner: a `join` or
  /// `lookup` on it moves none of its pairs, `filterByRange` skips partitions, and `mapPartitions` sees all pairs of a
  /// key in a row. A frequent key makes a large partition, and with few keys some partitions are empty. The ranges are
  /// chosen when the sort runs; an operation that needs them earlier runs it.
  RDD<Owned<T>> sortByKey(bool ascending = true, PartitionCount partitions = {},
                          CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As above, in the order of `key(k)`; keys for which it is equal share a partition.
  template <class F>
  RDD<Owned<T>> sortByKey(bool ascending, PartitionCount partitions, F key,
                          CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose keys are in [least, greatest]. Narrow: keeps the partitions and the partitioner of this RDD. After
  /// a `sortByKey` without a function, or with a RangePartitioner, partitions outside the range are not computed.
  RDD filterByRange(const detail::KeyOf<T>& least, const detail::KeyOf<T>& greatest,
                    CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `partitionBy`, with each partition sorted by key; equal keys keep their order. Cheaper than sorting afterwards:
  /// the map tasks sort, and the shuffle merges.
  RDD<Owned<T>> repartitionAndSortWithinPartitions(
      Partitioning partitioner, bool ascending = true,
      CallSite where = CallSite::current()) const requires detail::isPair<T>;
  /// @}

  /// @name Storage and description
  /// @{

  /// `persist(StorageLevel::MEMORY_ONLY)`.
  const RDD& cache(CallSite where = CallSite::current()) const { return persist(StorageLevel::MEMORY_ONLY, where); }

  /// Marks this RDD to be stored, and returns it; runs nothing. The first job that computes a partition keeps it in the
  /// memory of its rank for later jobs. The element type must be able to travel. Throws std::invalid_argument for
  /// StorageLevel::NONE, std::logic_error if another level is set.
  const RDD& persist(StorageLevel level = StorageLevel::MEMORY_ONLY, CallSite where = CallSite::current()) const;

  /// Drops the stored partitions, with the next job. Does nothing if no level is set.
  const RDD& unpersist(CallSite where = CallSite::current()) const;

  /// The level set by `persist`, else StorageLevel::NONE.
  StorageLevel getStorageLevel() const { return lineage_->level; }

  /// Whether a level is set; the partitions may not have been computed yet.
  bool isCached() const { return getStorageLevel() != StorageLevel::NONE; }

  /// Marks this RDD to be written to the directory of Context::setCheckpointDir; runs nothing. The next job on it, or
  /// on an RDD computed from it, completes the checkpoint at its end; no partition is computed twice, since jobs write
  /// partitions as they compute them. From then on its elements are read from there, unless a storage level is set, and
  /// its lineage is forgotten. The files outlive the program. Throws std::logic_error if no directory is set. If the
  /// elements cannot be written, or a partition that the job did not need cannot be computed, the action throws
  /// TaskError or OutputError, although its own job has succeeded and its accumulators count; the next job on this RDD
  /// tries again.
  void checkpoint(CallSite where = CallSite::current()) const;

  /// As `checkpoint`, without files: the elements are the stored partitions, which are kept at a level with a disk, and
  /// nowhere else.
  void localCheckpoint(CallSite where = CallSite::current()) const;

  /// Whether the elements come from a checkpoint: one was written, or found by Context::checkpointed.
  bool isCheckpointed() const { return lineage_->checkpoint != nullptr || lineage_->isLocalCheckpoint; }

  /// The directory of the checkpoint; nothing if there is none, or a local one.
  std::optional<std::string> getCheckpointFile() const {
    return lineage_->checkpoint ? std::optional(lineage_->checkpoint->path) : std::nullopt;
  }

  /// Names this RDD, for `toDebugString`, and returns it.
  const RDD& setName(std::string name) const;

  /// The name given by `setName`, or the path given to `textFile`, `wholeTextFiles` or `binaryFiles`; else empty.
  const std::string& name() const { return lineage_->name; }

  /// The number of this RDD, unique in the program; `toDebugString` shows it.
  std::uint64_t id() const { return lineage_->id; }

  /// The context that made this RDD.
  Context& context() const { return *context_; }

  /// The number of partitions, known without a job.
  std::size_t getNumPartitions() const { return lineage_->partitions; }

  /// How keys are assigned to partitions; null if they may be anywhere.
  const std::shared_ptr<const Partitioner>& partitioner() const { return lineage_->partitioner; }

  /// The lineage in Spark's layout, one RDD a line. Runs no job.
  std::string toDebugString() const { return detail::debugString(*lineage_); }
  /// @}

  /// @name Actions that bring elements to the driver
  /// @{

  /// All elements, in partition order. O(n) memory on the driver. Like every action whose results add up to more than
  /// `--seltzer-max-result-size`, it then throws ResultSizeError and sends none of them.
  std::vector<Owned<T>> collect(CallSite where = CallSite::current()) const;

  /// All pairs as an `OrderedMap` of keys and values, in first-seen order; the last of equal keys wins.
  auto collectAsMap(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The values of a key, in order. Visits one partition if this RDD has a partitioner, all partitions otherwise.
  std::vector<detail::ValueOf<T>> lookup(const detail::KeyOf<T>& key,
                                         CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// All elements as a single-pass range on the driver that holds one partition at a time: a job for each partition,
  /// run when the loop reaches it.
  LocalIterator<T> toLocalIterator(CallSite where = CallSite::current()) const;

  /// The first element, found as by `take(1)`. Throws EmptyRDDError.
  Owned<T> first(CallSite where = CallSite::current()) const;

  /// The first n elements. Visits one partition, then in further jobs as many as the elements found so far suggest, up
  /// to four times as many as were visited. In each partition computation stops at the last element needed. Throws
  /// std::invalid_argument for n < 0.
  std::vector<Owned<T>> take(std::int64_t n, CallSite where = CallSite::current()) const;

  /// The n greatest elements by `key(x)`, greatest first, in the order of `sortBy`. Ties in input order. Instead of a
  /// key, `key` may be a comparator, `less(x, y)`, a strict weak order. One job, O(n) memory for each partition. Throws
  /// std::invalid_argument for n < 0.
  template <class Key = std::identity>
  std::vector<Owned<T>> top(std::int64_t n, Key key = {}, CallSite where = CallSite::current()) const;

  /// The n least elements, least first; otherwise as `top`.
  template <class Key = std::identity>
  std::vector<Owned<T>> takeOrdered(std::int64_t n, Key key = {}, CallSite where = CallSite::current()) const;

  /// A uniform random sample of n elements, in random order; without replacement, all of them if there are fewer; of an
  /// empty RDD, none. Without replacement one job, with replacement two. Throws std::invalid_argument for n < 0, and
  /// with replacement for n >= 2^31.
  std::vector<Owned<T>> takeSample(bool withReplacement, std::int64_t n, std::uint64_t seed = 0,
                                   CallSite where = CallSite::current()) const;

  /// How often each key occurs: an `OrderedMap` from keys to `std::int64_t`, in first-seen order. Tasks count, the
  /// driver adds up.
  auto countByKey(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// How often each element occurs, in first-seen order. Tasks count, the driver adds up.
  OrderedMap<Owned<T>, std::int64_t> countByValue(CallSite where = CallSite::current()) const;

  /// As `reduceByKey`, into an `OrderedMap` on the driver, in first-seen order. One job without a shuffle: tasks
  /// combine their partitions, and the driver merges the results in partition order.
  template <class F>
  auto reduceByKeyLocally(F f, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `aggregateByKey`, into an `OrderedMap` on the driver, as by `reduceByKeyLocally`.
  template <class U, class Seq, class Comb>
  auto aggregateByKeyLocally(U zero, Seq seq, Comb comb,
                             CallSite where = CallSite::current()) const requires detail::isPair<T>;
  /// @}

  /// @name Actions that combine
  /// Results are combined in partition order, so functions need not be commutative, and floating-point results depend
  /// on the number of partitions but not on that of ranks.
  /// @{

  /// The number of elements. One number for each rank moves.
  std::int64_t count(CallSite where = CallSite::current()) const;

  /// About how many different elements there are, in one job without a shuffle: a HyperLogLog for each partition,
  /// merged in a tree of two levels. For its error, its size and what it throws see `countApproxDistinctByKey`; the
  /// estimate depends on the elements alone, and of few different ones it is exact or nearly so. Elements need `==` and
  /// a hash.
  std::int64_t countApproxDistinct(double relativeSD = 0.05, CallSite where = CallSite::current()) const;

  /// Whether there are no elements. Visits partitions as `take(1)` does, and computes no element past the first.
  bool isEmpty(CallSite where = CallSite::current()) const;

  /// `f(f(x0, x1), x2)...`, for an associative f. Throws EmptyRDDError if there are no elements.
  template <class F>
  Owned<T> reduce(F f, CallSite where = CallSite::current()) const;

  /// As `reduce`, starting from a zero, which is applied once in each partition and once when these are merged.
  template <class F>
  Owned<T> fold(Owned<T> zero, F f, CallSite where = CallSite::current()) const;

  /// Folds the elements of each partition into a `U` by `seq(u, x)` and merges these by `comb(u, u)`; each returns the
  /// new `U` or modifies its first argument in place. The zero is applied once in each partition and once when these
  /// are merged.
  template <class U, class Seq, class Comb>
  U aggregate(U zero, Seq seq, Comb comb, CallSite where = CallSite::current()) const;

  /// As `reduce`, but the ranks first combine the results of partitions in a tree of `depth` levels, whose shape
  /// depends only on the number of partitions: for large results. Throws std::invalid_argument for depth < 1.
  template <class F>
  Owned<T> treeReduce(F f, int depth = 2, CallSite where = CallSite::current()) const;

  /// As `aggregate`, merged in a tree as by `treeReduce`.
  template <class U, class Seq, class Comb>
  U treeAggregate(U zero, Seq seq, Comb comb, int depth = 2, CallSite where = CallSite::current()) const;

  /// The least element by `key(x)` or a comparator, in the order of `sortBy`; the first of equal ones. Throws
  /// EmptyRDDError.
  template <class Key = std::identity>
  Owned<T> min(Key key = {}, CallSite where = CallSite::current()) const;

  /// The greatest element by `key(x)` or a comparator, in the order of `sortBy`; the first of equal ones. Throws
  /// EmptyRDDError.
  template <class Key = std::identity>
  Owned<T> max(Key key = {}, CallSite where = CallSite::current()) const;

  /// The sum of numbers; 0 of none. Of integers, exact, as a 64-bit integer of their signedness; throws
  /// std::overflow_error if it does not fit. Of floating-point numbers, in double.
  auto sum(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The mean of numbers; NaN of none.
  double mean(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The population variance, divided by n, in one pass. NaN of none.
  double variance(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The population standard deviation: the root of `variance`.
  double stdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// `stdev`, by Spark's other name.
  double popStdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// `variance`, by Spark's other name.
  double popVariance(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The sample variance, divided by n - 1. NaN of fewer than two.
  double sampleVariance(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The sample standard deviation: the root of `sampleVariance`.
  double sampleStdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// Count, sum, mean, variance, minimum and maximum of numbers, converted to `double`, in one job. NaN is the greatest
  /// here, too.
  StatCounter stats(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// For each probability q, an element, converted to `double`, whose rank among the n elements differs from that of
  /// the quantile, ceil(q * n), by at most floor(relativeError * n): 0 asks for the least element, 0.5 for the median,
  /// 1 for the greatest. NaN is the greatest number. One job, which merges a summary of each partition in partition
  /// order, in a tree of two levels; a summary has O(log(relativeError * n) / relativeError) elements. A
  /// `relativeError` of 0 gives the exact quantiles, by a sort that may exceed memory and two further jobs. Throws
  /// UsageError for a probability or a `relativeError` outside [0, 1], and EmptyRDDError if there are no elements.
  /// Quartiles: `approxQuantile({0.25, 0.5, 0.75}, 0.001)`.
  std::vector<double> approxQuantile(const std::vector<double>& probabilities, double relativeError,
                                     CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The number of elements, converted to `double`, in each bucket [edges[i], edges[i+1]); the last one includes its
  /// upper edge. Elements outside, and NaN, are ignored. Throws std::invalid_argument for fewer than 2 edges, and for
  /// edges that are unsorted, repeated or NaN.
  std::vector<std::int64_t> histogram(const std::vector<double>& edges,
                                      CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The edges of n even buckets from the least to the greatest element, and their counts; one bucket if these are
  /// equal. Two jobs. Throws std::invalid_argument for n < 1 or n >= 2^31, for more buckets than there are numbers of
  /// double precision, and for elements that are NaN or infinite; EmptyRDDError if there are none.
  std::pair<std::vector<double>, std::vector<std::int64_t>> histogram(
      std::int64_t n, CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  /// @}

  /// @name Actions for their effect
  /// @{

  /// Prints a table of the first n elements to the driver's standard output, found as by `take`, and says if there are
  /// more. Pairs, tuples and structs without an `operator<<` have a column for each part; text is as by
  /// `saveAsTextFile`, with control characters escaped and cells cut to 60 characters. Throws std::invalid_argument for
  /// n < 0.
  auto show(std::int64_t n = 20, CallSite where = CallSite::current()) const;

  /// Calls `f(x)` for each element, on the rank that holds it.
  template <class F>
  auto foreach (F f, CallSite where = CallSite::current()) const;

  /// Calls `f(elements)` for each partition, empty ones included, on the rank that holds it. `elements` is as for
  /// `mapPartitions`.
  template <class F>
  auto foreachPartition(F f, CallSite where = CallSite::current()) const;
  /// @}

  /// @name Actions that write files
  /// All but `saveAsNpyFile` create a directory with a file for each partition, `part-00000`, ..., empty ones included,
  /// and at the end an empty `_SUCCESS`. All ranks must see the same file system. A part is written in `_temporary`,
  /// synced, and renamed when its task has succeeded; a failed job leaves complete parts, if any, and no `_SUCCESS`.
  /// Partitions are streamed. Throw, before any work, UsageError for a path that is empty, exists or has a scheme other
  /// than `file:`, and OutputError if the directory cannot be created; TaskError, with the file's name and the system's
  /// reason, if a file cannot be written, as on a full disk.
  /// @{

  /// Each element as a line: numbers in the fewest digits that read back as the same number, strings verbatim, pairs
  /// and tuples as (a,b), optionals as Some(a) or None, ranges as [a, b], other types by their operator<<. With a
  /// codec, the parts are compressed and named accordingly, as `part-00000.gz`.
  SavedFiles saveAsTextFile(const std::string& directory, Codec codec = Codec::none,
                            CallSite where = CallSite::current()) const;

  /// The object representation of the elements, `sizeof(T)` bytes each, without separators; T is trivially copyable and
  /// holds no addresses. Or strings of one length; a string that is empty or of another length is a TaskError.
  SavedFiles saveAsBinaryRecords(const std::string& directory, CallSite where = CallSite::current()) const;

  /// The format that `Context::objectFile` reads: the elements in their owned form, with checksums, for programs on
  /// machines of the same architecture.
  SavedFiles saveAsObjectFile(const std::string& directory, CallSite where = CallSite::current()) const;

  /// Each element as a row of a table, which `Context::csvFile` and other programs read: a pair, a tuple, a struct
  /// without constructors, of members as there or of `std::string_view`, or a `std::vector<std::string>`. Numbers are
  /// as in `saveAsTextFile`; texts are quoted where they must be, with `options.multiline` or without; lines end with
  /// LF. An empty optional is an empty field, an empty text in one is `""`. Each part begins with `options.names`, if
  /// there are any. Throws std::invalid_argument as `csvFile`; a text that needs quotes, where `options` has none, is a
  /// TaskError.
  ///
  ///     counts.saveAsCsvFile("counts", {.names = {"word", "count"}});
  SavedFiles saveAsCsvFile(const std::string& directory, const CsvOptions& options = {}, Codec codec = Codec::none,
                           CallSite where = CallSite::current()) const;

  /// Each element as a JSON object in a line, which `Context::jsonFile` and other programs read: a pair, a tuple or a
  /// struct without constructors, whose members are the values of `keys`, in their order. They are as there, or
  /// std::string_view; an empty optional is null. Numbers read back as the same. Throws std::invalid_argument as
  /// `jsonFile`. A text that is not UTF-8, and a number that is NaN or infinite, is a TaskError.
  ///
  ///     counts.saveAsJsonFile("counts", {"word", "count"});
  SavedFiles saveAsJsonFile(const std::string& directory, const std::vector<std::string>& keys,
                            Codec codec = Codec::none, CallSite where = CallSite::current()) const;

  /// One file, and no directory: a NumPy array of one dimension, or of two if the elements are rows, in the order of
  /// the elements, which `numpy.load` and `Context::npyFile` read. T is as there; all rows must have one length. Ranks
  /// write their own ranges of the file, which has a temporary name in the same folder until it is complete. One job
  /// counts the elements of the partitions whose size is not known, and a second one writes all: persist an RDD that is
  /// costly. Returns what each partition wrote, without the header. Throws UsageError for a path that exists or ends
  /// with a slash. Rows of different lengths, and a partition that has another number of elements the second time, are
  /// a TaskError.
  ///
  ///     sc.range(1000).map([](auto i) { return 0.5 * i; }).saveAsNpyFile("halves.npy");
  SavedFiles saveAsNpyFile(const std::string& file, CallSite where = CallSite::current()) const;
  /// @}

  /// @cond
  // Operations on pairs or numbers: on other elements the compiler says what they need.
  using detail::UnavailableOperations<T>::aggregateByKey;
  using detail::UnavailableOperations<T>::aggregateByKeyLocally;
  using detail::UnavailableOperations<T>::broadcastJoin;
  using detail::UnavailableOperations<T>::broadcastLeftAntiJoin;
  using detail::UnavailableOperations<T>::broadcastLeftOuterJoin;
  using detail::UnavailableOperations<T>::broadcastLeftSemiJoin;
  using detail::UnavailableOperations<T>::cogroup;
  using detail::UnavailableOperations<T>::collectAsMap;
  using detail::UnavailableOperations<T>::combineByKey;
  using detail::UnavailableOperations<T>::countApproxDistinctByKey;
  using detail::UnavailableOperations<T>::countByKey;
  using detail::UnavailableOperations<T>::filterByRange;
  using detail::UnavailableOperations<T>::flatMapValues;
  using detail::UnavailableOperations<T>::foldByKey;
  using detail::UnavailableOperations<T>::fullOuterJoin;
  using detail::UnavailableOperations<T>::groupByKey;
  using detail::UnavailableOperations<T>::groupWith;
  using detail::UnavailableOperations<T>::join;
  using detail::UnavailableOperations<T>::keys;
  using detail::UnavailableOperations<T>::leftAntiJoin;
  using detail::UnavailableOperations<T>::leftOuterJoin;
  using detail::UnavailableOperations<T>::leftSemiJoin;
  using detail::UnavailableOperations<T>::lookup;
  using detail::UnavailableOperations<T>::mapValues;
  using detail::UnavailableOperations<T>::partitionBy;
  using detail::UnavailableOperations<T>::reduceByKey;
  using detail::UnavailableOperations<T>::reduceByKeyLocally;
  using detail::UnavailableOperations<T>::repartitionAndSortWithinPartitions;
  using detail::UnavailableOperations<T>::rightOuterJoin;
  using detail::UnavailableOperations<T>::sampleByKey;
  using detail::UnavailableOperations<T>::sampleByKeyExact;
  using detail::UnavailableOperations<T>::fold;
  using detail::UnavailableOperations<T>::sortBy;
  using detail::UnavailableOperations<T>::sortByKey;
  using detail::UnavailableOperations<T>::subtractByKey;
  using detail::UnavailableOperations<T>::values;
  using detail::UnavailableOperations<T>::approxQuantile;
  using detail::UnavailableOperations<T>::exclusivePrefixSum;
  using detail::UnavailableOperations<T>::histogram;
  using detail::UnavailableOperations<T>::mean;
  using detail::UnavailableOperations<T>::popStdev;
  using detail::UnavailableOperations<T>::popVariance;
  using detail::UnavailableOperations<T>::prefixSum;
  using detail::UnavailableOperations<T>::sampleStdev;
  using detail::UnavailableOperations<T>::sampleVariance;
  using detail::UnavailableOperations<T>::stats;
  using detail::UnavailableOperations<T>::stdev;
  using detail::UnavailableOperations<T>::sum;
  using detail::UnavailableOperations<T>::variance;

  // For the library's own use.
  RDD(Context& context, detail::LineagePointer lineage) : context_(&context), lineage_(std::move(lineage)) {}
  const detail::LineagePointer& lineage() const { return lineage_; }
  /// @endcond

 private:
  Context* context_;
  detail::LineagePointer lineage_;
};

/// Given by `RDD::barrier`: operations whose tasks all run at once, each on a rank of its own, so that their functions
/// can wait for each other and exchange messages: `BarrierTaskContext::get()`, also as ranks of an MPI communicator.
/// Ranks without a partition take no part. If a task fails, all are tried again.
///
/// Narrow operations may come before, and after in the same stage, as long as each task computes one partition. Throw
/// UsageError if there are more partitions than ranks. An action throws it if it would run only some of the tasks, as
/// `take`, `first` and `toLocalIterator` do, or where `union_`, `coalesce` or `cartesian` combine partitions of a
/// barrier stage: persist the RDD and run an action on all of it first. Of a persisted one that lost some partitions
/// all are computed again. Tasks do not move to other ranks.
///
///     auto shares = weights.coalesce(sc.ranks()).barrier().mapPartitions([](auto& elements) {
///       std::vector<double> mine;
///       for (const double weight : elements) mine.push_back(weight);
///       const double sum = std::reduce(mine.begin(), mine.end());
///       double total = 0;
///       for (const auto& text : seltzer::BarrierTaskContext::get().allGather(std::to_string(sum))) total +=
///       std::stod(text); for (double& weight : mine) weight /= total; return mine;
///     });
template <class T>
class RDDBarrier {
 public:
  /// As `RDD::mapPartitions`.
  template <class F>
  auto mapPartitions(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// The form that emits.
  template <class U, class F>
  RDD<U> mapPartitions(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// As `RDD::mapPartitionsWithIndex`.
  template <class F>
  auto mapPartitionsWithIndex(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// The form that emits.
  template <class U, class F>
  RDD<U> mapPartitionsWithIndex(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

 private:
  friend class RDD<T>;
  explicit RDDBarrier(RDD<T> rdd) : rdd_(std::move(rdd)) {}

  RDD<T> rdd_;
};

}  // namespace seltzer
