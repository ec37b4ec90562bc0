#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace seltzer {

/// When the driver shows how far a job is.
enum class Progress : std::uint8_t {
  automatic,  ///< of long jobs: a bar on a terminal, otherwise a line every 10 s
  off         ///< never
};

/// What the options `--seltzer-...` and the variables `SELTZER_...` set; rank 0's is everyone's.
struct Config {
  std::size_t messageLimit = std::size_t{1} << 30;  ///< bytes; longer messages travel in pieces
  std::size_t exchangeBudget = std::size_t{64}
                               << 20;  ///< bytes that a rank's send buffers hold in a round of an exchange
  std::size_t maxTaskFailures = 4;     ///< attempts of a task, the first included
  std::size_t maxResultSize = std::size_t{1} << 30;  ///< bytes that a job may bring to the driver; 0: any
  std::size_t defaultParallelism = 0;                ///< partitions where none are given; 0: the number of ranks
  std::size_t rankTimeout = 60;  ///< seconds after which a rank that gives no sign of life ends the job; 0: never
  int zstdWindowLog = 27;        ///< windows of .zst files that are read, up to 2 to the power of it bytes
  Progress progress = Progress::automatic;  ///< how far a job is, on the driver's stderr
  std::string statsFile;                    ///< JSON statistics go here at the end; empty: nowhere

  /// @cond
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& messageLimit& exchangeBudget& maxTaskFailures& maxResultSize& defaultParallelism& rankTimeout&
        zstdWindowLog& progress& statsFile;
  }
  /// @endcond
};

}  // namespace seltzer
