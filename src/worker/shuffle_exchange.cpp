#include "worker/shuffle_exchange.hpp"

#include <cstdint>
#include <deque>
#include <utility>

#include <seltzer/detail/data/block/shuffle_block.hpp>
#include <seltzer/detail/engine/dependency.hpp>
#include <seltzer/detail/engine/partition_slice.hpp>

#include "engine/stage_failure.hpp"
#include "net/exchange.hpp"

namespace seltzer::detail {
namespace {

/// Precedes a frame's records in an exchange.
struct FrameHeader {
  std::uint64_t partition = 0;
  std::uint64_t mapPartition = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

/// The frames for one rank, by map task and then by partition.
class FramesForRank {
 public:
  FramesForRank(RDDId shuffled, std::vector<MapTaskOutput>& outputs, PartitionRange partitions)
      : shuffled_(shuffled), outputs_(&outputs), partitions_(partitions), next_(partitions.begin) {}

  /// The next frame, spilled or not, the same until `pass()`; false after the last.
  bool peek(FrameHeader& header, ShuffleFrame*& frame) {
    while (!waiting_) {
      if (output_ == outputs_->size()) return false;
      MapTaskOutput& from = (*outputs_)[output_];
      next_ = from.output->next(next_, partitions_.end);
      if (next_ == partitions_.end) {
        ++output_;
        next_ = partitions_.begin;
      } else {
        waiting_ = take(from);
        if (!waiting_) ++next_;
      }
    }
    header = {next_, (*outputs_)[output_].partition, frame_.records, frame_.bytes()};
    frame = &frame_;
    return true;
  }
  void pass() {
    frame_ = {};
    waiting_ = false;
  }

 private:
  bool take(MapTaskOutput& from) {
    return asPartOfStage(shuffled_, from.partition, [&] { return from.output->take(next_, frame_); });
  }

  RDDId shuffled_;
  std::vector<MapTaskOutput>* outputs_;
  PartitionRange partitions_;  // the rank's
  std::size_t output_ = 0;
  std::size_t next_;
  ShuffleFrame frame_;
  bool waiting_ = false;
};

class ShuffleExchange {
 public:
  ShuffleExchange(Executor& executor, const ShuffleDescription& shuffle, ShuffleOperator& shuffled,
                  std::vector<MapTaskOutput>& outputs)
      : executor_(executor), shuffle_(shuffle), shuffled_(shuffled), outputs_(outputs) {
    const int ranks = executor.communicator().size();
    for (int rank = 0; rank < ranks; ++rank) {
      frames_.emplace_back(shuffle.shuffled, outputs, partitionsOf(rank, ranks));
    }
    mine_ = partitionsOf(executor.communicator().rank(), ranks);
    builders_.resize(mine_.end - mine_.begin);
  }

  void run() {
    bool begun = false;
    exchange(
        executor_.communicator(), executor_.exchangeBudget(),
        [this, &begun](OutgoingBuffers& out) {
          if (!std::exchange(begun, true)) {
            shuffled_.cut(outputs_);
            keepMine();
          }
          return produce(out);
        },
        [this](int, ByteView records) { consume(records); });
    for (std::size_t i = 0; i < builders_.size(); ++i) {
      executor_.blocks().put({shuffle_.id, mine_.begin + i}, builders_[i].finish());
    }
  }

 private:
  /// The partitions that `Placement::blocks` assigns to a rank.
  PartitionRange partitionsOf(int rank, int ranks) const {
    const auto first = [&](int r) {  // the least p with floor(p*ranks/partitions) >= r
      const auto n = static_cast<WideUnsigned>(shuffle_.partitions) * static_cast<unsigned>(r);
      return static_cast<std::size_t>((n + static_cast<unsigned>(ranks) - 1) / static_cast<unsigned>(ranks));
    };
    return {first(rank), first(rank + 1)};
  }

  void keepMine() {
    FramesForRank& frames = frames_[static_cast<std::size_t>(executor_.communicator().rank())];
    FrameHeader header;
    ShuffleFrame* frame = nullptr;
    for (; frames.peek(header, frame); frames.pass()) {
      asPartOfStage(shuffle_.shuffled, header.partition,
                    [&] { builders_[header.partition - mine_.begin].add(header.mapPartition, std::move(*frame)); });
    }
  }

  bool produce(OutgoingBuffers& out) {
    const int ranks = out.destinations();
    const int me = executor_.communicator().rank();
    bool more = false;
    for (int step = 1; step < ranks; ++step) {
      const int rank = (me + step) % ranks;
      FramesForRank& frames = frames_[static_cast<std::size_t>(rank)];
      FrameHeader header;
      ShuffleFrame* frame = nullptr;
      while (frames.peek(header, frame)) {
        asPartOfStage(shuffle_.shuffled, header.mapPartition, [&] { frame->load(); });
        if (!out.append(rank, std::as_bytes(std::span(&header, 1)), frame->data)) {
          more = true;
          break;
        }
        frames.pass();
      }
    }
    return more;
  }

  void consume(ByteView records) {
    std::uint64_t count = 0;
    WireReader reader(records);
    while (!reader.atEnd()) {
      const auto header = reader.read<FrameHeader>();
      asPartOfStage(shuffle_.shuffled, header.partition, [&] {
        builders_.at(header.partition - mine_.begin)
            .add(header.mapPartition, reader.readBytes(header.bytes), header.records);
      });
      count += header.records;
    }
    phaseClock().count(Phase::shuffleExchange, records.size(), count);
  }

  Executor& executor_;
  const ShuffleDescription& shuffle_;
  ShuffleOperator& shuffled_;
  std::vector<MapTaskOutput>& outputs_;
  std::deque<FramesForRank> frames_;  // by rank
  PartitionRange mine_;
  std::vector<ShuffleBlockBuilder> builders_;
};

}  // namespace

void exchangeShuffle(Executor& executor, const ShuffleDescription& shuffle, ShuffleOperator& shuffled,
                     std::vector<MapTaskOutput>& outputs) {
  ShuffleExchange(executor, shuffle, shuffled, outputs).run();
}

}  // namespace seltzer::detail
