#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/accumulator.hpp>
#include <seltzer/broadcast.hpp>
#include <seltzer/config.hpp>
#include <seltzer/csv.hpp>
#include <seltzer/detail/api/function_checks.hpp>
#include <seltzer/detail/api/partition_count.hpp>
#include <seltzer/detail/api/source_element.hpp>
#include <seltzer/detail/engine/job_service.hpp>
#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/errors.hpp>
#include <seltzer/statistics.hpp>

namespace seltzer {

template <class T>
class RDD;

namespace detail {
class CheckpointStore;
class Scheduler;

template <class T>
inline constexpr bool isAccumulator = false;
template <class T>
inline constexpr bool isAccumulator<Accumulator<T>> = true;
template <class Number>
inline constexpr bool isAccumulator<NumberAccumulator<Number>> = true;
}  // namespace detail

/// What one rank sent and received: the members `broadcast`, `exchange`, `relay`, `pointToPoint`, `gather` and
/// `reduce`, each with `messagesSent`, `bytesSent`, `messagesReceived` and `bytesReceived`. `total()` adds them up;
/// `later - earlier` is the traffic in between.
using Traffic = detail::Traffic;

/// The driver's entry point: creates RDDs, broadcast values and accumulators, and describes the running program. `run`
/// creates the only one.
///
/// Everything here is for the driver function on rank 0; inside a user's function on a rank it throws NestedJobError.
/// The default number of partitions is `defaultParallelism()`; one below 1 or above 10,000,000 throws
/// std::invalid_argument.
class Context {
 public:
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// @name Sources
  /// Partition i of P holds elements [floor(i*n/P), floor((i+1)*n/P)) of n. Sources run nothing until a job needs them.
  /// @{

  /// The elements of a range, copied; those of a `std::map` are pairs, and C strings, also within pairs and tuples,
  /// become strings: `parallelize({"a", "b"})`. The driver encodes them at once. The first job that needs them sends
  /// each rank its own partitions, once; up to 64 KiB in all go to every rank, so that any of them can run the tasks.
  template <std::ranges::input_range Range>
  RDD<detail::SourceElement<std::ranges::range_value_t<Range>>> parallelize(Range&& elements,
                                                                            PartitionCount partitions = {},
                                                                            CallSite where = CallSite::current());

  /// The elements of a braced list.
  template <class T>
  RDD<detail::SourceElement<T>> parallelize(std::initializer_list<T> elements, PartitionCount partitions = {},
                                            CallSite where = CallSite::current());

  /// start, start + step, ... up to but excluding `end`. Only the bounds travel, and nothing overflows. Throws
  /// std::invalid_argument for a step of 0.
  RDD<std::int64_t> range(std::int64_t start, std::int64_t end, std::int64_t step = 1, PartitionCount partitions = {},
                          CallSite where = CallSite::current());

  /// 0, 1, ..., n - 1, in the default number of partitions.
  RDD<std::int64_t> range(std::int64_t n, CallSite where = CallSite::current());

  /// n elements, of which element i is `f(i)`, computed on the rank that needs it. Throws std::invalid_argument for n <
  /// 0.
  template <class F>
  auto generate(std::int64_t n, F f, PartitionCount partitions = {}, CallSite where = CallSite::current());

