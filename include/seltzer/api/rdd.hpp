#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/api/context.hpp>
#include <seltzer/operators/count_by_value_fold.hpp>
#include <seltzer/operators/flat_mapped_rdd.hpp>
#include <seltzer/operators/map_partitions_rdd.hpp>
#include <seltzer/operators/stat_counter.hpp>

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
/// Elements of a type that holds views (`std::string_view`, also inside pairs, tuples, vectors, optionals) are lent:
/// valid during the call. Whatever keeps elements keeps their owned form, `Owned<T>`.
///
/// Where an operation takes a number of partitions, less than 1 throws std::invalid_argument. Costs: n elements, p
/// ranks.
template <class T>
class RDD {
  static_assert(std::is_same_v<T, std::remove_cvref_t<T>>, "RDD: the element type must not be const or a reference");
  static_assert(std::is_copy_constructible_v<T>, "RDD: elements must be copyable");

 public:
  using value_type = T;

  /// @name Transformations of elements
  /// Narrow: no data moves. O(n/p).
  /// @{

  /// `f(x)` for each element.
  template <class F>
  auto map(F f, CallSite where = CallSite::current()) const;

  /// The elements for which `f(x)` holds.
  template <class F>
  RDD filter(F f, CallSite where = CallSite::current()) const;

  /// The elements of the ranges that `f(x)` returns. Or, as `flatMap<U>(f)`, whatever `f(x, emit)` passes to `emit(y)`,
  /// without building a range: `emit` is a `seltzer::Emit<U>&`.
  template <class F>
  auto flatMap(F f, CallSite where = CallSite::current()) const;
  template <class U, class F>
  RDD<U> flatMap(F f, CallSite where = CallSite::current()) const;

  /// What `f(elements)` makes of a partition, called once for each, for empty ones too. `elements` is a single-pass
  /// range, `seltzer::PartitionElements<T>&`, whose lent elements are valid until it advances. `f` returns a range; or,
  /// as `mapPartitions<U>(f)`, it is called as `f(elements, emit)`.
  template <class F>
  auto mapPartitions(F f, CallSite where = CallSite::current()) const;
  template <class U, class F>
  RDD<U> mapPartitions(F f, CallSite where = CallSite::current()) const;

  /// As `mapPartitions`, with the partition's index first: `f(index, elements)` or `f(index, elements, emit)`.
  template <class F>
  auto mapPartitionsWithIndex(F f, CallSite where = CallSite::current()) const;
  template <class U, class F>
  RDD<U> mapPartitionsWithIndex(F f, CallSite where = CallSite::current()) const;

  /// Each partition as one vector.
  RDD<std::vector<Owned<T>>> glom(CallSite where = CallSite::current()) const;

  /// The pair (f(x), x) for each element.
  template <class F>
  auto keyBy(F f, CallSite where = CallSite::current()) const;

  /// The first of each pair.
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
  /// @}

  /// @name Transformations of several RDDs, of positions and of partitions
  /// Narrow. Partitions that stand on several ranks and must be computed as one are fetched if they are stored,
  /// computed where they are needed otherwise.
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
  template <class U, class V, class F>
  auto zipPartitions(const RDD<U>& second, const RDD<V>& third, F f, CallSite where = CallSite::current()) const;
  template <class U, class V, class W, class F>
  auto zipPartitions(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, F f,
                     CallSite where = CallSite::current()) const;
  template <class Out, class U, class F>
  RDD<Out> zipPartitions(const RDD<U>& other, F f, CallSite where = CallSite::current()) const;
  template <class Out, class U, class V, class F>
  RDD<Out> zipPartitions(const RDD<U>& second, const RDD<V>& third, F f, CallSite where = CallSite::current()) const;
  template <class Out, class U, class V, class W, class F>
  RDD<Out> zipPartitions(const RDD<U>& second, const RDD<V>& third, const RDD<W>& fourth, F f,
                         CallSite where = CallSite::current()) const;

  /// Each element with its place in the whole RDD. With more than one partition, the first job on it counts them
  /// before.
  RDD<std::pair<T, std::int64_t>> zipWithIndex(CallSite where = CallSite::current()) const;

  /// Each element with local index * P + partition. Needs no counting.
  RDD<std::pair<T, std::int64_t>> zipWithUniqueId(CallSite where = CallSite::current()) const;

  /// The partitions of both, these first. Duplicates are kept. (`union` is a keyword of C++.)
  RDD union_(const RDD& other, CallSite where = CallSite::current()) const;

  /// An operand together with where it stands, which an operator cannot ask for.
  struct Operand {
    Operand(const RDD& operand, CallSite site = CallSite::current()) : rdd(operand), where(site) {}
    const RDD& rdd;
    CallSite where;
  };
  RDD operator+(Operand other) const { return union_(other.rdd, other.where); }

  /// All pairs, in P*Q partitions; for each left element all right ones. A task holds one right partition in memory.
  template <class U>
  RDD<std::pair<T, U>> cartesian(const RDD<U>& other, CallSite where = CallSite::current()) const;

  /// Fewer partitions: i takes floor(i*P/n) up to floor((i+1)*P/n) of these. More than P gives P.
  RDD coalesce(std::int64_t partitions, CallSite where = CallSite::current()) const;
  /// @}

