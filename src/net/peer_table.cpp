#include "net/peer_table.hpp"

#include <algorithm>

namespace seltzer::detail {

PeerTable::PeerTable(int first, int count, Time now) {
  for (int rank = first; rank < first + count; ++rank) peers_.push_back({rank, false, false, now});
}

bool PeerTable::has(int rank) const {
  return !peers_.empty() && rank >= peers_.front().rank && rank <= peers_.back().rank;
}

void PeerTable::hear(int rank, bool leaving, Time now) {
  Peer& peer = peers_[static_cast<std::size_t>(rank - peers_.front().rank)];
  peer.heard = true;
  peer.left = leaving;
  peer.last = now;
}

void PeerTable::forgiveAll(Time now) {
  for (Peer& peer : peers_) peer.last = now;
}

const PeerTable::Peer* PeerTable::silent(Time now, Duration limit, bool neverHeardToo) const {
  const auto found = std::ranges::find_if(
      peers_, [&](const Peer& peer) { return !peer.left && now - peer.last > limit && (peer.heard || neverHeardToo); });
  return found == peers_.end() ? nullptr : &*found;
}

std::size_t PeerTable::unheard() const {
  return static_cast<std::size_t>(std::ranges::count(peers_, false, &Peer::heard));
}

const PeerTable::Peer* PeerTable::firstUnheard() const {
  const auto found = std::ranges::find(peers_, false, &Peer::heard);
  return found == peers_.end() ? nullptr : &*found;
}

}  // namespace seltzer::detail
