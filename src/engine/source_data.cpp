#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/engine/source_data.hpp>

namespace seltzer::detail {

std::shared_ptr<const Block> blockOf(const std::shared_ptr<const SourceData>& source, std::size_t partition) {
  const std::size_t begin = source->offsets[partition];
  const ByteView view = ByteView(source->bytes).subspan(begin, source->offsets[partition + 1] - begin);
  return std::make_shared<WireBlock>(std::shared_ptr<const Bytes>(source, &source->bytes), view,
                                     source->records[partition]);
}

}  // namespace seltzer::detail
