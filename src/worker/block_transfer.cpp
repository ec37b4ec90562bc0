#include "worker/block_transfer.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/data/block/wire_block.hpp>

#include "engine/stage_failure.hpp"
#include "net/exchange.hpp"

namespace seltzer::detail {
namespace {

/// Precedes a piece of a block in an exchange.
struct PieceHeader {
  BlockId id;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  bool keep = false;
  bool isLast = false;
};

/// The blocks that this rank sends, piece by piece.
class OutgoingBlocks {
 public:
  OutgoingBlocks(Executor& executor, const std::vector<Transfer>& transfers)
      : executor_(executor), transfers_(transfers) {}

  /// Fills `out`; returns whether something is left.
  bool fill(OutgoingBuffers& out) {
    const int me = executor_.communicator().rank();
    for (; next_ < transfers_.size(); ++next_) {
      const Transfer& transfer = transfers_[next_];
      if (transfer.from != me) continue;
      if (!block_) open(transfer);
      while (hasPiece_) {
        const PieceHeader header{transfer.block, piece_.records, piece_.data.size(), transfer.keep, !hasFollowing_};
        if (!out.append(transfer.to, std::as_bytes(std::span(&header, 1)), piece_.data)) return true;
        phaseClock().count(Phase::scatter, piece_.data.size(), piece_.records);
        advance(transfer);
      }
      block_.reset();
    }
    return false;
  }

 private:
  void open(const Transfer& transfer) {
    // it may have to be read from the scratch file
    asPartOfStage(transfer.block.rdd, transfer.block.partition, [&] { block_ = executor_.find(transfer.block); });
    if (!block_) {
      throw std::logic_error(fmt::format("partition {} of RDD {} is not where the driver's table says",
                                         transfer.block.partition, transfer.block.rdd));
    }
    position_ = 0;
    following_ = {};
    write(transfer);
    advance(transfer);
    hasPiece_ = true;  // an empty block is an empty piece
  }

  /// Makes the following piece the current one.
  void advance(const Transfer& transfer) {
    hasPiece_ = hasFollowing_;
    piece_ = std::exchange(following_, {});
    if (hasPiece_) write(transfer);
  }

  void write(const Transfer& transfer) {
    asPartOfStage(transfer.block.rdd, transfer.block.partition,
                  [this] { hasFollowing_ = block_->writePiece(position_, following_); });
  }

  Executor& executor_;
  const std::vector<Transfer>& transfers_;
  std::size_t next_ = 0;
  std::shared_ptr<const Block> block_;  // of transfers_[next_], once it has begun
  std::size_t position_ = 0;
  bool hasPiece_ = false;
  bool hasFollowing_ = false;
  ShuffleFrame piece_;      // not sent yet
  ShuffleFrame following_;  // the one after it
};

}  // namespace

std::vector<BlockId> transferBlocks(Executor& executor, const std::vector<Transfer>& transfers) {
  Communicator& communicator = executor.communicator();
  std::vector<BlockId> arrived;
  std::vector<BlockId> temporary;
  OutgoingBlocks outgoing(executor, transfers);
  std::vector<WireBlockBuilder> incoming(
      static_cast<std::size_t>(communicator.size()));  // by rank, one block at a time
  const auto produce = [&outgoing](OutgoingBuffers& out) { return outgoing.fill(out); };
  const auto consume = [&](int source, ByteView records) {
    WireReader reader(records);
    WireBlockBuilder& block = incoming[static_cast<std::size_t>(source)];
    while (!reader.atEnd()) {
      const auto header = reader.read<PieceHeader>();
      const ByteView data = reader.readBytes(header.bytes);
      if (header.isLast) arrived.push_back(header.id);
      // storing it may spill, which may fail
      asPartOfStage(header.id.rdd, header.id.partition, [&] {
        block.add({Bytes(data.begin(), data.end()), header.records});
        if (!header.isLast) return;
        if (header.keep) {
          executor.keep(header.id, block.finish());
        } else {
          executor.blocks().put(header.id, block.finish());
        }
      });
      if (header.isLast && !header.keep) temporary.push_back(header.id);
    }
  };
  try {
    exchange(communicator, executor.exchangeBudget(), produce, consume);
  } catch (...) {
    for (const BlockId id : arrived) executor.blocks().erase(id);
    throw;
  }
  return temporary;
}

}  // namespace seltzer::detail
