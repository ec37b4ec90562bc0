#include "fixture.hpp"

#include <limits>

namespace seltzer::test {

std::vector<std::int64_t> randomNumbers(std::size_t count, std::mt19937_64& random) {
  std::uniform_int_distribution<std::int64_t> small(-50, 50);
  std::uniform_int_distribution<std::int64_t> large(-1'000'000'000'000, 1'000'000'000'000);
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(random() % 4 == 0 ? large(random) : small(random));
  return numbers;
}

std::vector<std::string> randomStrings(std::size_t count, std::mt19937_64& random) {
  std::vector<std::string> strings;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = random() % 8 == 0 ? random() % 200 : random() % 4;
    std::string text;
    for (std::size_t j = 0; j < length; ++j) text += static_cast<char>('a' + random() % 3);
    strings.push_back(std::move(text));
  }
  return strings;
}

}  // namespace seltzer::test
