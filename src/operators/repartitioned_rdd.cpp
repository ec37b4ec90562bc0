#include <map>

#include <seltzer/detail/operators/shuffle/repartitioned_rdd.hpp>

namespace seltzer::detail {

GlobalOffsets globalOffsets(Communicator& communicator,
                            const std::vector<std::pair<std::uint64_t, std::uint64_t>>& mine) {
  std::map<std::uint64_t, std::uint64_t> sizes;  // by partition
  for (const Bytes& bytes : communicator.allGather(toWire(mine))) {
    for (const auto& size : fromWire<std::vector<std::pair<std::uint64_t, std::uint64_t>>>(bytes)) sizes.insert(size);
  }
  GlobalOffsets offsets;
  auto next = mine.begin();
  for (const auto& [partition, size] : sizes) {
    if (next != mine.end() && next->first == partition) {
      offsets.begins.push_back(offsets.total);
      ++next;
    }
    offsets.total += size;
  }
  return offsets;
}

}  // namespace seltzer::detail
