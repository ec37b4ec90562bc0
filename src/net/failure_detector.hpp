#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// Notices a rank that has fallen silent: stopped, on a host that hangs, behind a cut link. MPI would wait for it for
/// ever. A rank that computes for long is not silent, since a thread of its own speaks for it.
///
/// Each rank tells rank 0 every few seconds that it lives, by UDP datagrams beside MPI, and rank 0 answers. Whoever
/// hears nothing for the limit names the silent rank, its host and what was going on, and ends all ranks with
/// `exitRankLost`. A rank that is not heard although it has come through the start, because the network lets no
/// datagrams through, is not watched; rank 0 says so once, and rank 1 of rank 0. If this process itself was stopped for
/// a while, all limits begin anew. Before the constructor a `Deadline` counts. Whoever finds its own descriptors
/// closed, which only the program can have done, ends all ranks with `exitTask`.
class FailureDetector {
 public:
  /// **Collective.** Starts the watch. A limit of 0, or a lone rank: there is none. The communicator must live until
  /// `prepareForFinalize`; the watch itself should outlive MPI, whose end waits for all ranks too.
  FailureDetector(Communicator& communicator, std::chrono::seconds limit);
  /// Says goodbye, so that the others do not wait for this rank's next word.
  ~FailureDetector();
  FailureDetector(const FailureDetector&) = delete;
  FailureDetector& operator=(const FailureDetector&) = delete;

  /// What begins now ("count at pi.cpp:42"), for the message.
  void setActivity(std::string_view activity);

  /// **Collective.** Call it last before MPI ends. From now on the watch uses MPI no more: who misses a rank leaves
  /// with `exitRankLost`, which the launcher takes for the end of all. Does not return while the watch of any rank is
  /// aborting the job: mpirun (Open MPI 4.1) now and then crashes or hangs when it ends ranks that are in MPI_Finalize.
  /// A rank that is stopped inside MPI_Finalize still leads to that.
  void prepareForFinalize();

  /// Ends the watch, as the destructor does.
  void stop();

 private:
  class Watcher;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace seltzer::detail
