#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

class ExchangeRelay;

/// One buffer for each destination, filled between two rounds of an exchange. A destination's share is the budget
/// divided by the number of ranks, so that a rank neither holds nor receives more than the budget in a round, whatever
/// the skew.
class OutgoingBuffers {
 public:
  OutgoingBuffers(int destinations, std::size_t budget);

  int destinations() const { return static_cast<int>(buffers_.size()); }

  /// How many bytes `destination` still takes in this round.
  std::size_t room(int destination) const {
    const std::size_t used = buffers_[static_cast<std::size_t>(destination)].size();
    return used < share_ ? share_ - used : 0;
  }

  /// Adds a record whole, or gives false and adds nothing: then a round must be made first. A record longer than the
  /// destination's share is taken when nothing else is waiting for that destination.
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
  /// Empties the buffers; what a long record made too large is given back.
  void clear();

  std::size_t share_;
  std::vector<Bytes> buffers_;
};

/// Gets whole records of `source`, in the order in which they were appended. The view ends with the call.
using ExchangeConsumer = std::function<void(int source, ByteView records)>;

/// All ranks send records to all ranks, in rounds of bounded size. First the ranks tell each other sizes and flags, and
/// blocks of at most 1 KiB travel along: a rank sends ceil(log2 ranks) messages for all
/// of that. Longer blocks follow in messages of their own, in pieces within the message limit. So a shuffle of little
/// data takes few messages on many ranks, and one of much data moves each byte once. Records of a rank for itself do
/// not pass through MPI.
///
/// Every rank, as often as it needs: fills `out()`, and calls `round()` when an append is refused. When it has no more
/// it calls `finish()`, which makes rounds until no rank has more. If something fails in between it calls `fail()`:
/// then every rank's current or next `round()` or `finish()` throws, and the communicator stays usable.
///
/// After an error is thrown, or without `finish`, the object may only be destroyed. Memory: twice the budget and the
/// longest records.
class Exchange {
 public:
  /// Not collective. `budget` must be the same on all ranks. The communicator must outlive it.
  Exchange(Communicator& communicator, std::size_t budget, ExchangeConsumer consume);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  OutgoingBuffers& out() { return out_; }

  /// **Collective.** Moves what the buffers hold and gives what arrives to the consumer, in rank order. Throws if a
  /// rank failed: there its own exception, elsewhere a `RemoteError` that names the lowest rank that failed. An
  /// exception of the consumer is thrown by the next `round` or `finish`.
  void round();

  /// **Collective.** This rank has no more than `out()` holds. Makes rounds until that is so for all, and agrees on
  /// success.
  void finish();

  /// **Collective.** Tells all ranks that this one failed, and throws `cause` here, or the consumer's exception if that
  /// came first.
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

/// Fills the buffers until an append is refused or there is no more. Gives true if it must be called again.
using ExchangeProducer = std::function<bool(OutgoingBuffers& out)>;

/// **Collective.** Calls `produce` and makes rounds until all producers are done. Errors as in `Exchange`: when a
/// producer or a consumer throws on any rank, this throws on all.
void exchange(Communicator& communicator, std::size_t budget, const ExchangeProducer& produce,
              const ExchangeConsumer& consume);

}  // namespace seltzer::detail
