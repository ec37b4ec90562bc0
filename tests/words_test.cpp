#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/words.hpp>

#include "spill_fixture.hpp"

namespace seltzer {
namespace {

/// One character at a time.
std::vector<std::string> expectedWords(std::string_view text) {
  std::vector<std::string> words;
  bool inWord = false;
  for (const char c : text) {
    const bool isSpace = std::string_view(" \t\n\v\f\r").find(c) != std::string_view::npos;
    if (!isSpace && !inWord) words.emplace_back();
    if (!isSpace) words.back() += c;
    inWord = !isSpace;
  }
  return words;
}

std::vector<std::string> foundWords(std::string_view text) {
  std::vector<std::string> found;
  for (const std::string_view word : words(text)) found.emplace_back(word);
  return found;
}

TEST(Words, AreWhatIsBetweenWhiteSpace) {
  EXPECT_EQ(foundWords(""), std::vector<std::string>());
  EXPECT_EQ(foundWords("  \n"), std::vector<std::string>());
  EXPECT_EQ(foundWords("one"), std::vector<std::string>{"one"});
  EXPECT_EQ(foundWords(" to\tbe or\r\nnot "), (std::vector<std::string>{"to", "be", "or", "not"}));
  EXPECT_EQ(foundWords("caf\xc3\xa9\xc2\xa0x y"), (std::vector<std::string>{"caf\xc3\xa9\xc2\xa0x", "y"}));
}

/// All bytes, and texts that end anywhere in a block.
TEST(Words, OfRandomTexts) {
  std::mt19937_64 random(test::seed());
  for (std::size_t size = 0; size < 400; ++size) {
    for (const unsigned spaces : {1U, 4U, 60U}) {
      std::string text(size, ' ');
      for (char& c : text) {
        const bool isSpace = random() % 64 < spaces;
        c = isSpace ? " \t\n\v\f\r"[random() % 6] : static_cast<char>(random());
      }
      ASSERT_EQ(foundWords(text), expectedWords(text)) << "seed " << test::seed() << ", size " << size;
    }
  }
}

}  // namespace
}  // namespace seltzer
