#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator_error.hpp>
#include <seltzer/detail/net/merge.hpp>
#include <seltzer/detail/net/message_tag.hpp>

namespace seltzer::detail {

struct CommunicatorState;

/// A number and the rank that has it.
struct ValueAtRank {
  double value = 0;
  int rank = 0;
};

template <class T>
concept ReducibleNumber =
    std::is_same_v<T, double> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t>;

/// A value that a collective merge can treat as one element.
template <class T>
concept ReducibleStruct = std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t);

/// The ranks of the program and every way in which they talk: a private duplicate of the world communicator.
///
/// One thread a rank, the one that started MPI, makes all calls. Every failure of MPI is thrown as `CommunicatorError`.
/// Sizes are 64 bits wide; whatever is longer than the message limit travels in pieces. The communicator may shrink
/// while the program runs, so nobody keeps `rank()` or `size()`.
class Communicator {
 public:
  /// **Collective.** Needs a living `Environment`. Gathers the names of the hosts.
  Communicator();
  /// Frees the communicator unless MPI has ended. Buffers of transfers that are under way are never freed.
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  int rank() const;
  int size() const;
  const std::string& host() const;
  const std::string& hostOf(int rank) const;
  const Traffic& traffic() const;

  static constexpr std::size_t defaultMessageLimit = std::size_t{1} << 30;
  static constexpr std::size_t smallestMessageLimit = 64;

  /// The longest MPI message, in bytes.
  std::size_t messageLimit() const;
  /// Must be the same on all ranks. Throws `std::invalid_argument` below `smallestMessageLimit`.
  void setMessageLimit(std::size_t bytes);

  /// What this rank is doing, for its error messages. The text must stay until another one is set.
  void setActivity(std::string_view activity);

  /// **Collective.**
  void barrier();

  /// **Collective.** Fills `data` with root's; it has the same size everywhere.
  void broadcast(std::span<std::byte> data, int root = 0);

  /// A broadcast message up to this size travels with its length in one MPI_Bcast of 256 bytes, where the message limit
  /// allows it.
  static constexpr std::size_t inlineBroadcastLimit = 248;

  /// **Collective.** Gives every rank the message of rank 0; the others need not know its size. One broadcast up to
  /// `inlineBroadcastLimit` bytes, two for longer ones.
  void broadcastMessage(Bytes& message);

  /// **Collective.** Merges the values of all ranks, seen as one element each, into rank 0's, in any order; elsewhere
  /// `value` stays as it is. Values have one size on all ranks and small ones are meant: one MPI_Reduce.
  void reduce(std::span<std::byte> value, MergeFunction merge) { reduceErased(value, Merge(merge)); }

  /// **Collective.** As `reduce`, and every rank gets the result. One MPI_Allreduce.
  void allReduce(std::span<std::byte> value, MergeFunction merge) { allReduceErased(value, Merge(merge)); }

  /// **Collective.** As `reduce`, but rank 0 calls `poll` from time to time while it waits; `poll` may receive with
  /// `tryReceive` and may `post`, and must not call anything collective. If `poll` throws, it is not called again and
  /// its exception is thrown when the reduction is complete.
  void reducePolling(std::span<std::byte> value, MergeFunction merge, const std::function<void()>& poll) {
    reducePollingErased(value, Merge(merge), poll);
  }

  template <ReducibleStruct Struct>
  void reduce(Struct& value, std::type_identity_t<void (*)(Struct& into, const Struct& from)> merge) {
    reduceErased(std::as_writable_bytes(std::span(&value, 1)), Merge(merge));
  }

  template <ReducibleStruct Struct>
  void allReduce(Struct& value, std::type_identity_t<void (*)(Struct& into, const Struct& from)> merge) {
    allReduceErased(std::as_writable_bytes(std::span(&value, 1)), Merge(merge));
  }

  template <ReducibleStruct Struct>
  void reducePolling(Struct& value, std::type_identity_t<void (*)(Struct& into, const Struct& from)> merge,
                     const std::function<void()>& poll) {
    reducePollingErased(std::as_writable_bytes(std::span(&value, 1)), Merge(merge), poll);
  }

  /// **Collective.** Element by element over all ranks, into rank 0's `values`; elsewhere they stay as they are. The
  /// same length on all ranks. The order in which doubles are added is MPI's.
  template <ReducibleNumber T>
  void reduceSum(std::span<T> values);
  template <ReducibleNumber T>
  void reduceMin(std::span<T> values);
  template <ReducibleNumber T>
  void reduceMax(std::span<T> values);

  /// **Collective.** Element by element the least (greatest) value and the lowest rank that has it, into rank 0's.
  void reduceMinAtRank(std::span<ValueAtRank> values);
  void reduceMaxAtRank(std::span<ValueAtRank> values);

  /// **Collective.** Rank 0 gets every rank's bytes by rank, its own included; the others get an empty vector. One
  /// MPI_Gather if all are at most 120 bytes long.
  std::vector<Bytes> gather(ByteView mine);
  /// **Collective.** Every rank gets every rank's bytes, by rank.
  std::vector<Bytes> allGather(ByteView mine);

  /// **Collective.** True everywhere if it is true on every rank.
  bool agree(bool ok);
  /// **Collective.** Nothing if no rank gives a message, else the lowest rank that does, on every rank. Costs one
  /// all-reduce of 4 bytes when nothing failed.
  std::optional<RemoteFailure> agreeOnFailure(const std::optional<std::string>& mine);

  /// Sends `message`, of any size, to `to` (which may be this rank). Up to 1 KiB it is one MPI message. May wait until
  /// `to` sends or receives something, on any tag; what arrives here in the meantime is received and kept for the
  /// later `receive`, so that ranks may send to each other at the same time.
  void send(ByteView message, int to, MessageTag tag);
  /// Waits for the next message of `from` on the tag.
  Bytes receive(int from, MessageTag tag);
  /// Waits for the next message on the tag, whoever sends it. Gives (source, message).
  std::pair<int, Bytes> receiveAny(MessageTag tag);
  /// As `receiveAny`, but returns at once if no message has begun to arrive.
  std::optional<std::pair<int, Bytes>> tryReceive(MessageTag tag);
  /// Sends a copy of `message` without waiting, for small news. The copy lives until it has left, and is reclaimed by a
  /// later `post`.
  void post(ByteView message, int to, MessageTag tag);

  /// Prints `[rank r, host] what` as one line on stderr and ends all ranks with `code`. May be called at any time, also
  /// when MPI has failed, and again while it runs.
  [[noreturn]] void abort(int code, std::string_view what);

  /// What the files of this layer share; the type is incomplete elsewhere.
  CommunicatorState& state() { return *state_; }

 private:
  void reduceErased(std::span<std::byte> value, Merge merge);
  void allReduceErased(std::span<std::byte> value, Merge merge);
  void reducePollingErased(std::span<std::byte> value, Merge merge, const std::function<void()>& poll);

  std::unique_ptr<CommunicatorState> state_;
};

}  // namespace seltzer::detail
