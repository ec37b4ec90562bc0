#include <utility>

#include <seltzer/detail/data/block/block.hpp>

namespace seltzer::detail {

std::shared_ptr<const WireBlock> inWireForm(const Block& block) {
  Bytes bytes;
  {
    WireWriter writer(bytes);
    block.write(writer);
  }
  bytes.shrink_to_fit();
  auto owner = std::make_shared<const Bytes>(std::move(bytes));
  const ByteView view(*owner);
  return std::make_shared<const WireBlock>(std::move(owner), view, block.records());
}

}  // namespace seltzer::detail
