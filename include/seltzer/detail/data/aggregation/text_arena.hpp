#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace seltzer::detail {

/// Texts at stable addresses, each preceded by its length; freed with the arena.
class TextArena {
 public:
  TextArena();
  TextArena(TextArena&&) noexcept;
  TextArena& operator=(TextArena&&) noexcept;
  ~TextArena();

  /// Copies a text; pass the result to `at`. If there is no memory, throws std::bad_alloc and changes nothing.
  const char* add(std::string_view text);

  static std::string_view at(const char* place) {
    std::size_t size;
    std::memcpy(&size, place, sizeof(size));
    return {place + sizeof(size), size};
  }

  /// The allocated memory.
  std::size_t bytes() const { return bytes_; }

 private:
  char* allocate(std::size_t size);
  char* newChunk(std::size_t size);

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t rest_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace seltzer::detail