  /// The lines of text files, as views that are valid during the call of the user's function. `path` is a
  /// comma-separated list of files, folders (meaning their files, except names that start with `_` or `.`) and patterns
  /// with `*`, `?`, `[a-z]`, `{a,b}`, each optionally prefixed by `file:`. The files that one item of the list matches
  /// are sorted by path, `part-N` by number. `path` becomes the RDD's name. LF, CRLF and CR end a line; a last line
  /// without one counts. A UTF-8 byte order mark at the start of a file is dropped.
  ///
  /// Files that end in .gz, .bz2, .xz or .zst are decompressed, one partition each. Others are split into equal byte
  /// ranges, at least `minPartitions` in all unless there are fewer bytes; a line belongs to the range in which it
  /// starts. Empty files and folders give no partitions.
  ///
  /// The driver lists the files at once; the ranks read them when a job needs them, through a buffer of 1 MiB that
  /// grows for longer lines. Throws UsageError if nothing matches, a file cannot be examined, a path has a scheme other
  /// than `file:`, or a folder contains a folder, which would not be read. A file that cannot be read, has been
  /// replaced by something else, has shrunk since it was listed, or is compressed but truncated or damaged is a
  /// TaskError that names it. If a file has grown, lines that start in the new part are not read.
  RDD<std::string_view> textFile(const std::string& path, PartitionCount minPartitions = {},
                                 CallSite where = CallSite::current());

  /// As above, of records that end at a delimiter instead of lines: any bytes, such as "\n>" for FASTA files or "\n\n"
  /// for paragraphs, as Hadoop's `textinputformat.record.delimiter`. Records are what is between delimiters, without
  /// them, and may be empty. What follows the last delimiter is a record only if it is not empty. A delimiter that
  /// overlaps itself is found as a search from the start of the file does it, each after the end of the one before:
  /// "1aaa2" has the records "1" and "a2" between "aa". So the records are the same in any number of partitions. Throws
  /// std::invalid_argument for an empty delimiter.
  ///
  ///     const auto reads = sc.textFile("reads.fa", {}, "\n>").count();
  RDD<std::string_view> textFile(const std::string& path, PartitionCount minPartitions, const std::string& delimiter,
                                 CallSite where = CallSite::current());

  /// (absolute path, content) of each file that `path` lists as for `textFile`, decompressed according to its name.
  /// Files are packed in order into min(`minPartitions`, number of files) partitions of about equal size. Each is read
  /// whole, as it is when the task runs, including a byte order mark, as in Spark. Throws UsageError as `textFile`; a
  /// file that cannot be read or decompressed is a TaskError that names it.
  RDD<std::pair<std::string, std::string>> wholeTextFiles(const std::string& path, PartitionCount minPartitions = {},
                                                          CallSite where = CallSite::current());

  /// As `wholeTextFiles`, never decompressed.
  RDD<std::pair<std::string, std::string>> binaryFiles(const std::string& path, PartitionCount minPartitions = {},
                                                       CallSite where = CallSite::current());

  /// The contents of files in records of `length` bytes, as views that are valid during the call of the user's
  /// function; never decompressed. Files are listed and split as for `textFile`, between records. Throws UsageError as
  /// there, and for a file whose size is not a multiple of `length`; std::invalid_argument for a length below 1. If a
  /// file has grown, only its listed size is read.
  RDD<std::string_view> binaryRecords(const std::string& path, std::int64_t length, PartitionCount minPartitions = {},
                                      CallSite where = CallSite::current());

  /// As above, where a record is the object representation of a Record, which must be trivially copyable without
  /// pointers or views.
  template <class Record>
  RDD<Record> binaryRecords(const std::string& path, PartitionCount minPartitions = {},
                            CallSite where = CallSite::current());

  /// The numbers of NumPy arrays of one dimension, or the rows of arrays of two, from `.npy` files of versions 1 to 3.
  /// T is the array's type: `bool`, an integer of 1 to 8 bytes, `float`, `double` or `std::complex` of these; or, for
  /// rows, a `std::array` of it with as many numbers as the array has columns, or a `std::vector` of it, which takes
  /// any number and costs an allocation for each row. Nothing is converted but the order of bytes. Files are listed and
  /// split as for `textFile`, between rows; each rank reads its own. The driver reads the headers at once.
  ///
  ///     const double sum = sc.npyFile<double>("values.npy").sum();
  ///     const auto points = sc.npyFile<std::array<float, 3>>("points.npy");
  ///
  /// Throws UsageError as `textFile`, and for a file that is truncated, damaged, in Fortran order or longer than its
  /// array, with the byte, and one whose type, number of dimensions or columns are not those of T, with what to write
  /// instead. A file that has shrunk since, or cannot be read, is a TaskError that names it.
  template <class T>
  RDD<T> npyFile(const std::string& path, PartitionCount minPartitions = {}, CallSite where = CallSite::current());

