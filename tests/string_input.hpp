#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <string_view>

#include <seltzer/detail/files/plain_input.hpp>

namespace seltzer::test {

/// Bytes of a string from `begin` on, in pieces of random sizes.
class StringInput final : public detail::ByteInput {
 public:
  StringInput(std::string_view content, std::size_t begin, std::mt19937_64& random)
      : rest_(content.substr(begin)), random_(random) {}

  std::size_t read(char* to, std::size_t size) override {
    const std::size_t most = std::min(size, rest_.size());
    const std::size_t count = most == 0 ? 0 : 1 + random_() % most;
    std::memcpy(to, rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  std::mt19937_64& random_;
};

}  // namespace seltzer::test
