#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/accumulator.hpp>
#include <seltzer/broadcast.hpp>
#include <seltzer/config.hpp>
#include <seltzer/detail/api/function_checks.hpp>
#include <seltzer/detail/api/partition_count.hpp>
#include <seltzer/detail/api/source_element.hpp>
#include <seltzer/detail/engine/job_service.hpp>
#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/errors.hpp>
#include <seltzer/statistics.hpp>

namespace seltzer {

template <class T>
class RDD;

namespace detail {
class Scheduler;
}

/// What one rank sent and received: the counts `broadcast`, `exchange`, `relay`, `pointToPoint`, `gather` and `reduce`,
/// each with `messagesSent`, `bytesSent`, `messagesReceived` and `bytesReceived`. `total()` adds them; `later -
/// earlier` is what came between.
using Traffic = detail::Traffic;

/// The driver's entrance: makes RDDs, broadcast values and accumulators, and knows the program. `run` makes the one
/// there is.
///
/// Everything here is for the driver function on rank 0; inside a user's function on a rank it throws NestedJobError.
/// Partition counts below 1 throw std::invalid_argument; where none is given it is `defaultParallelism()`.
class Context {
 public:
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// @name Sources
  /// Slice i of n elements over P partitions is [floor(i*n/P), floor((i+1)*n/P)).
  /// @{

  /// The elements of a range, copied; those of a `std::map` are pairs, and C strings, also within pairs and tuples,
  /// become strings: `parallelize({"a", "b"})`. Each rank is sent only its own partitions, once, by the first job that
  /// needs them.
  template <std::ranges::input_range Range>
  RDD<detail::SourceElement<std::ranges::range_value_t<Range>>> parallelize(Range&& elements,
                                                                            PartitionCount partitions = {},
                                                                            CallSite where = CallSite::current());

  /// The elements of a braced list.
  template <class T>
  RDD<detail::SourceElement<T>> parallelize(std::initializer_list<T> elements, PartitionCount partitions = {},
                                            CallSite where = CallSite::current());

  /// start, start + step, ... up to and without `end`. Nothing travels but the bounds, and nothing overflows. Throws
  /// std::invalid_argument for a step of 0.
  RDD<std::int64_t> range(std::int64_t start, std::int64_t end, std::int64_t step = 1, PartitionCount partitions = {},
                          CallSite where = CallSite::current());

  /// 0, 1, ..., n - 1, in the default number of partitions.
  RDD<std::int64_t> range(std::int64_t n, CallSite where = CallSite::current());

  /// Element i of n is `f(i)`, computed where it is used: an RDD of what `f` returns. Throws std::invalid_argument for
  /// n < 0.
  template <class F>
  auto generate(std::int64_t n, F f, PartitionCount partitions = {}, CallSite where = CallSite::current());

  /// The lines of text files, as views that hold during the call of the user's function. `path` is a comma separated
  /// list of files, folders (the files in them whose names do not start with `_` or `.`) and patterns with `*`, `?`,
  /// `[a-z]`, `{a,b}`, where `file:` may stand before; what one element of the list matches comes sorted by path,
  /// `part-N` by number. `path` is the RDD's name. LF, CRLF and CR end a line; a last line without an end counts. A
  /// byte order mark of UTF-8 at the start of a file is dropped. Files that end in .gz, .bz2, .xz or .zst are
  /// decompressed, one partition each; others are cut into equal ranges of bytes, at least `minPartitions` in all where
  /// there are that many bytes, and a line belongs to the range in which it starts. Empty files and folders give no
  /// partitions.
  ///
  /// The driver lists the files at once; the ranks read them when a job needs them, a range through a buffer of
  /// 1 MiB, and longer lines whole. Throws UsageError where nothing matches, a file cannot be looked at, a path has
  /// another scheme than `file:`, and for a folder that holds a folder, which would not be read. A file that cannot be
  /// read, is no file any more or has shrunk since it was listed, or holds truncated or damaged compressed data fails
  /// the task with its name. Of a file that has grown, lines that start in the new part are not read.
  RDD<std::string_view> textFile(const std::string& path, PartitionCount minPartitions = {},
                                 CallSite where = CallSite::current());

  /// (absolute path, content) of files, decompressed by their endings as for `textFile`. They are packed in their order
  /// into `minPartitions` partitions of about equal size, or one a file if there are fewer. Each is read as it is then,
  /// a byte order mark included, as in Spark. `path` is the RDD's name.
  RDD<std::pair<std::string, std::string>> wholeTextFiles(const std::string& path, PartitionCount minPartitions = {},
                                                          CallSite where = CallSite::current());

  /// As `wholeTextFiles`, with the bytes as they are in the file.
  RDD<std::pair<std::string, std::string>> binaryFiles(const std::string& path, PartitionCount minPartitions = {},
                                                       CallSite where = CallSite::current());