  /// The rows of tables in text files: CSV, or TSV and the like by `options`. A row is a pair, a tuple, or a struct
  /// without constructors, with a member for each column: a number, `bool` (true, false, 1 or 0), `char`, a
  /// std::string, or a std::optional of these, which an empty field leaves empty. Or it is a
  /// `std::vector<std::string>`, of any number of fields. Fields in quotes may hold separators, and quotes written
  /// twice; with `options.multiline` also line ends. Fields are not trimmed, and empty lines are no rows. Files are
  /// listed, decompressed and split as for `textFile`, but not split if `options.multiline`; a file that has such
  /// fields without it is an error.
  ///
  ///     struct City { std::string name; std::optional<std::int64_t> people; };
  ///     const auto cities = sc.csvFile<City>("cities.csv", {.names = {"name", "people"}});
  ///
  /// Throws UsageError as `textFile`, and std::invalid_argument for options that contradict each other or names that
  /// are not as many as the columns. A field that is not of its type, a row with more or fewer fields, a misplaced
  /// quote and a header with other names are a TaskError that names file, line, column and text.
  template <class Row>
  RDD<Row> csvFile(const std::string& path, const CsvOptions& options = {}, PartitionCount minPartitions = {},
                   CallSite where = CallSite::current());

  /// The objects in the lines of JSON files (JSON lines). A row is a pair, a tuple, or a struct without constructors,
  /// with a member for each of `keys`, in their order: a number, `bool`, `char`, a std::string, a std::vector of these,
  /// or a std::optional, which is empty if the value is null or the key is missing. Other keys are skipped; empty lines
  /// are no rows. A number with a fraction is no integer. Files are listed, decompressed and split as for `textFile`.
  /// Lines are parsed by simdjson: link `seltzer::json`, which is there if Seltzer was built with it.
  ///
  ///     struct City { std::string name; std::optional<std::int64_t> people; };
  ///     const auto cities = sc.jsonFile<City>("cities.jsonl", {"name", "people"});
  ///
  /// Throws UsageError as `textFile`, and std::invalid_argument if the keys are not as many as the members, or the same
  /// twice. A line that is no object, has a key twice, or lacks a value of the member's type is a TaskError that names
  /// file, line and text.
  template <class Row>
  RDD<Row> jsonFile(const std::string& path, const std::vector<std::string>& keys, PartitionCount minPartitions = {},
                    CallSite where = CallSite::current());

  /// An RDD of no elements and no partitions.
  template <class T>
  RDD<T> emptyRDD(CallSite where = CallSite::current());

  /// The elements of all, duplicates kept: their partitions in order. If all are known to have equal partitioners,
  /// partition i instead concatenates their partitions i, and the result keeps the partitioner.
  template <class T>
  RDD<T> union_(const std::vector<RDD<T>>& rdds, CallSite where = CallSite::current());

  /// As above, of two or more RDDs of one element type: `union_(a, b, c)`.
  template <class T, std::same_as<RDD<T>>... More>
  RDD<T> union_(typename RDD<T>::Operand first, const RDD<T>& second, const More&... more);

  /// Reads what `saveAsObjectFile` wrote, one partition for each file. `path` is as for `textFile`, and so is
  /// UsageError. A file that is damaged, of another format or of another element type is a TaskError that names the
  /// file and the offset.
  template <class T>
  RDD<T> objectFile(const std::string& path, CallSite where = CallSite::current());
  /// @}

  /// @name Shared values
  /// @{

