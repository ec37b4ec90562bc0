#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/data/aggregation/slot_array.hpp>
#include <seltzer/detail/data/aggregation/slots.hpp>

namespace seltzer::detail {

void requireRoomForKey(std::size_t size, std::size_t limit) {
  if (size < limit) return;
  throw std::length_error(fmt::format("more than {} keys in one partition; use more partitions", limit));
}

SlotOrder::SlotOrder() = default;
SlotOrder::SlotOrder(std::size_t size)
    : slots_(std::make_unique_for_overwrite<std::uint32_t[]>(size)), size_(size), capacity_(size) {}
SlotOrder::SlotOrder(SlotOrder&& other) noexcept {
  *this = std::move(other);
}
SlotOrder& SlotOrder::operator=(SlotOrder&& other) noexcept {
  std::swap(slots_, other.slots_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}
SlotOrder::~SlotOrder() = default;

void SlotOrder::reserve(std::size_t capacity) {
  auto grown = std::make_unique_for_overwrite<std::uint32_t[]>(capacity);
  std::copy_n(slots_.get(), size_, grown.get());
  slots_ = std::move(grown);
  capacity_ = capacity;
}

}  // namespace seltzer::detail