  /// The records of `length` bytes of which files consist, as views that hold during the call of the user's function;
  /// never decompressed. Files are found and cut as for `textFile`, between records. Throws UsageError as there, and
  /// for a file whose size is no multiple of `length`. Of a file that has grown, only the listed size is read.
  RDD<std::string_view> binaryRecords(const std::string& path, std::int64_t length, PartitionCount minPartitions = {},
                                      CallSite where = CallSite::current());

  /// As above, with records that are the bytes of a trivially copyable Record.
  template <class Record>
  RDD<Record> binaryRecords(const std::string& path, PartitionCount minPartitions = {},
                            CallSite where = CallSite::current());

  /// An RDD of no elements and no partitions.
  template <class T>
  RDD<T> emptyRDD(CallSite where = CallSite::current());

  /// The partitions of all, side by side. Where all have the same partitioner: partition i holds their partitions i,
  /// one after the other, and it stays partitioned.
  template <class T>
  RDD<T> union_(const std::vector<RDD<T>>& rdds, CallSite where = CallSite::current());

  /// What `saveAsObjectFile` wrote, a partition a file: `path` is a directory, a file, a pattern as for `textFile`, or
  /// a list of them. Throws UsageError as there. A file that is damaged, of another kind or of
  /// another element type is a TaskError that names the file and the offset.
  template <class T>
  RDD<T> objectFile(const std::string& path, CallSite where = CallSite::current());
  /// @}

  /// @name Shared values
  /// @{

  /// **Collective.** Gives a value to every rank, once; see Broadcast. The value must be of a type that can travel.
  template <class T>
  Broadcast<T> broadcast(const T& value, CallSite where = CallSite::current());

  /// A value that tasks add to: merged by `merge(T&, const T&)`, or `T merge(T, T)`, into `zero`. Named ones show in
  /// the statistics.
  template <class T, class Merge = Sum>
  Accumulator<T> accumulator(T zero, std::string name = {}, Merge merge = {}, CallSite where = CallSite::current());

  /// A vector that tasks append to, in partition order. Its elements come to the driver with each job.
  template <class T>
  Accumulator<std::vector<T>> collectionAccumulator(std::string name = {}, CallSite where = CallSite::current()) {
    return accumulator(std::vector<T>(), std::move(name), Append(), where);
  }
  /// @}

  /// @name Jobs
  /// @{

  /// Calls `f(index, elements)` on the chosen partitions and returns its results as a `std::vector`, in the order of
  /// `partitions`; throws std::out_of_range for an index that is none.
  template <class T, class F>
  auto runJob(const RDD<T>& rdd, F f, const std::vector<std::size_t>& partitions, CallSite where = CallSite::current());

  /// On a braced list of partitions: `runJob(rdd, f, {0, 2})`.
  template <class T, class F>
  auto runJob(const RDD<T>& rdd, F f, std::initializer_list<std::size_t> partitions,
              CallSite where = CallSite::current()) {
    return runJob(rdd, std::move(f), std::vector<std::size_t>(partitions), where);
  }

  /// On all partitions.
  template <class T, class F>
  auto runJob(const RDD<T>& rdd, F f, CallSite where = CallSite::current());

  /// **Collective.** Where the time went so far.
  Statistics stats(CallSite where = CallSite::current());

  /// **Collective.** What each rank sent and received so far.
  std::vector<Traffic> traffic(CallSite where = CallSite::current());
  /// @}

  /// @name The program
  /// @{

  /// The partitions of a source where none are given: as configured, else the number of ranks.
  std::size_t defaultParallelism() const;

  /// The number of ranks, the driver's own included.
  int ranks() const;

  /// The name of each rank's host, by rank.
  std::vector<std::string> hosts() const;

  /// The version of the library, as "0.1.0"; `SELTZER_VERSION` is the headers'.
  std::string version() const;

  /// The Slurm job's id where there is one, as "slurm-17"; otherwise host and process id.
  std::string applicationId() const;

  /// What options and environment have set.
  const Config& config() const;

  /// One line on stderr, with the time.
  void log(std::string_view message) const;
  /// @}

  /// @cond
  // The engine, for the library's own use.
  detail::JobService& jobs();
  detail::Scheduler& scheduler() { return scheduler_; }

  // Made by `run`.
  explicit Context(detail::Scheduler& scheduler);
  ~Context();
  /// @endcond

  /// The context of the running driver function; null outside `run`. In a task, and in any other function that a job
  /// calls, this throws NestedJobError on every rank, and so does every use of a context: TaskContext::current() has
  /// what a task may know.
  static Context* current();

 private:
  detail::Scheduler& scheduler_;
};

}  // namespace seltzer
