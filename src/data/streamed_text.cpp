#include <sstream>

#include <seltzer/detail/data/element/streamed_text.hpp>

namespace seltzer::detail {

std::string streamedText(void (*write)(std::ostream& out, const void* value), const void* value) {
  std::ostringstream out;
  write(out, value);
  return std::move(out).str();
}

}  // namespace seltzer::detail
