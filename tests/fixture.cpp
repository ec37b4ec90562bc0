#include "fixture.hpp"

#include <string_view>

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

std::vector<std::int64_t> someNumbers(std::size_t count) {
  std::mt19937_64 random(seed());
  return randomNumbers(count, random);
}

std::vector<std::string> someStrings(std::size_t count) {
  std::mt19937_64 random(seed());
  return randomStrings(count, random);
}

const std::vector<std::pair<const char*, Words>>& wordInputs() {
  static const auto inputs = [] {
    std::mt19937_64 random(seed());
    // `count` pairs, evenly in `parts` partitions, the i-th of key `keyOf(i)`
    const auto words = [](std::size_t count, std::int64_t parts, auto keyOf) {
      std::vector<Word> all;
      for (std::size_t i = 0; i < count; ++i) all.emplace_back(keyOf(i), std::to_string(i));
      return slices(all, parts);
    };
    const auto names = randomStrings(700, random);
    const auto named = [&names](std::size_t i) { return names[i % names.size()]; };
    const auto skewedKey = [&](std::size_t i) { return random() % 10 == 0 ? named(i) : std::string("frequent"); };
    return std::vector<std::pair<const char*, Words>>{
        {"none", words(0, 3, named)},
        {"no partitions' worth", words(2, 5, named)},
        {"one partition", words(300, 1, named)},
        {"many", words(2500, 6, named)},
        {"one key", words(1100, 4, [](std::size_t) { return std::string("only"); })},
        {"a frequent key", words(2000, 3, skewedKey)},
        {"all different", words(1500, 3, [](std::size_t i) { return std::to_string(i * 7919); })},
        {"uneven partitions", skewed(words(1300, 1, named).front())},
    };
  }();
  return inputs;
}

std::vector<Reading> someReadings(std::size_t count) {
  std::vector<Reading> readings;
  for (const std::string& name : someStrings(count)) {
    const auto i = static_cast<std::int32_t>(readings.size());
    readings.push_back({name, i / 3.0, std::vector<std::int32_t>(readings.size() % 3, i)});
  }
  return readings;
}

std::vector<Ticket> someTickets(std::size_t count) {
  std::vector<Ticket> tickets;
  for (const std::int64_t number : someNumbers(count)) tickets.emplace_back(number);
  return tickets;
}

std::string callSite(std::uint32_t line, CallSite where) {
  std::string_view file = where.fileName();
  file.remove_prefix(file.rfind('/') + 1);
  return std::string(file) + ":" + std::to_string(line);
}

}  // namespace seltzer::test
