#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seltzer::detail {

/// Messages and payload bytes of one kind on one rank. A message that was split counts once; lengths and other framing
/// do not count.
struct TrafficCount {
  std::uint64_t messagesSent = 0;
  std::uint64_t bytesSent = 0;
  std::uint64_t messagesReceived = 0;
  std::uint64_t bytesReceived = 0;

  void addSent(std::uint64_t bytes) {
    ++messagesSent;
    bytesSent += bytes;
  }

  void addReceived(std::uint64_t bytes) {
    ++messagesReceived;
    bytesReceived += bytes;
  }

  TrafficCount& operator+=(const TrafficCount& other) {
    messagesSent += other.messagesSent;
    bytesSent += other.bytesSent;
    messagesReceived += other.messagesReceived;
    bytesReceived += other.bytesReceived;
    return *this;
  }

  /// The difference from `earlier`, a previous value of the same count.
  friend TrafficCount operator-(const TrafficCount& later, const TrafficCount& earlier) {
    return {later.messagesSent - earlier.messagesSent, later.bytesSent - earlier.bytesSent,
            later.messagesReceived - earlier.messagesReceived, later.bytesReceived - earlier.bytesReceived};
  }

  friend bool operator==(const TrafficCount&, const TrafficCount&) = default;
};

/// What one rank sent and received since its communicator was created.
struct Traffic {
  /// The payload counts once as sent at the root, however many ranks there are, even if it is the only one, and once as
  /// received at each receiving rank. For `NodeSharedBuffer` only one rank per node receives.
  TrafficCount broadcast;
  /// Blocks of `Exchange` that are long enough to be sent directly: one message for each destination and round with
  /// such a block.
  TrafficCount exchange;
  /// The messages of `Exchange` that carry sizes and short blocks: all of their bytes, including lengths and blocks
  /// forwarded for other ranks.
  TrafficCount relay;
  TrafficCount pointToPoint;
  /// `gather`: sent by every rank but 0, received by rank 0. `allGather`: sent once, received from every other rank.
  TrafficCount gather;
  /// `reduce`: a rank's value counts as sent everywhere but on rank 0, which counts the result as received.
  /// `allReduce` and the agreements: both on every rank. Nothing on a lone rank.
  TrafficCount reduce;

  static constexpr std::array<std::string_view, 6> kinds = {"broadcast",      "exchange", "relay",
                                                            "point_to_point", "gather",   "reduce"};

  /// The members, in the order of `kinds`.
  static constexpr std::array<TrafficCount Traffic::*, kinds.size()> counts = {
      &Traffic::broadcast,    &Traffic::exchange, &Traffic::relay,
      &Traffic::pointToPoint, &Traffic::gather,   &Traffic::reduce};

  /// In the order of `kinds`.
  std::array<TrafficCount, kinds.size()> byKind() const {
    std::array<TrafficCount, kinds.size()> values;
    std::transform(counts.begin(), counts.end(), values.begin(), [this](auto count) { return this->*count; });
    return values;
  }

  TrafficCount total() const {
    TrafficCount sum;
    for (const TrafficCount& count : byKind()) sum += count;
    return sum;
  }

  Traffic& operator+=(const Traffic& other) {
    for (const auto count : counts) this->*count += other.*count;
    return *this;
  }

  /// The difference from `earlier`, a previous value of the same rank's traffic.
  friend Traffic operator-(const Traffic& later, const Traffic& earlier) {
    Traffic added;
    for (const auto count : counts) added.*count = later.*count - earlier.*count;
    return added;
  }

  friend bool operator==(const Traffic&, const Traffic&) = default;
};

}  // namespace seltzer::detail
