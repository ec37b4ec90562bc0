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

#include <seltzer/codec.hpp>
#include <seltzer/context.hpp>
#include <seltzer/detail/api/pair_types.hpp>
#include <seltzer/detail/api/unavailable_operations.hpp>
#include <seltzer/detail/operators/action/count_by_value_fold.hpp>
#include <seltzer/detail/operators/action/save_action.hpp>
#include <seltzer/detail/operators/narrow/flat_mapped_rdd.hpp>
#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>
#include <seltzer/partitioners.hpp>
#include <seltzer/stat_counter.hpp>

namespace seltzer {

template <class T>
class LocalIterator;

/// A resilient distributed dataset: elements of type T in numbered partitions, known by how they are computed. A cheap
/// handle, copied freely. A transformation gives a new RDD and runs nothing; an action runs one job.
///
/// For a fixed number of partitions every result is the same to the bit at any number of ranks and from run to run:
/// results are combined in partition order, random operations draw by seed, partition and position.
///
/// Functions are called on the ranks that hold the data. A lambda without captures, a lambda that captures trivially
/// copyable values (Broadcast and Accumulator among them), a function object with a Boost `serialize`, and `with(state,
/// f)` may be passed. A lambda that captures an address throws CaptureError at the call. They are called as const, with
/// an rvalue or an lvalue of the element, as they wish. An exception of theirs reaches the driver as TaskError; the
/// context stays usable.
///
/// Elements of a type that holds views (`std::string_view`, also inside pairs, tuples, vectors, optionals) are
/// borrowed: valid during the call. Whatever keeps elements keeps their owned form, `Owned<T>`.
///
/// Where an operation takes a number of partitions, less than 1 throws std::invalid_argument, and so do more than
/// 10,000,000.
/// Costs: n elements, p ranks.
///
/// Key and Value are the types of a pair's parts in their owned form. Operations by key need elements that are pairs,
/// `sum` and its like need numbers; on other elements they do not compile, with a sentence that says so. The last
/// parameter of every operation is the place that calls it, for messages and statistics: leave it out.
///
/// A function that combines must not lose what it computes: where its result is converted to a narrower type, such as
/// the `double` of `sum + x` to the `int` of a zero, the program does not compile. Narrower are integers of fewer
/// bytes, floating-point numbers of fewer digits, and any integer for a floating-point number, also within pairs,
/// tuples and optionals. The sign of integers does not count, nor the `int` that C++ makes of an operation on two
/// smaller integers.
template <class T>
class alignas(detail::driverHandleAlignment) RDD : public detail::UnavailableOperations<T> {
  static_assert(std::is_same_v<T, std::remove_cvref_t<T>>, "RDD: the element type must not be const or a reference");
  static_assert(std::is_copy_constructible_v<T>, "RDD: elements must be copyable");

 public:
  /// The type of an element.
  using value_type = T;

  /// Of an RDD of pairs: where a by-key operation puts its keys.
  using Partitioning = PartitioningSpec<detail::KeyOf<T>>;

  /// Where an operation that moves elements by themselves puts them.
  using ElementPartitioning = PartitioningSpec<Owned<T>>;

  /// @name Transformations of elements
  /// Narrow: no data moves. O(n/p). The result has as many partitions as this RDD. It has its partitioner too where
  /// every pair keeps its key: after `filter`, `mapValues`, `flatMapValues`, `randomSplit` and the samples.
  /// @{

  /// `f(x)` for each element: an RDD of what `f` returns, as a value.
  template <class F>
  auto map(F f, CallSite where = CallSite::current()) const;

  /// The elements for which `f(x)` holds.
  template <class F>
  RDD filter(F f, CallSite where = CallSite::current()) const;

  /// The elements of the ranges that `f(x)` returns. Or, as `flatMap<U>(f)`, whatever `f(x, emit)` passes to `emit(y)`,
  /// without building a range: `emit` is a `seltzer::Emit<U>&`.
  template <class F>
  auto flatMap(F f, CallSite where = CallSite::current()) const;

