#include "files/file_content.hpp"

namespace seltzer::detail {

std::string readAll(ByteInput& input, std::size_t expected) {
  std::string content(expected + 1, '\0');  // one more byte, to see the end without growing
  std::size_t size = 0;
  while (const std::size_t count = input.read(content.data() + size, content.size() - size)) {
    size += count;
    if (size == content.size()) content.resize(2 * size);
  }
  content.resize(size);
  return content;
}

}  // namespace seltzer::detail
