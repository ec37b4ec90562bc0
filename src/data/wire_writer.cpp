#include <algorithm>
#include <cstring>

#include <seltzer/detail/data/huge_pages.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

void WireWriter::padTo(std::size_t size) {
  if (size > out_.size()) out_.resize(size, std::byte{0});
}

void WireWriter::grow(std::size_t atLeast) {
  Bytes larger;
  reserveLarge(larger, std::max(atLeast, 2 * out_.capacity()));
  larger.resize(out_.size());
  if (!out_.empty()) {
    std::memcpy(larger.data(), out_.data(), out_.size());
  }
  out_.swap(larger);
}

}  // namespace seltzer::detail
