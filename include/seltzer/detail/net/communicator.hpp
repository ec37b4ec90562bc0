#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
#include <seltzer/detail/net/unique_pointer.hpp>

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

/// A value that a collective can merge as one element.
template <class T>
concept ReducibleStruct = std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t);

/// The ranks of the program and all communication between them: a private duplicate of the world communicator.
///
/// All calls must be made by one thread, the one that initialized MPI. MPI errors are thrown as `CommunicatorError`.
/// Sizes are 64 bits wide; messages above the message limit are sent in pieces. The communicator may shrink while the
/// program runs, so do not keep `rank()` or `size()`.
class Communicator {
 public:
  /// **Collective.** Requires an `Environment`. Gathers the names of the hosts.
  Communicator();
  /// Frees the communicator unless MPI has been finalized. Buffers of pending transfers are never freed.
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

  /// What this rank is doing, for its error messages. The text must live until the next call.
  void setActivity(std::string_view activity);
  /// Empty if it is not set.
  std::string_view activity() const;

  /// **Collective.**
  void barrier();

  /// **Collective.** As `barrier`, and calls `poll` until all ranks are there; `poll` may call `tryReceive` and `post`,
  /// but nothing collective, and must not throw.
  void barrierPolling(const std::function<void()>& poll);

  /// **Collective.** Fills `data` with that of `root`; the size must be the same on all ranks.
  void broadcast(std::span<std::byte> data, int root = 0);

  /// A message up to this size is broadcast with its length in one MPI_Bcast of 256 bytes, if the message limit allows
  /// it.
  static constexpr std::size_t inlineBroadcastLimit = 248;

  /// **Collective.** Sends the message of rank 0 to all ranks, which need not know its size. One broadcast for up to
  /// `inlineBroadcastLimit` bytes, two for more.
  void broadcastMessage(Bytes& message);

  /// **Collective.** Merges the values of all ranks, each as one element, into that of rank 0, in any order; on other
  /// ranks `value` is unchanged. The size must be the same on all ranks, and should be small: one MPI_Reduce.
  void reduce(std::span<std::byte> value, MergeFunction merge) { reduceErased(value, Merge(merge)); }

  /// **Collective.** As `reduce`, with the result on every rank. One MPI_Allreduce.
  void allReduce(std::span<std::byte> value, MergeFunction merge) { allReduceErased(value, Merge(merge)); }

  /// **Collective.** As `reduce`, but rank 0 repeatedly calls `poll` while it waits; `poll` may call `tryReceive` and
  /// `post`, but nothing collective. If `poll` throws, it is not called again and its exception is rethrown when the
  /// reduction is complete.
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

  /// **Collective.** Elementwise over all ranks, into `values` of rank 0; on other ranks they are unchanged. The length
  /// must be the same on all ranks. The order in which doubles are added is up to MPI.
  template <ReducibleNumber T>
  void reduceSum(std::span<T> values);
  template <ReducibleNumber T>
  void reduceMin(std::span<T> values);
  template <ReducibleNumber T>
  void reduceMax(std::span<T> values);

  /// **Collective.** Elementwise the least (greatest) value and the lowest rank that has it, into `values` of rank 0.
  void reduceMinAtRank(std::span<ValueAtRank> values);
  void reduceMaxAtRank(std::span<ValueAtRank> values);

  /// **Collective.** Returns the bytes of all ranks, by rank, on rank 0, and an empty vector elsewhere. One MPI_Gather
  /// if all are at most 120 bytes long.
  std::vector<Bytes> gather(ByteView mine);
  /// **Collective.** Returns the bytes of all ranks, by rank, on every rank.
  std::vector<Bytes> allGather(ByteView mine);

  /// **Collective.** Whether `ok` is true on every rank.
  bool agree(bool ok);
  /// **Collective.** Returns on every rank the message of the lowest rank that has one; empty if none has. One
  /// all-reduce of 4 bytes if nothing failed.
  std::optional<RemoteFailure> agreeOnFailure(const std::optional<std::string>& mine);

  /// Sends `message`, of any size, to `to` (which may be this rank). One MPI message up to 1 KiB. May block until `to`
  /// sends or receives something, on any tag; messages that arrive meanwhile are received and kept for a later
  /// `receive`, so that ranks may send to each other at the same time.
  void send(ByteView message, int to, MessageTag tag);
  /// Waits for the next message of `from` on the tag.
  Bytes receive(int from, MessageTag tag);
  /// Waits for the next message on the tag from any rank. Returns (source, message).
  std::pair<int, Bytes> receiveAny(MessageTag tag);
  /// As `receiveAny`, but returns at once, empty, if no message has begun to arrive.
  std::optional<std::pair<int, Bytes>> tryReceive(MessageTag tag);
  /// Sends a copy of `message` without waiting, for small updates. The copy is freed by a later `post`, once it has
  /// been sent.
  void post(ByteView message, int to, MessageTag tag);

  /// Prints `[rank r, host] what` as one line on stderr and ends all ranks with `code`. May be called at any time, also
  /// after MPI has failed, and reentrantly.
  [[noreturn]] void abort(int code, std::string_view what);

  /// Shared by the files of this layer; the type is incomplete elsewhere.
  CommunicatorState& state() { return *state_; }

 private:
  void reduceErased(std::span<std::byte> value, Merge merge);
  void allReduceErased(std::span<std::byte> value, Merge merge);
  void reducePollingErased(std::span<std::byte> value, Merge merge, const std::function<void()>& poll);

  UniquePointer<CommunicatorState> state_;
};

}  // namespace seltzer::detail
