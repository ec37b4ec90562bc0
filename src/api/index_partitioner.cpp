#include <cstdint>
#include <stdexcept>
#include <string>

#include <seltzer/partitioners.hpp>

namespace seltzer {

IndexPartitioner::IndexPartitioner(std::int64_t size, std::int64_t partitions)
    : ranges_{static_cast<std::uint64_t>(size), detail::requirePartitionerSize(partitions)} {
  if (size < 0)
    throw std::invalid_argument("IndexPartitioner: the number of indices is negative: " + std::to_string(size));
}

void IndexPartitioner::throwOutside(const std::string& index) const {
  const std::string indices = ranges_.size == 0 ? "there are none" : "0 to " + std::to_string(ranges_.size - 1);
  throw std::out_of_range("IndexPartitioner: the key " + index + " is not one of its indices: " + indices);
}

}  // namespace seltzer
