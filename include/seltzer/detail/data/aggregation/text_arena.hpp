#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// Texts at stable addresses, each preceded by its length; freed with the arena.
class TextArena {
 public:
  /// Copies a text; pass the result to `at`. If there is no memory, throws std::bad_alloc and changes nothing.
  const char* add(std::string_view text) {
    const std::size_t size = text.size();
    char* const place = allocate(sizeof(size) + size);
    std::memcpy(place, &size, sizeof(size));
    std::memcpy(place + sizeof(size), text.data(), size);
    return place;
  }

  static std::string_view at(const char* place) {
    std::size_t size;
    std::memcpy(&size, place, sizeof(size));
    return {place + sizeof(size), size};
  }

  /// The allocated memory.
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t firstChunk = std::size_t{4} << 10;
  static constexpr std::size_t largestChunk = std::size_t{1} << 20;

  /// Allocates from the current chunk or, if it has too little left, from a new one of a quarter of the arena's size. A
  /// text too long for that gets a chunk of its own.
  char* allocate(std::size_t size) {
    const std::size_t chunk = std::clamp(bytes_ / 4, firstChunk, largestChunk);
    if (size > rest_) {
      if (size > chunk / 8) return newChunk(size);
      next_ = newChunk(chunk);
      rest_ = chunk;
    }
    rest_ -= size;
    return std::exchange(next_, next_ + size);
  }

  char* newChunk(std::size_t size) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    bytes_ += size;
    return chunks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t rest_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace seltzer::detail