  /// @name Storage and description
  /// @{

  /// Keeps each partition where it is first computed. `cache()` is `persist(StorageLevel::MEMORY_ONLY)`. Both mark this
  /// RDD and return it. Throws std::logic_error where another level is set.
  const RDD& cache(CallSite where = CallSite::current()) const { return persist(StorageLevel::MEMORY_ONLY, where); }
  const RDD& persist(StorageLevel level, CallSite where = CallSite::current()) const;

  /// Drops what is stored, with the next job.
  const RDD& unpersist(CallSite where = CallSite::current()) const;

  StorageLevel getStorageLevel() const { return lineage_->level; }
  bool isCached() const { return lineage_->level != StorageLevel::NONE; }

  /// A name for `toDebugString`.
  const RDD& setName(std::string name) const;
  const std::string& name() const { return lineage_->name; }
  std::uint64_t id() const { return lineage_->id; }
  Context& context() const { return *context_; }
  std::size_t getNumPartitions() const { return lineage_->partitions; }

  /// The lineage in Spark's layout, an RDD a line.
  std::string toDebugString() const { return detail::debugString(*lineage_); }
  /// @}

  /// @name Actions that bring elements to the driver
  /// @{

  /// All elements, in partition order. O(n) memory on the driver.
  std::vector<Owned<T>> collect(CallSite where = CallSite::current()) const;

  /// All pairs as a map in first-seen order; the last of equal keys wins.
  auto collectAsMap(CallSite where = CallSite::current()) const requires detail::isPair<T>;

  /// The elements one after the other, a job a partition, holding one partition at a time.
  LocalIterator<T> toLocalIterator(CallSite where = CallSite::current()) const;

  /// The first element. Throws EmptyRDDError.
  Owned<T> first(CallSite where = CallSite::current()) const;

  /// The first n elements. Visits one partition, then four times as many, and stops inside one. Throws
  /// std::invalid_argument for n < 0.
  std::vector<Owned<T>> take(std::int64_t n, CallSite where = CallSite::current()) const;

  /// The n greatest, greatest first, or least, least first; by `key(x)`. Ties in input order. O(n) memory a partition.
  /// Throws std::invalid_argument for n < 0.
  template <class Key = std::identity>
  std::vector<Owned<T>> top(std::int64_t n, Key key = {}, CallSite where = CallSite::current()) const;
  template <class Key = std::identity>
  std::vector<Owned<T>> takeOrdered(std::int64_t n, Key key = {}, CallSite where = CallSite::current()) const;

  /// n elements, uniform over all, in random order; fewer where there are fewer, without replacement. Without
  /// replacement one job, with replacement two. Throws std::invalid_argument for n < 0.
  std::vector<Owned<T>> takeSample(bool withReplacement, std::int64_t n, std::uint64_t seed = 0,
                                   CallSite where = CallSite::current()) const;

  /// How often each value occurs, in first-seen order.
  OrderedMap<Owned<T>, std::int64_t> countByValue(CallSite where = CallSite::current()) const;
  /// @}

  /// @name Actions that combine
  /// Functions are called in partition order and need not be commutative. Floating-point results do not depend on the
  /// ranks.
  /// @{

  /// How many elements.
  std::int64_t count(CallSite where = CallSite::current()) const;
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

  /// As `reduce` and `aggregate`; the results of partitions are combined on the ranks, in a tree whose shape depends on
  /// the number of partitions alone, before the driver gets them: for large results. Throws std::invalid_argument for
  /// depth < 1.
  template <class F>
  Owned<T> treeReduce(F f, int depth = 2, CallSite where = CallSite::current()) const;
  template <class U, class Seq, class Comb>
  U treeAggregate(U zero, Seq seq, Comb comb, int depth = 2, CallSite where = CallSite::current()) const;

  /// The least or greatest, by `key(x)`; the first of equal ones. Throws EmptyRDDError.
  template <class Key = std::identity>
  Owned<T> min(Key key = {}, CallSite where = CallSite::current()) const;
  template <class Key = std::identity>
  Owned<T> max(Key key = {}, CallSite where = CallSite::current()) const;

  /// Of integers: exact, in 64 bits; throws std::overflow_error where it does not fit. Of floating-point numbers: in
  /// double. Of none: 0.
  auto sum(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;

  /// Of a population, in one pass; NaN of none. The sample's divide by n - 1.
  /// @{
  double mean(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  double variance(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  double stdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  double popStdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  double sampleVariance(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  double sampleStdev(CallSite where = CallSite::current()) const requires std::is_arithmetic_v<T>;
  /// @}

  /// All of the above.
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
  void foreach (F f, CallSite where = CallSite::current()) const;

  /// Calls `f(elements)` for each partition, where it is.
  template <class F>
  void foreachPartition(F f, CallSite where = CallSite::current()) const;
  /// @}

  /// For the library's own use.
  RDD(Context& context, std::shared_ptr<detail::Lineage> lineage) : context_(&context), lineage_(std::move(lineage)) {}
  const std::shared_ptr<detail::Lineage>& lineage() const { return lineage_; }

 private:
  Context* context_;
  std::shared_ptr<detail::Lineage> lineage_;
};

}  // namespace seltzer
