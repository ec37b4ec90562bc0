#include <string_view>

#include <fmt/format.h>

#include <seltzer/call_site.hpp>

namespace seltzer {

std::string toString(const CallSite& where) {
  std::string_view file = where.fileName();
  file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
  return fmt::format("{}:{}", file, where.line());
}

}  // namespace seltzer
