#include <cstring>
#include <stdexcept>

#include <seltzer/detail/data/aggregation/slot_array.hpp>
#include <seltzer/detail/data/flat_hash.hpp>

namespace seltzer::detail {

void throwNoSuchKey() {
  throw std::out_of_range("at: the broadcast map has no such key; find() and contains() tell whether it has one");
}

FlatHashBytes::FlatHashBytes(ByteView shared) : data_(shared.data()) {
  FlatHashLayout layout;
  std::memcpy(&layout, shared.data(), sizeof layout);
  if (layout.isArray != 0 || shared.size() < hugePageBytes) return;
  copy_ = allocatePages(shared.size());
  size_ = shared.size();
  std::memcpy(copy_, shared.data(), size_);
  data_ = static_cast<const std::byte*>(copy_);
}

FlatHashBytes::~FlatHashBytes() {
  if (copy_ != nullptr) freePages(copy_, size_);
}

}  // namespace seltzer::detail
