#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace seltzer::detail {

/// When the ranks that a rank watches were last heard: `count` ranks from `first` on. Knows no clock of its own.
class PeerTable {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  struct Peer {
    int rank = 0;
    bool heard = false;  ///< at least once
    bool left = false;
    Time last;  ///< when it was heard, or when its time began anew
  };

  PeerTable(int first, int count, Time now);

  /// Whether `rank` is one of these.
  bool has(int rank) const;
  void hear(int rank, bool leaving, Time now);

  /// This process or its host was suspended, and heartbeats may be lost: all limits begin anew.
  void forgiveAll(Time now);

  /// The first rank that has not left and was not heard for longer than `limit`; null if there is none. A rank that was
  /// never heard counts only if `neverHeardToo`, since the network may block its datagrams.
  const Peer* silent(Time now, Duration limit, bool neverHeardToo) const;

  std::size_t size() const { return peers_.size(); }
  std::size_t unheard() const;
  const Peer* firstUnheard() const;  ///< null if all were heard

 private:
  std::vector<Peer> peers_;
};

}  // namespace seltzer::detail
