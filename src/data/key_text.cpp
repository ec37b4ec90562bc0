#include <fmt/format.h>

#include <seltzer/detail/data/element/key_text.hpp>

namespace seltzer::detail {

std::string hashText(std::uint64_t hash) {
  return fmt::format("key with hash {:016x}", hash);
}

}  // namespace seltzer::detail