  /// The form with an element type: `f(x, emit)`, or `f(x)` that returns a range or an optional, as elements of U.
  template <class U, class F>
  RDD<U> flatMap(F f, CallSite where = CallSite::current()) const;

  /// What `f(elements)` makes of a partition, called once for each, for empty ones too. `elements` is a single-pass
  /// range, `seltzer::PartitionElements<T>&`, whose borrowed elements are valid until it advances. What it is not
  /// advanced to is not computed, but that a quarter of what was read, behind the first 256, may be ahead. `f` returns
  /// a range; or, as `mapPartitions<U>(f)`, it is called as `f(elements, emit)`, whose `elements` end when nobody needs
  /// more of what it emits. With `preservesPartitioning` the result keeps the partitioner of this RDD: the caller
  /// vouches that each pair it gives has a key of the partition that it was given.
  template <class F>
  auto mapPartitions(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// The form that emits: `f(elements, emit)`, where `emit` is a `seltzer::Emit<U>&`.
  template <class U, class F>
  RDD<U> mapPartitions(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// As `mapPartitions`, with the partition's index first: `f(index, elements)` or `f(index, elements, emit)`.
  template <class F>
  auto mapPartitionsWithIndex(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// The form that emits: `f(index, elements, emit)`, where `emit` is a `seltzer::Emit<U>&`.
  template <class U, class F>
  RDD<U> mapPartitionsWithIndex(F f, bool preservesPartitioning = false, CallSite where = CallSite::current()) const;

  /// Each partition as one vector, empty ones too. A task holds its partition in memory.
  RDD<std::vector<Owned<T>>> glom(CallSite where = CallSite::current()) const;

  /// The pair (f(x), x) for each element.
  template <class F>
  auto keyBy(F f, CallSite where = CallSite::current()) const;

  /// The first of each pair, duplicates kept.
  auto keys(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The second of each pair.
  auto values(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pair (k, f(v)) for each (k, v).
  template <class F>
  auto mapValues(F f, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs (k, w) for each w of the range `f(v)`, for each (k, v).
  template <class F>
  auto flatMapValues(F f, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Filter and map in one: the values of the optionals that `f(x)` returns.
  template <class F>
  auto collect(F f, CallSite where = CallSite::current()) const requires(!std::is_convertible_v<F, CallSite>);

  /// A random sample: each element with probability `fraction`, or with replacement a Poisson(`fraction`) number of
  /// times. The draw of an element depends on seed, partition and position alone. Throws std::invalid_argument for a
  /// fraction that is negative, not a number, or above 1 without replacement.
  RDD sample(bool withReplacement, double fraction, std::uint64_t seed = 0, CallSite where = CallSite::current()) const;

  /// As `sample`, with the fraction of each pair's key: `fractions` is a map, a vector of pairs, or a braced list. A
  /// key that has none is a TaskError. Throws std::invalid_argument also for a key with two.
  template <class Fractions = std::vector<std::pair<detail::KeyOf<T>, double>>>
  RDD sampleByKey(bool withReplacement, const Fractions& fractions, std::uint64_t seed = 0,
                  CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As above, with exactly ceil(n * fraction) of the n pairs of a key, in `double`, all choices equally likely. The
  /// first job on it counts the pairs of each key before, in each partition: the driver gets as many numbers, and gives
  /// each partition its own. The RDD must have the same elements each time.
  template <class Fractions = std::vector<std::pair<detail::KeyOf<T>, double>>>
  RDD sampleByKeyExact(bool withReplacement, const Fractions& fractions, std::uint64_t seed = 0,
                       CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// An RDD for each weight; each element is in one of them, in the i-th with probability weights[i] / sum. Which one
  /// depends on seed, partition and position alone. Throws std::invalid_argument for a weight that is negative or not a
  /// number, and a sum that is 0 or infinite.
  std::vector<RDD> randomSplit(const std::vector<double>& weights, std::uint64_t seed = 0,
                               CallSite where = CallSite::current()) const;

  /// The lines that `/bin/sh -c command` writes to stdout, one process a partition, for empty ones too. Each element is
  /// a line of its stdin, as `saveAsTextFile` writes it; it need not read them all. `environment` replaces or joins the
  /// variables of this program. A line feed ends a line, a last line without one counts; lines are borrowed. The
  /// process is killed once nobody wants more. An exit code other than 0, or a signal, is a TaskError with the command
  /// and the last 64 KiB of its stderr. Throws std::invalid_argument for an empty command.
  RDD<std::string_view> pipe(const std::string& command, const std::map<std::string, std::string>& environment = {},
                             CallSite where = CallSite::current()) const;
  /// @}

  /// @name Transformations of several RDDs, of positions and of partitions
  /// Narrow. P is the number of partitions of this RDD, Q of the other. Partitions that stand on several ranks and must
  /// be computed as one are fetched if they are stored, computed where they are needed otherwise.
  /// @{

  /// Pairs of elements at the same place. Throws std::invalid_argument for different numbers of partitions; a TaskError
  /// for different sizes of a partition.
  template <class U>
  RDD<std::pair<T, U>> zip(const RDD<U>& other, CallSite where = CallSite::current()) const;

  /// What `f(elements, otherElements...)` makes of partitions of the same index; or, as `zipPartitions<V>(others...,
  /// f)`, with `emit` last. One to three others, then the function. Throws std::invalid_argument for different numbers
  /// of partitions.
  template <class U, class F>
  auto zipPartitions(const RDD<U>& other, F f, CallSite where = CallSite::current()) const;

  /// Of three RDDs: `f(elements, secondElements, thirdElements)`.
  template <class U, class V, class F>
  auto zipPartitions(const RDD<U>& second, const RDD<V>& third, F f, CallSite where = CallSite::current()) const;

  /// Of four RDDs: `f` gets the elements of each, in the order of the RDDs.
  template <class U, class V, class W, class F>
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

  /// Each element with its place in the whole RDD. With more than one partition, the first job on it counts them
  /// before.
  RDD<std::pair<T, std::int64_t>> zipWithIndex(CallSite where = CallSite::current()) const;

  /// Each element with local index * P + partition. Needs no counting.
  RDD<std::pair<T, std::int64_t>> zipWithUniqueId(CallSite where = CallSite::current()) const;

  /// The partitions of both, these first; of RDDs that are partitioned alike, partition i of both as one, which stays
  /// partitioned. Duplicates are kept. (`union` is a keyword of C++.)
  RDD union_(const RDD& other, CallSite where = CallSite::current()) const;

  /// An operand together with where it stands, which an operator cannot ask for.
  struct Operand {
    /// Made by the compiler, of the right side of a `+`.
    Operand(const RDD& operand, CallSite site = CallSite::current()) : rdd(operand), where(site) {}
    const RDD& rdd;  ///< the right side
    CallSite where;  ///< of the `+`
  };

  /// `a + b` is `a.union_(b)`.
  RDD operator+(Operand other) const { return union_(other.rdd, other.where); }

  /// All pairs, in P*Q partitions; for each left element all right ones. A task holds one right partition in memory.
  template <class U>
  RDD<std::pair<T, U>> cartesian(const RDD<U>& other, CallSite where = CallSite::current()) const;

  /// Fewer partitions: i takes floor(i*P/n) up to floor((i+1)*P/n) of these. More than P gives P.
  RDD coalesce(std::int64_t partitions, CallSite where = CallSite::current()) const;
  /// @}

  /// @name Transformations that spread elements anew
  /// These shuffle: a stage of its own computes all partitions of this RDD and sends each element to the rank that
  /// needs it, rank to rank; what arrived is kept in memory, for later jobs too, as long as an RDD that needs it is
  /// there. O(n/p) and the bytes of the elements that change the rank. A map task that fails is tried again before
  /// anything is sent.
  /// @{

  /// Even partitions, whose sizes differ by at most one; the order of elements is kept. `coalesce` with `shuffle` is
  /// the same, without it as above.
  RDD<Owned<T>> repartition(std::int64_t partitions, CallSite where = CallSite::current()) const;

  /// With `shuffle`, `repartition(partitions)`, which can make more partitions too; without, `coalesce(partitions)`.
  RDD<Owned<T>> coalesce(std::int64_t partitions, bool shuffle, CallSite where = CallSite::current()) const;

  /// Each element once, in first-seen order within a partition. Where elements go is chosen by a number of partitions
  /// or a partitioner of elements (see PartitioningSpec); one of the keys of pairs will do for pairs. Unless it is the
  /// latter, pairs that a partitioner has put into as many partitions stay there, and the result has that partitioner:
  /// nothing moves.
  RDD<Owned<T>> distinct(ElementPartitioning partitions = {}, CallSite where = CallSite::current()) const;

  /// The distinct elements that are in both, in as many partitions as the larger of the two has unless said otherwise;
  /// `subtract` has as many as this RDD. Elements go as in `distinct`: pairs that a partitioner has put into as many
  /// partitions stay, the other's if this has none, and only the other side moves.
  RDD<Owned<T>> intersection(const RDD& other, ElementPartitioning partitions = {},
                             CallSite where = CallSite::current()) const;

  /// The elements of this RDD that are not in the other, duplicates kept; see `intersection`.
  RDD<Owned<T>> subtract(const RDD& other, ElementPartitioning partitions = {},
                         CallSite where = CallSite::current()) const;

  /// All elements in the order of `key(x)`, over the partitions and within each. Stable, descending too: elements whose
  /// keys are equal keep their order. Keys need `<`; NaN is greatest. No partition is larger than 1.1 times its even
  /// share, whatever the keys: equal ones may stand in several, and the result has no partitioner; `sortByKey` keeps
  /// them together. As many partitions as this has unless said otherwise. Samples, splitters with tie-breaks, local
  /// sorts, merge: one pass over this RDD.
  template <class F>
  RDD<Owned<T>> sortBy(F key, bool ascending = true, PartitionCount partitions = {},
                       CallSite where = CallSite::current()) const;

  /// The elements under each `f(x)`: an RDD of pairs of a key and a `std::vector` of elements, in the order in which
  /// they stood. A key goes where the number of partitions or the partitioner says; as many partitions as this has
  /// unless said otherwise.
  template <class F>
  auto groupBy(F f, PartitioningSpec<detail::KeyMadeBy<F, T>> partitions = {},
               CallSite where = CallSite::current()) const;
  /// @}

  /// @name Transformations of pairs by their keys
  /// Keys need `==` and a hash, `seltzer::Hash`. A result's partitions list their keys in first-seen order, taking the
  /// partitions of this RDD in theirs; the values of a key stand in that order too. Where keys go is chosen by a number
  /// of partitions, a partitioner (see PartitioningSpec), or, where nothing is said, the partitioner of the largest
  /// parent that has one, else the hash over as many partitions as the largest parent has. A parent that is partitioned
  /// like that already is not shuffled.
  /// @{

  /// The pairs where the partitioner wants them, in the order in which they stood.
  RDD<Owned<T>> partitionBy(Partitioning partitioner,
                            CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As above, by a function of the key: to partition `f(k)` modulo their number, never negative, as in pyspark. The
  /// other operations take `FunctionPartitioner(partitions, f)`.
  template <class F>
  RDD<Owned<T>> partitionBy(std::int64_t partitions, F f, CallSite where = CallSite::current()) const
      requires(detail::isPair<T> && !std::is_convertible_v<F, CallSite>);

  /// `f(f(v0, v1), v2)...` of the values of each key, for an associative f: an RDD of pairs. Combines in the map tasks
  /// first: what moves is one value for each key of each partition.
  template <class F>
  auto reduceByKey(F f, Partitioning partitions = {},
                   CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `reduceByKey`, from a zero that is applied once for each key of a partition of this RDD.
  template <class F>
  auto foldByKey(detail::ValueOf<T> zero, F f, Partitioning partitions = {},
                 CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Folds the values of each key into a `U` by `seq(u, v)`, and these by `comb(u, u)`; each returns the new `U` or
  /// changes the first argument in place. The zero is applied once for each key of a partition of this RDD.
  template <class U, class Seq, class Comb>
  auto aggregateByKey(U zero, Seq seq, Comb comb, Partitioning partitions = {},
                      CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The general form: `create(v)` for the first value of a key in a partition of this RDD, `mergeValue(c, v)` for the
  /// others, `mergeCombiners(c, c)` for those of several partitions.
  template <class Create, class MergeValue, class MergeCombiners>
  auto combineByKey(Create create, MergeValue mergeValue, MergeCombiners mergeCombiners, Partitioning partitions = {},
                    CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// All values of each key, as a `std::vector`. Combining ones need less memory and move less: every value moves, and
  /// the values of a key must fit into the memory of one rank.
  auto groupByKey(Partitioning partitions = {}, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The values of each key of all RDDs: a vector for each, in a pair or, of three and four, in a tuple. Keys of this
  /// RDD first. `groupWith` is the same.
  template <class U>
  auto cogroup(const RDD<U>& other, Partitioning partitions = {},
               CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Of three RDDs: the values of a key are a `std::tuple` of three vectors.
  template <class U, class V>
  auto cogroup(const RDD<U>& second, const RDD<V>& third, Partitioning partitions = {},
               CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// Of four RDDs: the values of a key are a `std::tuple` of four vectors.
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

  /// All pairs of values of equal keys: (k, (v, w)); in the outer joins a side that is missing is `std::nullopt`. In
  /// the order of the pairs of this RDD after the shuffle (of the other for `rightOuterJoin`), for each those of the
  /// other side in theirs; `fullOuterJoin` has the other's lonely keys last. One side is kept in a table, the other
  /// streams: a frequent key does not build its product in memory.
  template <class U>
  auto join(const RDD<U>& other, Partitioning partitions = {},
            CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `join`, and the pairs whose key the other has not: (k, (v, optional w)).
  template <class U>
  auto leftOuterJoin(const RDD<U>& other, Partitioning partitions = {},
                     CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `join`, and the pairs of the other whose key this RDD has not: (k, (optional v, w)).
  template <class U>
  auto rightOuterJoin(const RDD<U>& other, Partitioning partitions = {},
                      CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `join`, and the pairs of both whose key the other side has not: (k, (optional v, optional w)).
  template <class U>
  auto fullOuterJoin(const RDD<U>& other, Partitioning partitions = {},
                     CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose key the other has, each of them once, however often the other has it.
  template <class U>
  RDD<Owned<T>> leftSemiJoin(const RDD<U>& other, Partitioning partitions = {},
                             CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose key the other has not.
  template <class U>
  RDD<Owned<T>> leftAntiJoin(const RDD<U>& other, Partitioning partitions = {},
                             CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `leftAntiJoin`, in as many partitions as this has unless said otherwise.
  template <class U>
  RDD<Owned<T>> subtractByKey(const RDD<U>& other, Partitioning partitions = {},
                              CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `sortBy`, by the keys, or by `key(k)` of theirs, but equal ones stand in one partition, and the result has a
  /// range partitioner: a `join`, `lookup` or `filterByRange` on it finds them where they are, and `mapPartitions` sees
  /// all pairs of a key in a row. So a frequent key makes a large partition, and where there are few keys some are
  /// empty. The ranges are chosen when the sort runs; what needs them before has it run.
  RDD<Owned<T>> sortByKey(bool ascending = true, PartitionCount partitions = {},
                          CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// In the order of `key(k)`, a function of the key.
  template <class F>
  RDD<Owned<T>> sortByKey(bool ascending, PartitionCount partitions, F key,
                          CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The pairs whose keys are in [least, greatest]. Narrow: as many partitions as this RDD, and its partitioner.
  /// Partitions of a `sortByKey` (without a function) or a
  /// RangePartitioner that can hold none are not computed.
  RDD filterByRange(const detail::KeyOf<T>& least, const detail::KeyOf<T>& greatest,
                    CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `partitionBy`, and each partition in the order of the keys; equal keys keep their order. Sorts within the
  /// shuffle.
  RDD<Owned<T>> repartitionAndSortWithinPartitions(
      Partitioning partitioner, bool ascending = true,
      CallSite where = CallSite::current()) const requires detail::isPair<T>;
  /// @}

  /// @name Storage and description
  /// @{

  /// `persist(StorageLevel::MEMORY_ONLY)`.
  const RDD& cache(CallSite where = CallSite::current()) const { return persist(StorageLevel::MEMORY_ONLY, where); }

  /// Keeps each partition where it is first computed, for later jobs. Marks this RDD and returns it; runs nothing.
  /// Elements must be of a type that can travel. Throws std::invalid_argument for StorageLevel::NONE, std::logic_error
  /// where another level is set.
  const RDD& persist(StorageLevel level = StorageLevel::MEMORY_ONLY, CallSite where = CallSite::current()) const;

  /// Drops what is stored, with the next job. An RDD that is not stored stays as it is.
  const RDD& unpersist(CallSite where = CallSite::current()) const;

  /// The level that `persist` has set, else StorageLevel::NONE.
  StorageLevel getStorageLevel() const { return lineage_->level; }

  /// Whether a level is set; its partitions may still have to be computed.
  bool isCached() const { return lineage_->level != StorageLevel::NONE; }

  /// Gives this RDD a name for `toDebugString`, and returns it.
  const RDD& setName(std::string name) const;

  /// The name that `setName` gave, or the path of files; else empty.
  const std::string& name() const { return lineage_->name; }

  /// The number of this RDD, as `toDebugString` shows it; no two RDDs of a program have the same.
  std::uint64_t id() const { return lineage_->id; }

  /// The context that made this RDD.
  Context& context() const { return *context_; }

  /// The number of partitions, known without a job.
  std::size_t getNumPartitions() const { return lineage_->partitions; }

  /// How the keys are spread over the partitions; null where they may stand anywhere.
  const std::shared_ptr<const Partitioner>& partitioner() const { return lineage_->partitioner; }

  /// The lineage in Spark's layout, an RDD a line. Runs no job.
  std::string toDebugString() const { return detail::debugString(*lineage_); }
  /// @}

  /// @name Actions that bring elements to the driver
  /// @{

  /// All elements, in partition order. O(n) memory on the driver. As every action whose results together are larger
  /// than `--seltzer-max-result-size`, it throws ResultSizeError and sends none of them.
  std::vector<Owned<T>> collect(CallSite where = CallSite::current()) const;

  /// All pairs as an `OrderedMap` of keys and values, in first-seen order; the last of equal keys wins.
  auto collectAsMap(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The values of a key, in partition order. Visits the one partition where the key can stand if this RDD has a
  /// partitioner, all partitions otherwise.
  std::vector<detail::ValueOf<T>> lookup(const detail::KeyOf<T>& key,
                                         CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The elements one after the other, a job a partition that runs when it is reached, holding one partition at a time.
  LocalIterator<T> toLocalIterator(CallSite where = CallSite::current()) const;

  /// The first element. Throws EmptyRDDError.
  Owned<T> first(CallSite where = CallSite::current()) const;

  /// The first n elements. Visits one partition, then as many as these let expect to be needed, up to four times as
  /// many; no function is called on an element behind the last that is needed of one. Throws std::invalid_argument for
  /// n < 0.
  std::vector<Owned<T>> take(std::int64_t n, CallSite where = CallSite::current()) const;

  /// The n greatest, greatest first, by `key(x)`, in the order of `sortBy`. Ties in input order. O(n) memory a
  /// partition. Throws std::invalid_argument for n < 0.
  template <class Key = std::identity>
  std::vector<Owned<T>> top(std::int64_t n, Key key = {}, CallSite where = CallSite::current()) const;

  /// The n least, least first; otherwise as `top`.
  template <class Key = std::identity>
  std::vector<Owned<T>> takeOrdered(std::int64_t n, Key key = {}, CallSite where = CallSite::current()) const;

  /// n elements, uniform over all, in random order; fewer where there are fewer, without replacement. Without
  /// replacement one job, with replacement two. Throws std::invalid_argument for n < 0, and with replacement for n of
  /// 2^31 or more.
  std::vector<Owned<T>> takeSample(bool withReplacement, std::int64_t n, std::uint64_t seed = 0,
                                   CallSite where = CallSite::current()) const;

  /// How often each key occurs: an `OrderedMap` of keys and `std::int64_t`, in first-seen order. Counts in the tasks.
  auto countByKey(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// How often each element occurs, in first-seen order. Counts in the tasks.
  OrderedMap<Owned<T>, std::int64_t> countByValue(CallSite where = CallSite::current()) const;

  /// As `reduceByKey`, as an `OrderedMap` on the driver in first-seen order. Combines in the tasks, and what they send
  /// in partition order on the driver: one job, no shuffle.
  template <class F>
  auto reduceByKeyLocally(F f, CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// As `aggregateByKey`, as an `OrderedMap` on the driver; otherwise as `reduceByKeyLocally`.
  template <class U, class Seq, class Comb>
  auto aggregateByKeyLocally(U zero, Seq seq, Comb comb,
                             CallSite where = CallSite::current()) const requires detail::isPair<T>;
  /// @}

  /// @name Actions that combine
  /// Functions are called in partition order and need not be commutative. Floating-point results do not depend on the
  /// ranks.
  /// @{

  /// How many elements. One number a rank travels.
  std::int64_t count(CallSite where = CallSite::current()) const;

  /// Whether there is no element. Visits partitions as `take(1)` does, and calls functions on no element behind the
  /// first.
  bool isEmpty(CallSite where = CallSite::current()) const;

  /// `f(f(x0, x1), x2)...`, for an associative f. Throws EmptyRDDError.
  template <class F>
  Owned<T> reduce(F f, CallSite where = CallSite::current()) const;

  /// As `reduce`, from a zero, which is applied once a partition and once at the end.
  template <class F>
  Owned<T> fold(Owned<T> zero, F f, CallSite where = CallSite::current()) const;

  /// Folds elements into a `U` by `seq(u, x)` and the results of partitions by `comb(u, u)`; each returns the new `U`
  /// or changes the first argument in place. The zero is applied once a partition and once at the end.
  template <class U, class Seq, class Comb>
  U aggregate(U zero, Seq seq, Comb comb, CallSite where = CallSite::current()) const;

  /// As `reduce`; the results of partitions are combined on the ranks, in a tree whose shape depends on the number of
  /// partitions alone, before the driver gets them: for large results. Throws std::invalid_argument for depth < 1.
  template <class F>
  Owned<T> treeReduce(F f, int depth = 2, CallSite where = CallSite::current()) const;

  /// As `aggregate`, combined in a tree as by `treeReduce`.
  template <class U, class Seq, class Comb>
  U treeAggregate(U zero, Seq seq, Comb comb, int depth = 2, CallSite where = CallSite::current()) const;

  /// The least, by `key(x)`, in the order of `sortBy`; the first of equal ones. Throws EmptyRDDError.
  template <class Key = std::identity>
  Owned<T> min(Key key = {}, CallSite where = CallSite::current()) const;

  /// The greatest, by `key(x)`, in the order of `sortBy`; the first of equal ones. Throws EmptyRDDError.
  template <class Key = std::identity>
  Owned<T> max(Key key = {}, CallSite where = CallSite::current()) const;

  /// The sum of numbers. Of integers: exact, in 64 bits, signed as they are; throws std::overflow_error where it does
  /// not fit. Of floating-point numbers: in double. Of none: 0.
  auto sum(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The mean of numbers; NaN of none.
  double mean(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The variance of a population, in one pass: divided by n. NaN of none.
  double variance(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The standard deviation of a population: the root of `variance`.
  double stdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The same as `stdev`, by Spark's other name.
  double popStdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The variance of a sample: divided by n - 1. NaN of fewer than two.
  double sampleVariance(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The standard deviation of a sample: the root of `sampleVariance`.
  double sampleStdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// Count, sum, mean, variance, least and greatest of numbers, in one job. NaN is the greatest here, too.
  StatCounter stats(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// Counts between edges; the last bucket is closed, what lies outside and NaN is ignored. Throws
  /// std::invalid_argument for fewer than 2 edges, or edges that are unsorted, repeated or NaN.
  std::vector<std::int64_t> histogram(const std::vector<double>& edges,
                                      CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// The edges of n even buckets from the least to the greatest element, and their counts; one bucket where these are
  /// equal. Two jobs. Throws std::invalid_argument for n < 1, NaN or infinity, EmptyRDDError for none.
  std::pair<std::vector<double>, std::vector<std::int64_t>> histogram(
      std::int64_t n, CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  /// @}

  /// @name Actions for their effect
  /// @{

  /// Calls `f(x)` for each element, where it is.
  template <class F>
  auto foreach (F f, CallSite where = CallSite::current()) const;

  /// Calls `f(elements)` for each partition, where it is.
  template <class F>
  auto foreachPartition(F f, CallSite where = CallSite::current()) const;
  /// @}

  /// @name Actions that write files
  /// They make a directory with a file for each partition, `part-00000`, ..., for empty ones too, and then an empty
  /// `_SUCCESS`. All ranks must see the same files. A part is written in `_temporary`, made durable, and renamed when
  /// its task has succeeded; a job that failed leaves parts that are whole, if any, and no `_SUCCESS`. Partitions are
  /// streamed. Throw, before any work, UsageError for a path that is empty, exists or has another scheme than `file:`,
  /// and OutputError where the directory cannot be made; TaskError, with the file's name and the system's reason, where
  /// a file cannot be written, as on a full disk.
  /// @{

  /// Each element as a line: numbers (in the fewest digits that read back as the same number) and strings as they are,
  /// pairs and tuples as (a,b), optionals as Some(a) or None, ranges as [a, b], other types by their operator<<.
  SavedFiles saveAsTextFile(const std::string& directory, Codec codec = Codec::none,
                            CallSite where = CallSite::current()) const;

  /// The elements' memory, `sizeof(T)` bytes each, one after the other; T is trivially copyable and holds no addresses.
  /// Or the characters of strings of one length; another length, or none, is a TaskError.
  SavedFiles saveAsBinaryRecords(const std::string& directory, CallSite where = CallSite::current()) const;

  /// What `Context::objectFile` reads: the elements in their owned form, with checksums, for programs on machines of
  /// the same kind.
  SavedFiles saveAsObjectFile(const std::string& directory, CallSite where = CallSite::current()) const;
  /// @}

  /// @cond
  // Operations of pairs or numbers, on other elements: a sentence of the compiler.
  using detail::UnavailableOperations<T>::aggregateByKey;
  using detail::UnavailableOperations<T>::aggregateByKeyLocally;
  using detail::UnavailableOperations<T>::cogroup;
  using detail::UnavailableOperations<T>::collectAsMap;
  using detail::UnavailableOperations<T>::combineByKey;
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
  using detail::UnavailableOperations<T>::sortByKey;
  using detail::UnavailableOperations<T>::subtractByKey;
  using detail::UnavailableOperations<T>::values;
  using detail::UnavailableOperations<T>::histogram;
  using detail::UnavailableOperations<T>::mean;
  using detail::UnavailableOperations<T>::popStdev;
  using detail::UnavailableOperations<T>::sampleStdev;
  using detail::UnavailableOperations<T>::sampleVariance;
  using detail::UnavailableOperations<T>::stats;
  using detail::UnavailableOperations<T>::stdev;
  using detail::UnavailableOperations<T>::sum;
  using detail::UnavailableOperations<T>::variance;

  // For the library's own use.
  RDD(Context& context, std::shared_ptr<detail::Lineage> lineage) : context_(&context), lineage_(std::move(lineage)) {}
  const std::shared_ptr<detail::Lineage>& lineage() const { return lineage_; }
  /// @endcond

 private:
  Context* context_;
  std::shared_ptr<detail::Lineage> lineage_;
};

}  // namespace seltzer
