#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

class ExchangeRelay;

/// One buffer per destination, filled between two rounds of an exchange. A destination's share is the budget divided by
/// the number of ranks, so that a rank neither sends nor receives more than the budget in a round, whatever the skew;
/// but at most `mostShare`, so that what is copied to a buffer is still in the caches when it is sent and read.
class OutgoingBuffers {
 public:
  /// With 64 MiB, 2 ranks of a host take two to five times as long.
  static constexpr std::size_t mostShare = std::size_t{2} << 20;

  OutgoingBuffers(int destinations, std::size_t budget);

  int destinations() const { return static_cast<int>(buffers_.size()); }

  /// How many more bytes `destination` takes in this round.
  std::size_t room(int destination) const {
    const std::size_t used = buffers_[static_cast<std::size_t>(destination)].size();
    return used < share_ ? share_ - used : 0;
  }

  /// Adds a whole record, or adds nothing and returns false: then a round must come first. A record longer than the
  /// destination's share is taken if that destination's buffer is empty.
  [[nodiscard]] bool append(int destination, ByteView record) { return append(destination, record, {}); }

  /// As above, a record of two parts.
  [[nodiscard]] bool append(int destination, ByteView header, ByteView body) {
    Bytes& buffer = buffers_[static_cast<std::size_t>(destination)];
    const std::size_t size = header.size() + body.size();
    if (size > room(destination) && !buffer.empty()) return false;
    if (buffer.capacity() - buffer.size() < size) grow(buffer, size);
    buffer.insert(buffer.end(), header.begin(), header.end());
    buffer.insert(buffer.end(), body.begin(), body.end());
    return true;
  }

 private:
  friend class Exchange;

  void grow(Bytes& buffer, std::size_t more) const;
  /// Empties the buffers, and frees those that a long record made larger than their share.
  void clear();

  std::size_t share_;
  std::vector<Bytes> buffers_;
};

/// Receives whole records of `source`, in the order in which they were appended. The view is valid during the call.
using ExchangeConsumer = std::function<void(int source, ByteView records)>;

/// An all-to-all exchange of records in rounds of bounded size. A round first exchanges sizes, flags and the blocks of
/// at most 1 KiB, for which a rank sends ceil(log2 ranks) messages. Longer blocks follow directly, in pieces within the
/// message limit. So a shuffle of little data takes few messages on many ranks, and one of much data moves each byte
/// once. A rank's records for itself do not pass through MPI.
///
/// Every rank fills `out()` and calls `round()` whenever an append is refused. When it has no more records it calls
/// `finish()`, which makes rounds until all ranks are done. If something fails in between it calls `fail()`: then every
/// rank's current or next `round()` or `finish()` throws, and the communicator stays usable.
///
/// After an error, or without `finish`, the object may only be destroyed. Memory: twice the budget and the longest
/// records.
class Exchange {
 public:
  /// Not collective. `budget` must be the same on all ranks. The communicator must outlive it.
  Exchange(Communicator& communicator, std::size_t budget, ExchangeConsumer consume);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  OutgoingBuffers& out() { return out_; }

  /// **Collective.** Sends what the buffers hold and hands what arrives to the consumer, in rank order. Throws if a
  /// rank failed: its own exception there, elsewhere a `RemoteError` that names the lowest failed rank. The next
  /// `round` or `finish` throws the consumer's exception.
  void round();

  /// **Collective.** This rank has no records beyond those in `out()`. Makes rounds until all ranks are done, and
  /// agrees on success.
  void finish();

  /// **Collective.** Announces that this rank failed, and throws `cause` here, or the consumer's exception if that came
  /// first.
  [[noreturn]] void fail(std::exception_ptr cause);

  std::uint64_t rounds() const { return rounds_; }

 private:
  bool exchangeRound(bool done);
  bool announce(bool done);
  void moveData();
  void deliver();
  void agreeOnEnd();

  Communicator& communicator_;
  ExchangeConsumer consume_;
  OutgoingBuffers out_;
  std::unique_ptr<ExchangeRelay> relay_;
  std::vector<Bytes> in_;
  std::exception_ptr failure_;
  std::uint64_t rounds_ = 0;
};

/// Fills the buffers until an append is refused or no records are left. Returns true if it must be called again.
using ExchangeProducer = std::function<bool(OutgoingBuffers& out)>;

/// **Collective.** Calls `produce` and makes rounds until all producers are done. As in `Exchange`, if a producer or a
/// consumer throws on any rank, this throws on all.
void exchange(Communicator& communicator, std::size_t budget, const ExchangeProducer& produce,
              const ExchangeConsumer& consume);

}  // namespace seltzer::detail
