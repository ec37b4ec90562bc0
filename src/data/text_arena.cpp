#include <algorithm>
#include <cstring>
#include <utility>

#include <seltzer/detail/data/aggregation/text_arena.hpp>

namespace seltzer::detail {
namespace {

constexpr std::size_t firstChunk = std::size_t{4} << 10;
constexpr std::size_t largestChunk = std::size_t{1} << 20;

}  // namespace

TextArena::TextArena() = default;
TextArena::TextArena(TextArena&&) noexcept = default;
TextArena& TextArena::operator=(TextArena&&) noexcept = default;
TextArena::~TextArena() = default;

const char* TextArena::add(std::string_view text) {
  const std::size_t size = text.size();
  char* const place = allocate(sizeof(size) + size);
  std::memcpy(place, &size, sizeof(size));
  std::memcpy(place + sizeof(size), text.data(), size);
  return place;
}

/// Allocates from the current chunk or, if it has too little left, from a new one of a quarter of the arena's size. A
/// text too long for that gets a chunk of its own.
char* TextArena::allocate(std::size_t size) {
  const std::size_t chunk = std::clamp(bytes_ / 4, firstChunk, largestChunk);
  if (size > rest_) {
    if (size > chunk / 8) return newChunk(size);
    next_ = newChunk(chunk);
    rest_ = chunk;
  }
  rest_ -= size;
  return std::exchange(next_, next_ + size);
}

char* TextArena::newChunk(std::size_t size) {
  chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
  bytes_ += size;
  return chunks_.back().get();
}

}  // namespace seltzer::detail
