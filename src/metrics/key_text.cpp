#include <fmt/format.h>

#include <seltzer/detail/metrics/key_text.hpp>

namespace seltzer::detail {

std::string numberText(bool value) {
  return fmt::format("{}", value);
}
std::string numberText(char value) {
  return fmt::format("{}", value);
}
std::string numberText(long long value) {
  return fmt::format("{}", value);
}
std::string numberText(unsigned long long value) {
  return fmt::format("{}", value);
}
std::string numberText(float value) {
  return fmt::format("{}", value);
}
std::string numberText(double value) {
  return fmt::format("{}", value);
}
std::string numberText(long double value) {
  return fmt::format("{}", value);
}

std::string codePointText(std::uint32_t code) {
  return fmt::format("U+{:04X}", code);
}

std::string hashText(std::uint64_t hash) {
  return fmt::format("key with hash {:016x}", hash);
}

}  // namespace seltzer::detail
