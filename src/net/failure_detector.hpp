#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// Detects a rank that has fallen silent because it was stopped, its host hangs or its link is down; MPI would wait for
/// it forever. A rank that computes for long is not silent, since a separate thread sends its heartbeats.
///
/// Each rank sends rank 0 a UDP heartbeat every few seconds, and rank 0 answers. A rank that hears nothing for the
/// limit prints the silent rank, its host and the current activity, and ends all ranks with `exitRankLost`. A rank that
/// passed the start without being heard, because the network blocks datagrams, is not watched; rank 0 warns of it once,
/// and rank 1 if it is rank 0. If this process itself was suspended, all limits start again. A `Deadline` covers the
/// time before the constructor. A rank that finds these descriptors closed, which only the program can have done, ends
/// all ranks with `exitTask`.
class FailureDetector {
 public:
  /// **Collective.** Starts detection, unless the limit is 0 or there is only one rank. The communicator must live
  /// until `prepareForFinalize`; this object should outlive MPI, since MPI_Finalize waits for all ranks too.
  FailureDetector(Communicator& communicator, std::chrono::seconds limit);
  /// Signs off, so that the others expect no more heartbeats of this rank.
  ~FailureDetector();
  FailureDetector(const FailureDetector&) = delete;
  FailureDetector& operator=(const FailureDetector&) = delete;

  /// What begins now ("count at pi.cpp:42"), for the message.
  void setActivity(std::string_view activity);

  /// **Collective.** Call it last before MPI_Finalize. From now on this uses no MPI: a rank that misses another exits
  /// with `exitRankLost`, and the launcher ends the rest. Does not return while any rank's detector is aborting the
  /// job: mpirun (Open MPI 4.1) sometimes crashes or hangs when it ends ranks that are in MPI_Finalize. A rank that is
  /// stopped inside MPI_Finalize can still cause that.
  void prepareForFinalize();

  /// Ends detection, as the destructor does.
  void stop();

 private:
  class Watcher;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace seltzer::detail
