#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace seltzer {

/// Whether the driver shows the progress of jobs.
enum class Progress : std::uint8_t {
  automatic,  ///< of long jobs: a bar on a terminal, otherwise a line every 10 s
  off         ///< never
};

/// Whether a task that has not begun may move to another rank.
enum class TaskMoves : std::uint8_t {
  whenIdle,  ///< to a rank that has no task left, first of the same host
  never,     ///< the number of a partition says which rank computes it
  atRandom,  ///< for tests
  byMessage  ///< for tests: when idle, as if every rank were on a host of its own
};

/// The engine's settings, from the options `--seltzer-...` and the variables `SELTZER_...`. All ranks use rank 0's.
struct Config {
  std::size_t messageLimit = std::size_t{1} << 30;     ///< bytes; longer messages travel in pieces
  std::size_t exchangeBudget = std::size_t{64} << 20;  ///< bytes that a rank's send buffers hold in a round of an
                                                       ///< exchange, of which 2 MiB may go to the same rank
  std::size_t maxTaskFailures = 4;                     ///< attempts of a task, including the first
  std::size_t maxResultSize = std::size_t{1} << 30;    ///< bytes that a job may bring to the driver; 0: any
  std::size_t defaultParallelism = 0;                  ///< partitions where none are given; 0: the number of ranks
  std::size_t rankTimeout = 60;  ///< seconds of silence after which a rank is taken for lost and the job ends; 0: never
  int zstdWindowLog = 27;        ///< log2 of the largest window, in bytes, of .zst files that are read
  std::size_t memory = 0;        ///< bytes that a rank may take; 0: its share of what the system allows
  std::string scratchFolder;     ///< for data that memory has no room for; empty: $SLURM_TMPDIR, $TMPDIR or /tmp
  std::size_t spillEvery = 0;    ///< for tests: every n-th request for memory spills all data; 0: none does
  TaskMoves taskMoves = TaskMoves::whenIdle;  ///< of stages whose input is not on certain ranks
  Progress progress = Progress::automatic;    ///< of jobs, on the driver's stderr
  std::string statsFile;                      ///< written at the end: statistics as JSON; empty: none

  /// @cond
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& messageLimit& exchangeBudget& maxTaskFailures& maxResultSize& defaultParallelism& rankTimeout&
        zstdWindowLog& memory& scratchFolder& spillEvery& taskMoves& progress& statsFile;
  }
  /// @endcond
};

}  // namespace seltzer