  /// **Collective.** Sends a value to every rank, once; see Broadcast. Its type must be able to travel.
  template <class T>
  Broadcast<T> broadcast(const T& value, CallSite where = CallSite::current());

  /// A value that tasks add to, starting from `zero`, merged by `merge(T&, const T&)` or `T merge(T, T)`; see
  /// Accumulator. Named ones appear in the statistics.
  template <class T, class Merge = Sum>
  Accumulator<T> accumulator(T zero, std::string name = {}, Merge merge = {}, CallSite where = CallSite::current());

  /// A vector that tasks append to, in partition order. What a job appended travels to the driver with its result.
  template <class T>
  Accumulator<std::vector<T>> collectionAccumulator(std::string name = {}, CallSite where = CallSite::current()) {
    return accumulator(std::vector<T>(), std::move(name), Append(), where);
  }

  /// The count, sum and mean of integers that tasks add.
  LongAccumulator longAccumulator(std::string name = {}, CallSite where = CallSite::current());

  /// The count, sum and mean of numbers that tasks add.
  DoubleAccumulator doubleAccumulator(std::string name = {}, CallSite where = CallSite::current());
  /// @}

  /// @name Jobs
  /// @{

  /// Calls `f(index, elements)` on the given partitions, with `elements` as for `mapPartitions`, and returns its
  /// results as a `std::vector`, in the order of `partitions`. Throws std::out_of_range for an index that the RDD does
  /// not have.
  template <class T, class F>
  auto runJob(const RDD<T>& rdd, F f, const std::vector<std::size_t>& partitions, CallSite where = CallSite::current());

  /// As above, with a braced list of partitions: `runJob(rdd, f, {0, 2})`.
  template <class T, class F>
  auto runJob(const RDD<T>& rdd, F f, std::initializer_list<std::size_t> partitions,
              CallSite where = CallSite::current()) {
    return runJob(rdd, std::move(f), std::vector<std::size_t>(partitions), where);
  }

  /// As above, on all partitions.
  template <class T, class F>
  auto runJob(const RDD<T>& rdd, F f, CallSite where = CallSite::current());

  /// Has the functions of later jobs read a value: `TaskContext::getLocalProperty(key)`. Without a value, no longer.
  /// All properties travel with the next job after a change; to send much, use a Broadcast.
  void setLocalProperty(const std::string& key, std::optional<std::string> value, CallSite where = CallSite::current());

  /// The value that was set; nothing if none is.
  std::optional<std::string> getLocalProperty(const std::string& key) const;

  /// **Collective.** Where time and memory went so far.
  Statistics stats(CallSite where = CallSite::current());

  /// **Collective.** The persisted RDDs of which partitions are stored, by id, and where these are.
  std::vector<RDDInfo> getRDDStorageInfo(CallSite where = CallSite::current());

  /// **Collective.** What each rank sent and received so far.
  std::vector<Traffic> traffic(CallSite where = CallSite::current());
  /// @}

  /// @name Checkpoints
  /// @{

  /// Sets the directory for checkpoints, which all ranks must see, and creates it if it does not exist. A directory
  /// other than before is a fresh start from what it holds: variables must be remembered again. Throws UsageError for a
  /// path that is empty or has a scheme other than `file:`, OutputError if it is not a directory or cannot be created.
  void setCheckpointDir(const std::string& directory, CallSite where = CallSite::current());

  /// That directory.
  std::optional<std::string> getCheckpointDir() const;

