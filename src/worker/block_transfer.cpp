#include "worker/block_transfer.hpp"

#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/engine/stage_failure.hpp>

#include "net/exchange.hpp"

namespace seltzer::detail {
namespace {

/// Precedes a block's elements in an exchange.
struct BlockFrame {
  BlockId id;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  bool keep = false;
};

Bytes frameOf(Executor& executor, const Transfer& transfer) {
  const auto block = executor.find(transfer.block);
  if (!block) {
    throw std::logic_error(fmt::format("partition {} of RDD {} is not where the driver's table says",
                                       transfer.block.partition, transfer.block.rdd));
  }
  Bytes record;
  {
    WireWriter writer(record);
    writer << BlockFrame{transfer.block, block->records(), 0, transfer.keep};
    asPartOfStage(transfer.block.rdd, transfer.block.partition, [&] { block->write(writer); });
  }
  const std::uint64_t payload = record.size() - sizeof(BlockFrame);
  std::memcpy(record.data() + offsetof(BlockFrame, bytes), &payload, sizeof(payload));
  phaseClock().count(Phase::scatter, payload, block->records());
  return record;
}

}  // namespace

std::vector<BlockId> transferBlocks(Executor& executor, const std::vector<Transfer>& transfers) {
  Communicator& communicator = executor.communicator();
  const int me = communicator.rank();
  std::vector<BlockId> arrived;
  std::vector<BlockId> temporary;
  std::size_t next = 0;
  Bytes record;  // of transfers[next], once serialized
  const auto produce = [&](OutgoingBuffers& out) {
    for (; next < transfers.size(); ++next) {
      if (transfers[next].from != me) continue;
      if (record.empty()) record = frameOf(executor, transfers[next]);
      if (!out.append(transfers[next].to, record)) return true;
      record.clear();
    }
    return false;
  };
  const auto consume = [&](int, ByteView records) {
    WireReader reader(records);
    while (!reader.atEnd()) {
      const auto frame = reader.read<BlockFrame>();
      const ByteView data = reader.readBytes(frame.bytes);
      auto owner = std::make_shared<const Bytes>(data.begin(), data.end());
      const ByteView view(*owner);
      arrived.push_back(frame.id);
      // storing it may spill, which may fail
      asPartOfStage(frame.id.rdd, frame.id.partition, [&] {
        executor.blocks().put(frame.id, std::make_shared<WireBlock>(std::move(owner), view, frame.records));
      });
      if (!frame.keep) temporary.push_back(frame.id);
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