  /// An RDD, or a pair or tuple of RDDs, that outlives the program under a name. If an earlier run of this program has
  /// completed a checkpoint of this name in `setCheckpointDir`, the first call returns RDDs that read it, with the same
  /// partitions and partitioners on any number of ranks, and does not call `f`. Any other call computes and writes what
  /// `f()` returns, and returns that: its elements are then read from the checkpoint, unless a storage level is set,
  /// and its lineage is forgotten. The new checkpoint replaces the one before; one that was interrupted never counts.
  ///
  /// If SIGUSR1 has arrived, which Slurm can send near the time limit, it throws TimeLimitError once the checkpoint is
  /// written. That ends the program with code 85, and the next run continues from here. Once a program has called this,
  /// no other operation throws TimeLimitError.
  ///
  /// Save RDDs that belong together as one checkpoint. Only one running program at a time may use the directory. A
  /// checkpoint is found by directory and name alone, whatever the program's input and arguments: use a directory for
  /// each input, or `remember` the arguments and compare them. Remove the directory when the run has finished: a
  /// program that is started again continues from what is there.
  ///
  ///     std::int64_t round = 0;
  ///     sc.setCheckpointDir(directory);
  ///     sc.remember("round", round);
  ///     auto ranks = sc.checkpointed("ranks", [&] { return start(links); });
  ///     while (round < 100) {
  ///       ranks = step(links, ranks);
  ///       if (++round % 10 == 0) ranks = sc.checkpointed("ranks", [&] { return ranks; });
  ///     }
  ///
  /// Throws UsageError for a name that is not made of letters, digits, '-', '_' and '.', and for a checkpoint that is
  /// damaged, of another program or of another type; OutputError if it cannot be written.
  template <class F>
  auto checkpointed(const std::string& name, F&& f, CallSite where = CallSite::current());

  /// As above, without an RDD: a checkpoint of the values to remember.
  void checkpointed(const std::string& name, CallSite where = CallSite::current());

  /// Has `checkpointed` write the value of a variable with every checkpoint. If there is a checkpoint of an earlier
  /// run, assigns the value of the newest. The variable must outlive the last checkpoint. Throws UsageError if the
  /// value that was saved has another type, std::logic_error without `setCheckpointDir`.
  template <class T>
  requires(!detail::isAccumulator<T>) void remember(const std::string& name, T& variable,
                                                    CallSite where = CallSite::current());

  /// As above, for the total of an accumulator.
  template <class T>
  void remember(const std::string& name, const Accumulator<T>& accumulator, CallSite where = CallSite::current());

  /// As above, for count and sum.
  template <class Number>
  void remember(const std::string& name, const NumberAccumulator<Number>& accumulator,
                CallSite where = CallSite::current()) {
    remember(name, accumulator.total_, where);
  }

  /// Whether a checkpoint or a value of an earlier run was used.
  bool restored() const;
  /// @}

  /// @name The program
  /// @{

  /// The default number of partitions of a source: as configured, else the number of ranks.
  std::size_t defaultParallelism() const;

  /// The number of ranks, including the driver's.
  int ranks() const;

  /// The name of each rank's host, by rank.
  std::vector<std::string> hosts() const;

  /// The version of the library, such as "0.1.0"; `SELTZER_VERSION` is that of the headers.
  std::string version() const;

  /// The Slurm job's id, such as "slurm-17"; without Slurm, host name and process id.
  std::string applicationId() const;

  /// The settings of the engine, from options and environment.
  const Config& config() const;

  /// Writes a line to stderr, prefixed by the time in UTC.
  void log(std::string_view message) const;
  /// @}

  /// @cond
  // The engine, for the library's own use.
  detail::JobService& jobs();
  detail::Scheduler& scheduler();
  detail::CheckpointStore& checkpoints() { return *checkpoints_; }

  // Made by `run`.
  explicit Context(detail::Scheduler& scheduler);
  ~Context();
  /// @endcond

  /// The context of the running driver function; null outside `run`. In a task, and in any other function that a job
  /// calls, this and every use of a context throws NestedJobError, on every rank; TaskContext::current() has what a
  /// task may know.
  static Context* current();

 private:
  detail::Scheduler& scheduler_;
  detail::UniquePointer<detail::CheckpointStore> checkpoints_;
};

}  // namespace seltzer
